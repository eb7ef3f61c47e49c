local rule = require "mlopslint.rule"

return rule.document {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what goes wrong, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  formats = { "yaml" }, -- yaml, json, toml, hcl, dockerfile, ini, markdown ...: one tree for all
  select = "services.*.image", -- a path: a.b[*].c, a.*, **.image, ['x.y']
  check = function(ctx, value)
    if value.kind ~= "string" or not value.text:find ":latest$" then return end
    ctx:report(value, "`%s` is another image tomorrow", value.text)
      :fix { safety = "display", title = "pin a version", value:replace(value.text:gsub(":latest$", ":1.0")) }
  end,
  tests = {
    bad = { { "services:\n  api:\n    image: model:latest  # expect: ORG000", file = "compose.yaml" } },
    good = { { "services:\n  api:\n    image: model:1.4.2", file = "compose.yaml" } },
  },
}
