local rule = require "mlopslint.rule"

local function set(words)
  local out = {}
  for word in words:gmatch "%S+" do out[word] = true end
  return out
end

-- Options that take the next word.
local valued = {
  pip = set [[-r --requirement -e --editable -i --index-url --extra-index-url --index --default-index -f --find-links -t --target --platform
    --python-version --prefix --root --src --cache-dir --proxy --timeout --trusted-host --upgrade-strategy --no-binary --only-binary --log
    --report --abi --implementation --progress-bar --retries --python -p --exists-action --config-settings --global-option --keyring-provider]],
  conda = set "-c --channel -n --name -p --prefix --file -f --solver --revision --repodata-fn --platform",
}

local programs = { pip = "pip", uv = "pip", conda = "conda", mamba = "conda", micromamba = "conda" }
-- Where the arguments begin: behind these words.
local verbs = { pip = { "install" }, uv = { "pip", "install" }, conda = { "install" }, mamba = { "install" }, micromamba = { "install" } }

local function takes_value(option, known)
  if known[option] then return true end
  return option:find "^%-%a%a+$" and known["-" .. option:sub(-1)] or false
end

-- The words behind the verb, or nil if the command installs nothing.
local function arguments(command)
  local at, out = 2, {}
  for _, verb in ipairs(verbs[command.program]) do
    while command.words[at] and command.words[at].text:find "^%-" do at = at + 1 end
    if not command.words[at] or command.words[at].text ~= verb then return nil end
    at = at + 1
  end
  for i = at, #command.words do out[#out + 1] = command.words[i] end
  return out
end

-- The name of a package without a version, or nil for files, folders, tags and commits of git, and what is pinned.
local function unpinned(word)
  local text = word.text
  if word.expands or text:find "[{}$]" then return nil end
  if text:find "^git%+" or text:find " @ git%+" then
    return not text:gsub("[#?].*", ""):find "[^/]@[^/@]+$" and text:match "([^/]-)/?$":gsub("%.git$", "") or nil
  end
  if text:find "[/\\]" or text:find "^%." or text:find "%.whl$" or text:find "%.gz$" or text:find "%.zip$" then return nil end
  local name, rest = text:match "^([%w][%w._-]*)(.*)$"
  if not name then return nil end
  rest = rest:gsub("^%[.-%]", ""):gsub("^%s+", ""):gsub("^;.*", "")
  return rest == "" and name or nil
end

-- The packages without a version in what is installed, and the first word of them. A constraints file pins them all.
local function packages(command, tools)
  local known, names, first, skip = valued[programs[command.program]], {}, nil, false
  local constrained = known == valued.pip
  for _, word in ipairs(arguments(command) or {}) do
    local text = word.text
    if constrained and (text == "-c" or text:find "^%-%-constraint") then return {} end
    local name = not skip and not text:find "^%-" and unpinned(word)
    skip = not skip and text:find "^%-" ~= nil and takes_value(text, known)
    if name and not tools[name:lower()] then
      names[#names + 1] = name
      first = first or word
    end
  end
  return names, first
end

return rule.command {
  code = "NBK023", name = "unpinned-install-cell", severity = "info",
  summary = "a cell installs whatever is newest on that day",
  docs = [[
The cell installs a package without a version. Whoever runs the notebook later gets another one, and with it other results, or an error that
the author never saw; together with what is installed already, the resolver may also replace versions that the notebook needs.

Next step: write the version that the notebook was run with (`%pip install pandas==2.2.3`), or install from the project's requirements or lock
file (`%pip install -r requirements.txt`). `%pip freeze` tells the versions.

Let pass: any version specifier, `-r` and `-c` files, local folders and wheels, git addresses with a tag or commit, and the tools named by the
option `tools`.

Source: Pimentel et al., MSR 2019: missing and changed dependencies are the first cause of notebooks that don't run again; Wang et al., ASE 2020;
IPython documentation of %pip.]],
  commands = { "pip", "uv", "conda", "mamba", "micromamba" },
  needs = { "install" },
  options = { tools = { type = "string[]", default = { "pip", "setuptools", "wheel", "uv" }, help = "packages that need no version" } },
  check = function(ctx, command)
    if command.context ~= "notebook" then return end
    local tools = {}
    for _, tool in ipairs(ctx.options.tools) do tools[tool:lower()] = true end
    local names, first = packages(command, tools)
    if not first then return end
    local shown = table.concat(names, "`, `", 1, math.min(#names, 5))
    local more = #names > 5 and (" and %d more"):format(#names - 5) or ""
    ctx:report(first.range, "`%s`%s without a version: another day installs another one, and the notebook gives something else", shown, more)
  end,
  tests = {
    bad = {
      { cells = { "!pip install xgboost  # expect: NBK023" }, message = "`xgboost` without" },
      { cells = { "%pip install -q -U pandas numpy==1.26.4 'scikit-learn[all]'" }, message = "`pandas`, `scikit-learn` without" },
      { cells = { "!pip3 install --extra-index-url https://example.org/simple tflite_runtime  # expect: NBK023" }, message = "`tflite_runtime`" },
      { cells = { "!conda install -c conda-forge -y lightgbm python=3.11  # expect: NBK023" }, message = "`lightgbm`" },
      { cells = { "%uv pip install datasets  # expect: NBK023", "!uv pip install datasets  # expect: NBK023" } },
      { cells = { "!pip install git+https://github.com/openai/whisper.git  # expect: NBK023" }, message = "`whisper`" },
      { cells = { "!python -m pip install xgboost  # expect: NBK023" } },
    },
    good = {
      { cells = { "!pip install -r requirements.txt", "%pip install -qr requirements.txt", "!pip install -e .", "!pip install -c constraints.txt pandas" } },
      { cells = { "%pip install pandas==2.2.3 'numpy>=1.26,<2' keras~=3.0", "!pip install -q -U pip setuptools wheel", "!pip freeze", "!pip uninstall -y gym" } },
      { cells = { "!pip install git+https://github.com/openai/whisper.git@v20240930", "!pip install ./wheels/x-1.0-py3-none-any.whl", "!pip install {package}", "!pip install $PACKAGE" } },
      { cells = { "!conda install -c conda-forge lightgbm=4.3", "!conda env create -f environment.yml", "!conda install --file requirements.txt" } },
      { "pip install xgboost\n", file = "setup.sh" },
    },
  },
}
