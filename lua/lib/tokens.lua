-- tokens: what secrets look like: one table of formats, each with a literal that it cannot be without, the expression, and the proof
-- (checksum, entropy, decoded header) that tells a secret from its placeholder.
local text = require "mlopslint.text"
local M = {}

-- Shannon entropy in bits per character: made-up tokens such as hf_xxxx... have little.
function M.entropy(s)
  local counts, bits = {}, 0
  for c in s:gmatch "." do counts[c] = (counts[c] or 0) + 1 end
  for _, n in pairs(counts) do bits = bits - n / #s * math.log(n / #s, 2) end
  return bits
end

local words = { "example", "placeholder", "redacted", "changeme", "your", "xxxx", "dummy", "sample", "insert", "secret", "notreal",
  "123456", "abcdef012345", "0123456789", "deadbeef" }

-- True if most characters repeat or follow the one before them: aaaa, abcd, 1234.
local function is_sequence(s)
  local runs = 0
  for i = 2, #s do
    local step = s:byte(i) - s:byte(i - 1)
    if step == 0 or step == 1 or step == -1 then runs = runs + 1 end
  end
  return runs * 2 > #s - 1
end

-- True for what people write where a secret would stand.
function M.is_placeholder(s)
  local lower = s:lower()
  for _, word in ipairs(words) do
    if lower:find(word, 1, true) then return true end
  end
  return is_sequence(s) or s:find "%*%*" ~= nil or s:find "%.%.%." ~= nil
end

local function random(bits)
  return function(secret) return M.entropy(secret) >= bits and not M.is_placeholder(secret) end
end

-- --- checksums ---

local base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

local function crc32(s)
  local crc = 0xFFFFFFFF
  for i = 1, #s do
    crc = crc ~ s:byte(i)
    for _ = 1, 8 do crc = (crc >> 1) ~ (0xEDB88320 & -(crc & 1)) end
  end
  return crc ~ 0xFFFFFFFF
end

-- The last six characters are the CRC-32 of those between them and the prefix, in base 62:
-- https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/
function M.has_crc(secret)
  local body, sum = secret:match "_(%w+)(%w%w%w%w%w%w)$"
  if not body then return false end
  local n, digits = crc32(body), ""
  for _ = 1, 6 do
    digits = base62:sub(n % 62 + 1, n % 62 + 1) .. digits
    n = n // 62
  end
  return digits == sum
end

