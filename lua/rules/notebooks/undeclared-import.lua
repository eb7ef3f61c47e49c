local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"
local packages = require "mlopslint.packages"

-- Files whose work is to declare dependencies; install lines of images, scripts and notebooks only add to them.
local function declares(path)
  local name = path:match "[^/]+$"
  return name:match "requirements" or path:match "requirements/[^/]+%.txt$" or name == "pyproject.toml" or name == "setup.cfg" or name == "setup.py"
    or name == "Pipfile" or name:match "%.ya?ml$"
end

local function folder_of(path) return path:match "^(.*)/[^/]*$" or "" end

-- requirements/base.txt and environments/dev.yml speak for the folder around them.
local function add(places, at)
  local folder = folder_of(at.path)
  local last = folder:match "[^/]+$"
  if last == "requirements" or last == "environments" or last == "conda" then folder = folder_of(folder) end
  places[folder] = places[folder] or at
end

-- Where the folder of this path, or the nearest above it that does, declares what it needs.
local function place_for(path, places)
  local folder = folder_of(path)
  while folder ~= "" and not places[folder] do folder = folder_of(folder) end
  return places[folder]
end

-- The names, and where they are declared: the first such place by folder.
local function declared(ctx, setups)
  local names, places = {}, {}
  for _, dependency in ipairs(ctx.project:dependencies()) do
    names[dependency.name] = true
    if declares(dependency.at.path) and not dependency.dev then add(places, dependency.at) end
  end
  for setup in setups:all() do
    if not setup.known then return end -- computed: what it declares can't be read
    for _, name in ipairs(setup.names) do names[name] = true end
    add(places, setup.at)
  end
  return names, places
end

-- True if the project itself may hold a module of this name somewhere on its path.
local function own_names(ctx)
  local own = {}
  for _, module in ipairs(ctx.project:modules()) do
    for part in module.path:gsub("%.py$", ""):gmatch "[^/]+" do own[part] = true end
  end
  return own
end

local function brought(distributions, installed)
  for _, name in ipairs(distributions) do
    if installed[name] then return true end
  end
end

return rule.project {
  code = "NBK020", name = "undeclared-import", severity = "warning", whole = true, index = { "imports", "dependencies" },
  summary = "a package is imported that no dependency file names",
  docs = [[
The project says in a file what it needs, and this package is not in it, nor does a package in it bring it along. On the next machine,
in CI or in the serving image the import fails, or another version is there by chance.

Only well-known packages are told, since others may come from anywhere. Imports in functions, in `try` and in `if` may be optional and are left alone.

Next step: add the distribution, with a version, to the dependency file.

Source: Pimentel et al., "A Large-scale Study about Quality and Reproducibility of Jupyter Notebooks", MSR 2019 (missing dependencies are the
first reason why notebooks don't run); deptry, DEP001.]],
  collect = {
    { calls = { "setuptools.setup", "distutils.core.setup" },
      fact = function(ctx, call)
        local list = call:argument "install_requires"
        if not list then return end
        local _, kind = list:constant()
        local names, known = {}, kind == "list"
        for _, item in ipairs(known and list:constant():children() or {}) do
          local name = item.string and item.string:match "^%s*([%w._-]+)"
          known = known and name ~= nil
          if name then names[#names + 1] = name:lower():gsub("[._-]+", "-") end
        end
        return { at = list:location(), names = names, known = known }
      end },
  },
  finish = function(ctx, setups)
    local names, places = declared(ctx, setups)
    if not names then return end
    local installed, distributions, own = packages.installed(names), packages.distributions(), own_names(ctx)
    local told = {}
    for _, import in ipairs(ctx.project:imports()) do
      local from = import.package and distributions[import.package]
      if from and not import.guarded and not told[import.package] and not own[import.package] and not ml.is_aside(import.at.path)
        and not brought(from, installed) and place_for(import.at.path, places) then
        told[import.package] = true
        ctx:report_at(import.at, "`%s` is imported, and no dependency file names `%s`: on the next machine it may be missing", import.package, from[1])
          :related(place_for(import.at.path, places), "what is needed is declared here")
      end
    end
  end,
  tests = {
    bad = {
      { files = { ["requirements.txt"] = "pandas==2.2.0\n", ["train.py"] = "import os\nimport pandas as pd\nimport numpy as np\nfrom sklearn import svm  # expect: NBK020\nimport sklearn" },
        message = "no dependency file names `scikit-learn`" },
      { files = { ["setup.py"] = "from setuptools import setup\nsetup(install_requires=['pandas>=2', 'scikit_learn'])", ["a.py"] = "import sklearn\nimport yaml  # expect: NBK020" } },
    },
    good = {
      { files = { ["serving/requirements.txt"] = "pandas\n", ["train.py"] = "import sklearn" } }, -- speaks for serving
      { files = { ["requirements.txt"] = "scikit-learn==1.5.0\n", ["train.py"] = "import sklearn, numpy, scipy, joblib, sys, local_package" } },
      "import sklearn",
      { files = { ["requirements.txt"] = "pandas\n", ["train.py"] = "try:\n  import sklearn\nexcept ImportError:\n  sklearn = None" } },
      { files = { ["requirements.txt"] = "pandas\n", ["Dockerfile"] = "FROM python\nRUN pip install scikit-learn", ["train.py"] = "import sklearn" } },
      { files = { ["requirements.txt"] = "pandas\n", ["src/redis/__init__.py"] = "", ["train.py"] = "import redis" } },
      { files = { ["requirements.txt"] = "pandas\n", ["setup.py"] = "from setuptools import setup\nsetup(install_requires=read())", ["train.py"] = "import sklearn" } },
      { files = { ["requirements.txt"] = "pandas\n", ["tests/test_train.py"] = "import sklearn" } },
    },
  },
}
