---@meta mlopslint.version
local version = {}

--- Below 0 if a is older than b, 0 if they are equal: compare("2.5", "2.10") < 0.
---@param a string
---@param b string
---@return integer
function version.compare(a, b) end
--- The lowest version that a specifier allows: lowest ">=2.1,<3" is "2.1"; "" if it allows any.
---@param specifier string
---@return string
function version.lowest(specifier) end

return version