local base64 = {}
for i, c in ipairs { ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/"):byte(1, -1) } do
  base64[c] = i <= 64 and i - 1 or i - 3
end

-- The bytes that a base64 text (of either alphabet, padded or not) stands for, or nil.
function M.decoded(s)
  local out, bits, held = {}, 0, 0
  for i = 1, #s do
    local value = base64[s:byte(i)]
    if not value then return s:find("^=*$", i) and table.concat(out) or nil end
    bits, held = (bits << 6 | value) & 0xFFFFFF, held + 6
    if held >= 8 then
      held = held - 8
      out[#out + 1] = string.char(bits >> held & 0xFF)
    end
  end
  return table.concat(out)
end

local function number_of(json, name) return tonumber(json:match('"' .. name .. '"%s*:%s*(%d+)')) end

-- A JSON web token (RFC 7519): its header is a JSON object that names an algorithm. Those that live for a day at most are dead
-- before anybody reads the commit, and the one of jwt.io is everybody's.
local function is_jwt(secret)
  local head, body = secret:match "^([^.]+)%.([^.]+)"
  local header, claims = M.decoded(head), M.decoded(body)
  if not header or not claims or not header:find '^{.*"alg"%s*:%s*"[HREP]S%d' or claims:find("John Doe", 1, true) then return false end
  local dies, born = number_of(claims, "exp"), number_of(claims, "iat") or number_of(claims, "nbf")
  return not (dies and born and dies - born <= 24 * 60 * 60)
end

-- Neptune's public project for trials has a token that its documentation gives to everybody.
local function is_neptune(secret)
  local json = M.decoded(secret)
  return json ~= nil and json:find('"api_key"', 1, true) ~= nil and not json:find("b706bc8f-76f9-4c2e-939d-4ba036f932e4", 1, true)
end

local function is_key_block(secret)
  return not M.is_placeholder(secret:sub(1, 400):gsub("PRIVATE KEY", "")) and M.entropy(secret:sub(40, 400)) > 4
end

local common_passwords = { password = true, passwd = true, pass = true, pwd = true, user = true, admin = true, root = true, guest = true,
  postgres = true, mysql = true, mlflow = true, airflow = true, test = true, minio123 = true, secret = true, token = true, mysecretpassword = true }

-- user:password of an address: of a machine that others reach, and not the words of its documentation.
local function is_login(secret, match)
  local user, host = match[1], match[3]:lower()
  if secret:lower() == user:lower() or common_passwords[secret:lower()] or M.is_placeholder(secret) then return false end
  if secret:find "^[%u_]+$" or secret:find "[%[%]<>{}$%%*]" then return false end
  return host:find("%.", 1) ~= nil and not host:find "^127%." and not host:find "^0%.0%." and not host:find "example" and not host:find "%.internal$"
end

-- --- formats ---

-- what: as messages name it · literals: one of them stands in the text · regex: PCRE2 · group: which group is the secret (the whole
-- match) · proof(secret, match): true if it is one · revoke: where its owner takes it back. Formats and limits:
-- https://github.com/gitleaks/gitleaks (rules), https://docs.github.com/en/code-security/secret-scanning, vendors' documentation.
M.formats = {
  { what = "private key", literals = { "PRIVATE KEY" }, revoke = "replace the key pair",
    regex = [=[-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=:,\s\\]{64,4000}]=], proof = is_key_block },
  { what = "AWS access key", literals = { "AKIA", "ASIA", "ABIA", "ACCA" }, revoke = "deactivate it in IAM",
    regex = [=[(?<![A-Za-z0-9+/_-])(?<!Credential=)(?<!AccessKeyId=)(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9+/=_-])]=], proof = random(3) },
  { what = "AWS secret key", literals = { "secret_access_key", "SECRET_ACCESS_KEY", "SecretAccessKey", "secretAccessKey" }, revoke = "deactivate it in IAM",
    regex = [=[(?i)secret_?access_?key['"]?\s*[:=,\]]+\s*['"]?([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])]=], group = 1, proof = random(4) },
  { what = "AWS Bedrock key", literals = { "ABSKQmVkcm9ja0FQSUtleS" }, revoke = "delete it in IAM", regex = [=[\bABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{80,}={0,2}]=], proof = random(4) },
  { what = "GitHub token", literals = { "ghp_", "gho_", "ghu_", "ghs_", "ghr_" }, revoke = "revoke it in GitHub's settings",
    regex = [=[\bgh[pousr]_[A-Za-z0-9]{36}\b]=], proof = M.has_crc },
  { what = "GitHub token", literals = { "github_pat_" }, revoke = "revoke it in GitHub's settings", regex = [=[\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b]=], proof = random(4) },
  { what = "GitLab token", literals = { "glpat-", "gldt-", "glrt-", "glptt-" }, revoke = "revoke it in GitLab's settings",
    regex = [=[\bgl(?:pat|dt|rt|ptt)-[A-Za-z0-9_-]{20,60}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?(?![A-Za-z0-9_-])]=], proof = random(3) },
  { what = "Slack token", literals = { "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-" }, revoke = "revoke it in Slack's app settings",
    regex = [=[\bxox[abeprs]-(?:\d{6,14}-){1,3}[A-Za-z0-9-]{16,}]=], proof = random(3) },
  { what = "Slack webhook", literals = { "hooks.slack.com/" }, revoke = "delete the webhook", regex = [=[\bhooks\.slack\.com/(?:services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}|workflows/[A-Z0-9/]{10,})/[A-Za-z0-9]{20,}]=], proof = random(3.5) },
  { what = "OpenAI key", literals = { "T3BlbkFJ" }, revoke = "revoke it in OpenAI's settings", regex = [=[\bsk-[A-Za-z0-9_-]{20,120}T3BlbkFJ[A-Za-z0-9_-]{20,120}]=], proof = random(4) },
  { what = "Anthropic key", literals = { "sk-ant-" }, revoke = "disable it in Anthropic's console", regex = [=[\bsk-ant-(?:api|admin)\d\d-[A-Za-z0-9_-]{80,}AA(?![A-Za-z0-9_-])]=], proof = random(4) },
  { what = "Hugging Face token", literals = { "hf_", "api_org_" }, revoke = "revoke it in your Hugging Face settings",
    regex = [=[\b(?:hf_|api_org_)([A-Za-z]{34})\b]=], proof = function(_, match) return M.entropy(match[1]) >= 2 and not M.is_placeholder(match[1]) end },
  { what = "Google API key", literals = { "AIza" }, revoke = "delete it in Google Cloud's credentials", regex = [=[(?<![A-Za-z0-9+/=_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_=/+-])]=], proof = random(4) },
  { what = "Azure storage key", literals = { "AccountKey=" }, revoke = "rotate the account's keys", regex = [=[AccountKey=([A-Za-z0-9+/]{86}==)]=], group = 1,
    proof = function(secret) return M.entropy(secret) >= 4 and not secret:find("^Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6") end }, -- Azurite's, known to all
  { what = "Azure client secret", literals = { "Q~" }, revoke = "delete it in the app registration", regex = [=[(?<![A-Za-z0-9_.~-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])]=], proof = random(4) },
  { what = "Databricks token", literals = { "dapi" }, revoke = "revoke it in the workspace's settings", regex = [=[(?<![A-Za-z0-9_-])dapi[a-f0-9]{32}(?:-\d)?(?![A-Za-z0-9_-])]=], proof = random(3) },
  { what = "Stripe key", literals = { "sk_live_", "rk_live_" }, revoke = "roll it in Stripe's dashboard", regex = [=[\b[sr]k_live_[A-Za-z0-9]{24,99}\b]=], proof = random(3) },
  { what = "npm token", literals = { "npm_" }, revoke = "revoke it at npm", regex = [=[\bnpm_[A-Za-z0-9]{36}\b]=], proof = M.has_crc },
  { what = "PyPI token", literals = { "pypi-AgE" }, revoke = "remove it at PyPI", regex = [=[\bpypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{50,}]=], proof = random(4) },
  { what = "Twilio key", literals = { "twilio", "TWILIO", "Twilio" }, revoke = "delete it in Twilio's console",
    regex = [=[(?i)twilio[^\n]{0,60}?(?:auth_?token|api_?key|secret)['"]?\s*[:=,]\s*['"]?((?:SK)?[0-9a-f]{32})\b]=], group = 1, proof = random(3) },
  { what = "SendGrid key", literals = { "SG." }, revoke = "delete it in SendGrid's settings", regex = [=[(?<![A-Za-z0-9_.-])SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])]=], proof = random(4) },
  { what = "Neptune token", literals = { "eyJhcGlfYWRkcmVzcyI6" }, revoke = "reset it in your Neptune profile", regex = [=[\beyJhcGlfYWRkcmVzcyI6[A-Za-z0-9+/_-]{40,}={0,2}]=], proof = is_neptune },
  { what = "JSON web token", literals = { ".eyJ" }, revoke = "end the session that it opens", regex = [=[\beyJ[A-Za-z0-9_-]{10,1000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20,}]=], proof = is_jwt },
  { what = "Weights & Biases key", literals = { "wandb", "WANDB" }, revoke = "delete it in your W&B settings",
    regex = [=[(?i)(?:wandb[._ ]{0,2}(?:api)?[._ ]?key['"\]]*|wandb\.login\((?:[^)\n]{0,60}key)?|wandb[ ]login(?:\s+--\w+)*|api\.wandb\.ai[^\n]{0,60}password)\W{1,12}([0-9a-f]{40})\b]=], group = 1, proof = random(3) },
  { what = "Comet key", literals = { "comet", "COMET" }, revoke = "revoke it in your Comet settings",
    regex = [=[(?i)comet(?:_api_key|_ml\.(?:init|login|Experiment)\([^)\n]{0,60}?api_key)['"\]]*\s*[=:,]\s*['"]([A-Za-z0-9]{25})['"]]=], group = 1, proof = random(3) },
  { what = "Kaggle key", literals = { "kaggle", "KAGGLE" }, revoke = "expire it in your Kaggle settings",
    regex = [=[(?i)(?:kaggle_key['"\]]*\s*[=:,]\s*['"]?|"username"\s*:\s*"[\w-]+"\s*,\s*"key"\s*:\s*")([0-9a-f]{32})\b]=], group = 1, proof = random(3) },
  { what = "Groq key", literals = { "gsk_" }, revoke = "delete it in Groq's console", regex = [=[\bgsk_[A-Za-z0-9]{52}\b]=], proof = random(4) },
  { what = "Replicate token", literals = { "r8_" }, revoke = "delete it in Replicate's settings", regex = [=[\br8_[A-Za-z0-9]{37}\b]=], proof = random(4) },
  { what = "Perplexity key", literals = { "pplx-" }, revoke = "delete it in Perplexity's settings", regex = [=[\bpplx-[A-Za-z0-9]{48}\b]=], proof = random(4) },
  { what = "NVIDIA key", literals = { "nvapi-" }, revoke = "delete it in NVIDIA's settings", regex = [=[\bnvapi-[A-Za-z0-9_-]{60,70}(?![A-Za-z0-9_-])]=], proof = random(4) },
  { what = "Pinecone key", literals = { "pcsk_" }, revoke = "delete it in Pinecone's console", regex = [=[\bpcsk_[A-Za-z0-9]{5,8}_[A-Za-z0-9]{50,70}\b]=], proof = random(4) },
  { what = "LangSmith key", literals = { "lsv2_" }, revoke = "delete it in LangSmith's settings", regex = [=[\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}\b]=], proof = random(3) },
  { what = "Docker Hub token", literals = { "dckr_pat_" }, revoke = "delete it at Docker Hub", regex = [=[\bdckr_pat_[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])]=], proof = random(3.5) },
  { what = "DigitalOcean token", literals = { "dop_v1_" }, revoke = "delete it at DigitalOcean", regex = [=[\bdop_v1_[a-f0-9]{64}\b]=], proof = random(3) },
  { what = "password in an address", revoke = "change it", group = 2, proof = is_login,
    literals = { "postgres", "mysql", "mongodb", "redis://", "amqp://", "@github.com", "@gitlab.com", "@bitbucket.org", "@dagshub.com", "@huggingface.co" },
    regex = [=[\b(?:postgres(?:ql)?|mysql|mongodb|redis|amqps?|https?)(?:\+\w+)?://([^\s:/@'"<>]{1,64}):([^\s:/@'"<>]{4,64})@([A-Za-z0-9.-]{3,})]=] },
}

local function has_literal(body, format)
  for _, literal in ipairs(format.literals) do
    if body:find(literal, 1, true) then return true end
  end
  return false
end

-- The secrets of a format in a text, each value once: { text, start, stop }.
function M.find(body, format)
  local out, seen = {}, {}
  if not has_literal(body, format) then return out end
  for _, match in ipairs(text.matches(body, format.regex, 1000)) do
    local secret = format.group and match[format.group] or match.text
    if not seen[secret] and format.proof(secret, match) then
      seen[secret] = true
      local start = match.start + match.text:find(secret, 1, true) - 1
      out[#out + 1] = { text = secret, start = start, stop = start + #secret - 1 }
    end
  end
  return out
end

-- What a trigger `needs` for these formats.
function M.needs(formats)
  local out = {}
  for _, format in ipairs(formats) do
    for _, literal in ipairs(format.literals) do out[#out + 1] = { literal } end
  end
  return out
end

return M
