local rule = require "mlopslint.rule"
return rule.any {
  code = "PAT002", name = "lxml-reads-html", severity = "warning",
  summary = "pandas reads HTML with lxml, whose C code has met hostile documents badly",
  docs = "Pass `flavor=\"bs4\"` or `flavor=\"html5lib\"` for documents that you did not write.",
  message = "this document is read by lxml",
  on = {
    { pattern = "pandas.read_html($IO)" },
    { pattern = "pandas.read_html(..., flavor=$FLAVOR, ...)", where = { FLAVOR = { unless = { "'bs4'", "'html5lib'" } } } },
    { pattern = "pandas.read_html(**$KW)", inside = "$KW = {..., 'flavor': $FLAVOR, ...}\n...",
      where = { FLAVOR = { unless = { "'bs4'", "'html5lib'" } } } },
  },
  tests = {
    bad = {
      "import pandas as pd\npd.read_html(page)  # expect: PAT002",
      "from pandas import read_html\nread_html(page, flavor='lxml', header=1)  # expect: PAT002",
      "import pandas\nk = {'flavor': 'lxml', 'io': page}\nif page:\n  pandas.read_html(**k)  # expect: PAT002",
    },
    good = {
      "import pandas as pd\nSAFE = 'bs4'\npd.read_html(page, flavor=SAFE)",
      "import pandas\nk = {'io': page, 'flavor': 'html5lib'}\npandas.read_html(**k)",
    },
  },
}
