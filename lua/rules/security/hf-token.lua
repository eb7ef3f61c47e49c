local rule = require "mlopslint.rule"
local tokens = require "mlopslint.tokens"

return rule.text {
  code = "SEC401", name = "hf-token", severity = "error",
  summary = "a Hugging Face token stands in the open",
  docs = [[
A Hugging Face token opens private models and data, and a write token lets its holder replace the models that others load. Once it is in
git it stays in every clone, even after the line is deleted.

Next step: revoke the token in your Hugging Face settings, then read it from the environment (`HF_TOKEN`) or a secret store.

Source: Hugging Face, "User access tokens"; gitleaks rules huggingface-access-token and huggingface-organization-api-token.]],
  ignores = { "*.ipynb" }, -- NBK004 reads their texts as Jupyter shows them
  needs = { { "hf_" }, { "api_org_" } },
  regex = [[\b(?:hf_|api_org_)[A-Za-z]{34}\b]],
  check = function(ctx, match)
    local secret = match.text:match "_([A-Za-z]+)$"
    if tokens.entropy(secret) < 2 or tokens.is_placeholder(secret) then return end
    ctx:report(match.range, "Hugging Face token `%s...` (%d characters): revoke it and read it from the environment", match.text:sub(1, 4), #match.text):secret()
  end,
  tests = {
    bad = {
      "token = 'hf_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh'  # expect: SEC401",
      { "env:\n  HF_TOKEN: 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  # expect: SEC401", file = "job.yaml" },
    },
    good = {
      "token = 'hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
      { cells = { "token = 'hf_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh'" } },
      "token = os.environ['HF_TOKEN']",
      "name = 'hf_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEf'",
    },
  },
}
