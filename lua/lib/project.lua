-- project: what rules do with the entries of ctx.project.
local ml = require "mlopslint.ml"
local M = {}

-- The entries that are products: not in tests, documentation or examples.
function M.products(entries)
  local out = {}
  for _, entry in ipairs(entries) do
    if not ml.is_aside(entry.at.path) then out[#out + 1] = entry end
  end
  return out
end

-- The entry at whose place a finding about them all is best told: in a module rather than in a notebook.
function M.place(entries)
  for _, entry in ipairs(entries) do
    if entry.at.cell == 0 then return entry end
  end
  return entries[1]
end

-- The paths of modules that hold tests.
function M.test_files(project)
  local glob, files = require("mlopslint.text").glob, {}
  for _, module in ipairs(project:modules()) do
    if glob(module.path, "test_*.py") or glob(module.path, "*_test.py") then files[#files + 1] = module.path end
  end
  return files
end

local function folder_of(path) return path:match "^(.*)/[^/]*$" or "" end

-- True if path stands in folder ("" is the root).
local function is_in(path, folder) return folder == "" or path:sub(1, #folder + 1) == folder .. "/" end

-- A repository may hold several projects: each folder that declares its dependencies is one. Answers a function that gives the
-- nearest such folder around a path, or "".
function M.roots(dependencies)
  local folders = {}
  for _, dependency in ipairs(dependencies) do folders[folder_of(dependency.at.path)] = true end
  return function(path)
    local folder = folder_of(path)
    while folder ~= "" and not folders[folder] do folder = folder_of(folder) end
    return folder
  end
end

-- The entries by project, in the order of the first of each: { root = ..., entries... }. A project inside one that has entries
-- itself is a part of it.
function M.by_root(entries, root_of)
  local own = {}
  for _, entry in ipairs(entries) do own[root_of(entry.at.path)] = true end
  local groups, of = {}, {}
  for _, entry in ipairs(entries) do
    local root = root_of(entry.at.path)
    local above = root
    while above ~= "" do
      above = root_of(above)
      if own[above] then root = above end
    end
    if not of[root] then of[root], groups[#groups + 1] = { root = root }, root end
    table.insert(of[root], entry)
  end
  for i, root in ipairs(groups) do groups[i] = of[root] end
  return groups
end

-- True if something at `path` speaks for the project in `root`: it stands in it, or in a project around it.
function M.speaks_for(path, root, root_of)
  return is_in(path, root) or is_in(root .. "/", root_of(path))
end

return M
