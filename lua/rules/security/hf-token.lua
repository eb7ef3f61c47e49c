local rule = require "mlopslint.rule"

-- Shannon entropy in bits per character: a made-up token such as hf_xxxx... has little.
local function entropy(text)
  local counts = {}
  for c in text:gmatch "." do counts[c] = (counts[c] or 0) + 1 end
  local bits = 0
  for _, n in pairs(counts) do bits = bits - n / #text * math.log(n / #text, 2) end
  return bits
end

return rule.text {
  code = "SEC401", name = "hf-token", severity = "error",
  summary = "a Hugging Face token stands in the open",
  docs = [[
A Hugging Face token opens private models and data, and a write token lets its holder replace the models that others load. Once it is in
git it stays in every clone, even after the line is deleted.

Next step: revoke the token in your Hugging Face settings, then read it from the environment (`HF_TOKEN`) or a secret store.

Source: Hugging Face, "User access tokens"; gitleaks rules huggingface-access-token and huggingface-organization-api-token.]],
  needs = { { "hf_" }, { "api_org_" } },
  regex = [[\b(?:hf_|api_org_)[A-Za-z]{34}\b]],
  check = function(ctx, match)
    local secret = match.text:match "_([A-Za-z]+)$"
    if entropy(secret) < 2 or secret:lower():find("xxxx", 1, true) then return end
    ctx:report(match.range, "Hugging Face token `%s...` (%d characters): revoke it and read it from the environment", match.text:sub(1, 4), #match.text):secret()
  end,
  tests = {
    bad = {
      "token = 'hf_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh'  # expect: SEC401",
      { "env:\n  HF_TOKEN: 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  # expect: SEC401", file = "job.yaml" },
    },
    good = {
      "token = 'hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
      "token = os.environ['HF_TOKEN']",
      "name = 'hf_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEf'",
    },
  },
}
