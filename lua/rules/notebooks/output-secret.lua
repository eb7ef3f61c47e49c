local rule = require "mlopslint.rule"
local tokens = require "mlopslint.tokens"

local function report(ctx, place, format, secret, where)
  return ctx:report(place, "%s `%s...` (%d characters) stands in %s: %s, then take it out", format.what, secret.text:sub(1, 4), #secret.text, where,
    format.revoke):secret()
end

-- The strings in metadata, each behind its name, which some formats need for proof.
local function strings_of(value, name, out, depth)
  if type(value) == "string" then
    out[#out + 1] = ("%s = %s"):format(name, value)
  elseif type(value) == "table" and depth < 16 then
    for key, item in pairs(value) do strings_of(item, tostring(key), out, depth + 1) end
  end
  return out
end

local function check_metadata(ctx, place, metadata, formats)
  local strings = strings_of(metadata, "", {}, 0)
  if #strings == 0 then return end
  local body = table.concat(strings, "\n")
  for _, format in ipairs(formats) do
    for _, secret in ipairs(tokens.find(body, format)) do report(ctx, place, format, secret, "metadata") end
  end
end

local function check_source(ctx, cell, formats)
  local source = cell.source
  for _, format in ipairs(formats) do
    for _, secret in ipairs(tokens.find(source, format)) do
      report(ctx, cell:range(secret.start, secret.stop), format, secret, "the notebook's code")
    end
  end
end

-- One output tells the same in several MIME types: each secret is told once.
local function check_output(ctx, cell, output, formats)
  local told = {}
  for _, mime in ipairs(output.mimes) do
    local body = not mime:find "^image/" and output:text(mime)
    for _, format in ipairs(body and formats or {}) do
      for _, secret in ipairs(tokens.find(body, format)) do
        if not told[secret.text] then
          told[secret.text] = true
          report(ctx, output:range(mime, secret.start, secret.stop), format, secret, "this output")
            :fix { safety = "unsafe", title = "strip this cell's outputs", cell:strip "all" }
        end
      end
    end
  end
end

-- One trigger for a few formats each: a notebook is searched for those whose literals its bytes hold.
local triggers = {}
for i = 1, #tokens.formats, 3 do
  local formats = { table.unpack(tokens.formats, i, math.min(i + 2, #tokens.formats)) }
  triggers[#triggers + 1] = { cells = true, needs = tokens.needs(formats), check = function(ctx, cell)
    check_source(ctx, cell, formats)
    if cell.metadata_range then check_metadata(ctx, cell.metadata_range, cell.metadata, formats) end
    for _, output in ipairs(cell.outputs) do
      check_output(ctx, cell, output, formats)
      check_metadata(ctx, output, output.metadata, formats)
    end
  end }
  triggers[#triggers + 1] = { notebooks = true, needs = tokens.needs(formats), check = function(ctx, notebook)
    if notebook.metadata_range then check_metadata(ctx, notebook.metadata_range, notebook.metadata, formats) end
  end }
end

return rule.any {
  code = "NBK004", name = "output-secret", severity = "error",
  summary = "a secret stands in the notebook",
  docs = [[
A key, token or password stands in a cell or in what a cell printed: environment variables that were listed, a client that shows its
configuration, an address with its password. Whoever can read the repository can use it, and git keeps it in every clone after the cell is
run anew. Scanners of source code often miss it, since the text of a notebook is escaped JSON.

Texts are read as Jupyter shows them. A format alone is not enough: where tokens carry a checksum it must be right, headers must decode, and
placeholders, keys of documentation and tokens that live for a day are left alone.

Next step: revoke the secret first, since it must be taken for known. Then strip the output or delete the line, read the secret from
the environment or a secret store, and rewrite the history if the repository stays private.

Source: gitleaks; GitHub, "Behind GitHub's new authentication token formats"; OWASP Secrets Management Cheat Sheet.]],
  files = { "*.ipynb" }, -- of scripts that are read as cells, the SEC4xx rules speak
  on = triggers,
  tests = {
    bad = {
      { cells = { "import os", { code = "print(os.environ)  # expect: NBK004", output = "{'HOME': '/root',\n 'AWS_ACCESS_KEY_ID': 'AKIAZ7Q3MXK5RD2WVB4T'}\n" } },
        message = "AWS access key `AKIA...` (20 characters) stands in this output: deactivate it in IAM" },
      { cells = { "key = 'AKIAZ7Q3MXK5RD2WVB4T'  # expect: NBK004[8-28]" }, message = "stands in the notebook's code" },
      { cells = { { code = "config  # expect: NBK004", count = 3, output = "token:\n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\n" } }, message = "GitHub token",
        fixed = [[{"cells": [
{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["config  # expect: NBK004"]}
], "metadata": {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}, "nbformat": 4, "nbformat_minor": 5}
]] },
      { cells = { { code = "!env  # expect: NBK004", output = "DB=postgresql://scoring:kX9vQ2mw@db.firma.at:5432/claims\n" } }, message = "password in an address" },
      { [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {"aws_secret_access_key": "kX9vQ2mwR7tYb4Lz\/N1cJ8sHd3Fg6PaEoU5iW0qZ"}, "outputs": [], "source": ["1"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
]],
        expect = "cell 1, line 1: NBK004", message = "AWS secret key `kX9v...` (40 characters) stands in metadata" },
      { [[{"cells": [], "metadata": {"papermill": {"parameters": {"key": "AKIAZ7Q3MXK5RD2WVB4T"}}}, "nbformat": 4, "nbformat_minor": 5}
]],
        expect = "1: NBK004", message = "stands in metadata" },
      { cells = { "import wandb", "wandb.login(key='4f1c09ab27d85e3360fa9c1b7e2d84a5c6930be7')  # expect: NBK004" }, message = "Weights & Biases key" },
      { cells = { { code = "print(key)  # expect: NBK004", output = [[{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\nMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\n"]] } },
        message = "private key" },
      { cells = { { code = "print(headers)  # expect: NBK004",
        output = "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI4MTIiLCJuYW1lIjoic2NvcmluZyIsImlhdCI6MTcwMDAwMDAwMH0.Q1x0rjM7Wk3o9bV5yZs2TgLd8PqEaHfUiNcRmXvYtKw" } },
        message = "JSON web token" },
    },
    good = {
      { "# %%\nkey = 'AKIAZ7Q3MXK5RD2WVB4T'\n# %%\n", file = "a.py" },
      [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {"execution": {"a": "2024"}}, "outputs": [], "source": ["AKIAIOSFODNN7EXAMPLE"]}], "metadata": {"AKIA": "AKIAIOSFODNN7EXAMPLE"}, "nbformat": 4, "nbformat_minor": 5}]],
      -- the literals of all formats, so that every expression is tried
      { cells = { { code = "names", output = "PRIVATE KEY AKIA secret_access_key ABSKQmVkcm9ja0FQSUtleS ghp_ github_pat_ glpat- xoxb- hooks.slack.com/ T3BlbkFJ sk-ant- hf_ AIza AccountKey= Q~ dapi sk_live_ npm_ pypi-AgE twilio SG. eyJhcGlfYWRkcmVzcyI6 .eyJ wandb comet kaggle gsk_ r8_ pplx- nvapi- pcsk_ lsv2_ dckr_pat_ dop_v1_ postgres" } } },
      { cells = { { code = "print(os.environ)", output = "{'AWS_ACCESS_KEY_ID': 'AKIAIOSFODNN7EXAMPLE', 'GITHUB': 'ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18'}" } } },
      { cells = { { code = "!wget https://github.com/a/b", output = "https://s3.amazonaws.com/x?X-Amz-Credential=AKIAZ7Q3MXK5RD2WVB4T%2F2020" } } },
      { cells = { "wandb.init(project='x')  # at commit 4f1c09ab27d85e3360fa9c1b7e2d84a5c6930be7" } },
      { cells = { "engine = create_engine('postgresql://user:password@localhost:5432/db')",
        "engine = create_engine('postgresql://me:kX9vQ2mw@localhost:5432/db')", "engine = create_engine(f'postgresql://{user}:{password}@db.firma.at/x')" } },
      { cells = { { code = "jwt", output = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c" } } },
    },
  },
}
