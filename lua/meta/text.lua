---@meta mlopslint.text
-- What rules need of texts and Lua's own library lacks.
local text = {}

--- The matches of a Perl-like regular expression. A match has start and stop (as string.find counts), text, and its groups: false
--- for one that did not take part.
---@param subject string
---@param regex string
---@param most? integer  at most so many
---@return {start: integer, stop: integer, text: string, [integer]: string|false}[]
function text.matches(subject, regex, most) end
--- What people read of an HTML text: a space for each tag, style sheets and scripts left out.
---@param html string
---@return string
function text.without_tags(html) end
--- As `calls` compares: name_matches("torch.load", "torch.*").
---@param name string
---@param pattern string
---@return boolean
function text.name_matches(name, pattern) end
--- As `files` compares: glob("src/a.py", "src/**/*.py").
---@param path string
---@param pattern string
---@return boolean
function text.glob(path, pattern) end
--- The word of the list that was meant.
---@param word string
---@param known string[]
---@return string
function text.nearest(word, known) end

return text
