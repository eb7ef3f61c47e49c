---@meta mlopslint.rule
-- The rule API, for people who write rules and for their editors (LuaLS). Positions count from 1.
--
--   local rule = require "mlopslint.rule"
--   return rule.call { code = "ORG001", name = "...", severity = "warning", summary = "...", docs = [[...]],
--                      calls = { "torch.load" }, check = function(ctx, call) ... end, tests = { bad = {...}, good = {...} } }
--
-- One rule is one file, pure: facts in, findings out. No io, no os, no memory between files. pairs() goes in the order of keys.

---@alias mlopslint.Severity "error"|"warning"|"info"
---@alias mlopslint.Safety "safe"|"unsafe"|"display"
---@alias mlopslint.Format "python"|"notebook"|"json"|"yaml"|"toml"|"hcl"|"bash"|"dockerfile"|"requirements"|"ini"|"markdown"

--- Fields of every rule.
---@class mlopslint.Rule
---@field code string           capitals and digits: "ORG001"
---@field name string           "torch-load-unsafe"
---@field severity mlopslint.Severity
---@field area? string          from the code's prefix (USR NBK SEC FIT DWN) if it has one
---@field summary string        one line: what goes wrong
---@field docs string           Markdown: why it matters, what to do, source
---@field url? string          a page with more
---@field enabled? boolean      false: opt-in
---@field tags? string[]
---@field since? string         the version that brought it
---@field deprecated? string|string[]  codes and names that it had before: they still select it, with a note
---@field message? string       what a rule without a check says of each hit
---@field files? string[]       globs; the file must match one
---@field ignores? string[]     globs; the file must match none
---@field needs? string[]|string[][]  literals that must stand in the file's bytes: {"a","b"} both; {{"a"},{"b","c"}} a, or b and c.
---                             The first and last part of every name pattern are needed by themselves: don't repeat them.
---@field options? table<string, mlopslint.Option>  by name: read from [rules.NAME], in ctx.options
---@field tests? { bad: mlopslint.Example[], good: mlopslint.Example[]? }  beside the file too: `mlopslint rule test --help`

---@class mlopslint.Option
---@field type "string"|"integer"|"number"|"boolean"|"string[]"
---@field default any
---@field help string
---@field choices? string[]  of strings: the values that they may have
---@field min? number
---@field max? number

--- A text, or a table. `# expect: CODE` at a line's end names the findings that start on this line; `# expect-next: CODE` on the next;
--- CODE[5-9] "text" also where and what; `# todo: CODE` a miss that is known. Every finding must be expected; a bad example without any
--- mark needs at least one finding. Default file: example.py, example.yaml, example.ipynb ... by trigger.
---@alias mlopslint.Example string|mlopslint.ExampleFile

---@class mlopslint.ExampleFile
---@field [1]? string                  its text
---@field file? string                 its path
---@field files? table<string, string> instead: a project, path to text
--- Instead: a notebook. A text is code; output: what the cell printed; error: the name of what it raised.
---@field cells? (string|{code: string, count: integer?, output: string?, error: string?, tags: string[]?}|{markdown: string})[]
---@field fixed? string                what all fixes make of the (first) file
---@field message? string              a part of one finding's message
---@field options? table<string, any>
---@field expect? string|string[]      for what has no comments: "3: ORG001[5-9]", "cell 2, line 1: ORG001"

local rule = {}

--- Code with holes, matched by meaning: names are resolved (`torch.load($P)` takes `from torch import load as l; l(p)`), constants are known.
---   $X           any code; the same name is the same code; $_ is not remembered. ($X : pandas.DataFrame) of this type
---   ...          any number of arguments, elements, statements; $...ARGS with a name. $X. ... .fit(...) a chain
---   <... P ...>  P anywhere inside an expression. An expression alone on its line in a body or a row of statements occurs anywhere in a statement
---   "..."        any known string; f"..." any f-string; f"SELECT ...{$X}..."; "a", 1, None: whatever is known to be that
---   f(a=1, ...)  keyword arguments and dict pairs in any order, others only beside `...`
---   A; ...; B    one statement a line: with `...` what occurs in this order, in nested blocks too; without, a row (a whole body)
---   class $C(Base): ...   Base is among the bases; def, if, try ... may have decorators, annotations, else, except that the pattern leaves out
---@class mlopslint.PatternRule: mlopslint.Rule
---@field pattern string|string[]      one of them matches
---@field all? string|string[]         and all of these match the same code
---@field unless? string|string[]      and none of these does
---@field inside? string|string[]|{all: string[]}  one of these (all: each) is around it: the code itself, a block, or statements up to here
---@field not_inside? string|string[]
--- Metavariables by name: a PCRE2 regex (on the value of a known string, else on the code; not anchored), or conditions; patterns are tried on
--- the code and on the expressions that its value may come from; least and most on a known number. [1], or where itself: a function of the match.
---@field where? (fun(m: mlopslint.Match, ctx: mlopslint.Ctx): boolean)|table<string, string|{pattern: string|string[]?, unless: string|string[]?, regex: string?, least: number?, most: number?}>
---@field focus? string                the metavariable to report at: "$X"
---@field message? string              with $X in it; or a check
---@field check? fun(ctx: mlopslint.Ctx, m: mlopslint.Match)
--- A template for the whole match ("f($X, $...ARGS)"), or a function that gives an edit, a list of edits or nil.
---@field fix? string|(fun(m: mlopslint.Match): any)|{safety: mlopslint.Safety?, title: string?, edit: string|(fun(m: mlopslint.Match): any)}
---@param r mlopslint.PatternRule
function rule.pattern(r) end

--- A tree-sitter query. Captures are fields of the match, lists if the query repeats them; `$name` in the message. Predicates: #eq? #not-eq?
--- #any-eq? #match? #not-match? #any-of? #not-any-of? ... formats: python and notebook cells unless it says json, yaml, toml, hcl, bash.
---@class mlopslint.QueryRule: mlopslint.Rule
---@field query string
---@field formats? mlopslint.Format[]
---@field where? fun(m: mlopslint.Match, ctx: mlopslint.Ctx): boolean
---@field message? string
---@field check? fun(ctx: mlopslint.Ctx, m: mlopslint.Match)
---@field fix? string|(fun(m: mlopslint.Match): any)|table
---@param r mlopslint.QueryRule
function rule.query(r) end

--- m.X and m["$X"] are what the metavariable or capture stands for: a node, a list of nodes for $...X, nil if it did not match.
---@class mlopslint.Match
---@field node mlopslint.Node   what matched; of several statements the first; of a query the first capture
---@field place mlopslint.Range where it is reported: the focus; of definitions and compound statements the head
---@field [string] mlopslint.Node|mlopslint.Node[]|nil
local Match = {}
---@return string?  what it stands for: the code, or the word of a resolved name
function Match:text(name) end
---@return string  the text with what its metavariables stand for
function Match:format(text) end
--- edits: the whole match by a template; the match away; an argument of the matched call set, or added
function Match:replace(template) end
function Match:remove() end
function Match:add_keyword(name, text) end
---@return table
function Match:location() end

--- Patterns over qualified names: "torch.load", "transformers.*.from_pretrained" (a part * is one part or more), "sklearn.dummy.Dummy*",
--- "*.fit" (any receiver; of an unknown one the name is "?.fit"). Aliases are resolved; "builtins.open" is open;
--- app = FastAPI(): app.post is "fastapi.FastAPI.post"; m = joblib.load(p): m.predict is "joblib.load().predict".
---@class mlopslint.CallRule: mlopslint.Rule
---@field calls string|string[]
---@field check? fun(ctx: mlopslint.Ctx, call: mlopslint.Node)
---@param r mlopslint.CallRule
function rule.call(r) end

---@class mlopslint.ReferenceRule: mlopslint.Rule
---@field names string|string[]     mentions that are not calls: "numpy.nan"
---@field check? fun(ctx: mlopslint.Ctx, node: mlopslint.Node)
---@param r mlopslint.ReferenceRule
function rule.reference(r) end

---@class mlopslint.ImportRule: mlopslint.Rule
---@field imports string|string[]   modules, or what is in them
---@field check? fun(ctx: mlopslint.Ctx, node: mlopslint.Node)
---@param r mlopslint.ImportRule
function rule.import(r) end

--- HTTP handlers of FastAPI, Flask, ...
---@class mlopslint.RouteRule: mlopslint.Rule
---@field check? fun(ctx: mlopslint.Ctx, route: mlopslint.Route)
---@param r mlopslint.RouteRule
function rule.route(r) end

---@class mlopslint.FunctionRule: mlopslint.Rule
---@field functions string|string[] names of definitions: "train*"
---@field check? fun(ctx: mlopslint.Ctx, node: mlopslint.Node)
---@param r mlopslint.FunctionRule
function rule.func(r) end

---@class mlopslint.AssignRule: mlopslint.Rule
---@field assigns string|string[]   last part of the target: "DEBUG"
---@field check? fun(ctx: mlopslint.Ctx, assignment: mlopslint.Node)
---@param r mlopslint.AssignRule
function rule.assign(r) end

--- Command lines of shell scripts, Dockerfiles, compose, Kubernetes, CI, dvc, notebooks.
---@class mlopslint.CommandRule: mlopslint.Rule
---@field commands string|string[]  programs
---@field check? fun(ctx: mlopslint.Ctx, command: mlopslint.Command)
---@param r mlopslint.CommandRule
function rule.command(r) end

---@class mlopslint.DocumentRule: mlopslint.Rule
---@field formats? mlopslint.Format|mlopslint.Format[]
---@field select? string            a path: a.b[*].c, a.*, **.image, ['x.y']; $: each document; without it: the stream of them
---@field check? fun(ctx: mlopslint.Ctx, value: mlopslint.Value)
---@param r mlopslint.DocumentRule
function rule.document(r) end

---@class mlopslint.DependencyRule: mlopslint.Rule
---@field dependencies string|string[]
---@field check? fun(ctx: mlopslint.Ctx, dependency: mlopslint.Dependency)
---@param r mlopslint.DependencyRule
function rule.dependency(r) end

---@class mlopslint.CellRule: mlopslint.Rule
---@field check? fun(ctx: mlopslint.Ctx, cell: mlopslint.Cell)
---@param r mlopslint.CellRule
function rule.cell(r) end

---@class mlopslint.NotebookRule: mlopslint.Rule
---@field check? fun(ctx: mlopslint.Ctx, notebook: mlopslint.Notebook)
---@param r mlopslint.NotebookRule
function rule.notebook(r) end

---@class mlopslint.TextRule: mlopslint.Rule
---@field regex string              PCRE2, over the raw text of files of any kind: give needs!
---@field check? fun(ctx: mlopslint.Ctx, match: {text: string, range: mlopslint.Range, [integer]: mlopslint.Range})
---@param r mlopslint.TextRule
function rule.text(r) end

--- Once for each file of such a path.
---@class mlopslint.FileRule: mlopslint.Rule
---@field files string|string[]
---@field check? fun(ctx: mlopslint.Ctx)
---@param r mlopslint.FileRule
function rule.file(r) end

--- One trigger of rule.any or rule.project: the fields of the constructors above.
---@class mlopslint.Trigger
---@field calls? string|string[]
---@field names? string|string[]
---@field imports? string|string[]
---@field routes? boolean
---@field functions? string|string[]
---@field assigns? string|string[]
---@field commands? string|string[]
---@field dependencies? string|string[]
---@field cells? boolean
---@field notebooks? boolean
---@field pattern? string|string[]
---@field query? string
---@field regex? string
---@field formats? mlopslint.Format|mlopslint.Format[]
---@field select? string
---@field files? string|string[]
---@field ignores? string|string[]
---@field needs? string[]|string[][]
---@field message? string
---@field check? fun(ctx: mlopslint.Ctx, hit: any)
---@field fact? fun(ctx: mlopslint.Ctx, hit: any): table<string, any>?  project rules: a table of plain values with names, or nothing

--- Several triggers in one rule: on = { { calls = {...}, check = f }, { commands = {...}, check = g }, ... }
---@class mlopslint.AnyRule: mlopslint.Rule
---@field on mlopslint.Trigger[]
---@param r mlopslint.AnyRule
function rule.any(r) end

--- Over the whole project. A `fact` may report at once too.
---@class mlopslint.ProjectRule: mlopslint.Rule
---@field collect? mlopslint.Trigger[]  what to gather from each file; may be left out where `index` says it all
---@field index? string|string[]        what finish asks of ctx.project: "saves", "loads" ... (see mlopslint.Project)
---@field whole? boolean                for rules about absence: they run only when the whole project is checked
---@field finish fun(ctx: mlopslint.Ctx, facts: mlopslint.Facts)
---@param r mlopslint.ProjectRule
function rule.project(r) end

--- The facts of all files, in the order of files. `wanted` names fields and their values: facts:all { kind = "load" }.
---@class mlopslint.Facts
---@field [integer] table<string, any>
local Facts = {}
---@return fun(): table<string, any>?  iterates: for fact in facts:all { ... } do
function Facts:all(wanted) end
---@return table<string, any>?  the first
function Facts:one(wanted) end
---@return table<string, any>?  the one at whose `at` a finding about the whole project is best told: in a module rather than in a notebook
function Facts:place(wanted) end
---@return integer
function Facts:count(wanted) end

---@class mlopslint.Ctx
---@field path string
---@field format mlopslint.Format
---@field text string        the file's decoded text
---@field is_test boolean    the path is that of a test
---@field options table      the rule's options in force
---@field notebook? mlopslint.Notebook
---@field document? mlopslint.Value  the stream: a list of the file's documents
---@field root? mlopslint.Node
---@field project mlopslint.Project  in finish only
local Ctx = {}
--- place: a node, value, range, command, cell, output.
---@param place any
---@param format string  as string.format
---@return mlopslint.Report
function Ctx:report(place, format, ...) end
---@param location table  what location() gave
---@return mlopslint.Report
function Ctx:report_at(location, format, ...) end
---@return mlopslint.Node[]  calls of these names in document order
function Ctx:calls(...) end
---@return boolean  the file imports this module or something in it
function Ctx:imports(module) end
---@return mlopslint.Fit[]  all calls of fit, fit_transform, partial_fit ... in document order
function Ctx:fits() end
---@return mlopslint.Node[]
function Ctx:functions() end
---@return mlopslint.Route[]
function Ctx:routes() end
---@return mlopslint.Range  bytes from..to (inclusive) of ctx.text
function Ctx:range(from, to) end

--- What the core knows of the whole project, in finish. Each list but modules() needs its name in the rule's `index`; lists are in the
--- order of files; every entry has `at`, a location for ctx:report_at. What is not known is nil. Loads and saves are of models.
---@class mlopslint.Project
local Project = {}
---@return {path: string, name: string}[]  Python files and notebooks; name is the dotted module
function Project:modules() end
---@param path? string  of this file only
--- path: the project's module that the import runs; else package: the top-level name. guarded: in a function, try or if, so it need not be there
---@return {name: string, path: string?, package: string?, guarded: boolean, at: table}[]
function Project:imports(path) end
---@return boolean  the file `from` imports `to`, at once or through others (index = { "imports" })
function Project:reaches(from, to) end
---@param paths string[]
---@return table<string, true>  the files that one of these imports, at once or through others; they themselves too (index = { "imports" })
function Project:reached(paths) end
---@return {name: string, specifier: string?, pinned: boolean, dev: boolean, at: table}[]
function Project:dependencies() end
---@return {kind: "main"|"console"|"image"|"procfile", name: string?, command: string?, path: string?, at: table}[]
function Project:entry_points() end
--- HTTP handlers, and what serves without one: Gradio and Streamlit apps, methods that KServe, Seldon, MLServer and TorchServe call (no method).
---@return {framework: string, handler: string?, path: string?, method: string?, at: table}[]
function Project:routes() end
---@return {library: string?, call: string, path: string?, registered: string?, at: table}[]
function Project:saves() end
---@return {library: string?, call: string, path: string?, registered: string?, at: table}[]
function Project:loads() end
---@return {library: string, call: string, at: table}[]
function Project:trainings() end
---@return {library: string, call: string, at: table}[]
function Project:evaluations() end
---@return {name: string, reaches: string[], at: table}[]  reaches: the project's functions that the test calls, also through its own helpers
function Project:tests() end
---@return {kind: string, name: string, at: table}[]  kind: "dvc", "github", "mlproject" or the library
function Project:stages() end
---@return {kind: string, name: string, value: string?, at: table}[]  kind: "dvc" (name: the file), "file" (metrics.json) or the library
function Project:metrics() end
--- Functions and classes of the top level of modules and notebooks. digest: equal if parameters and body are, whatever the name, comments
--- and docstrings; lines: of the body.
---@return {kind: "function"|"class", name: string, digest: string, lines: integer, at: table}[]
function Project:definitions() end

---@class mlopslint.Report
local Report = {}
---@return mlopslint.Report
function Report:related(place_or_location, format, ...) end
--- { safety = "safe", title = "...", edit, edit ... }: all edits or none.
---@return mlopslint.Report
function Report:fix(fix) end

--- The place holds a secret: it is masked wherever a finding of the file shows it.
---@return mlopslint.Report
function Report:secret() end

---@class mlopslint.Node
---@field kind string        the grammar's: "call", "string", "identifier", "comparison_operator", "function_definition" ...
---@field text string
---@field name? string       qualified name; of a call its callee's; of a definition its own name
---@field line integer
---@field string? string     the text of its value, if that is certain: a literal, a constant, what is put together of such
---@field start integer      offset, from 0
---@field stop integer
---@field item? integer      from origins(): which part of the value, from 0
---@field parent? mlopslint.Node
---@field next? mlopslint.Node
---@field method string      calls: last part of the callee
---@field callee mlopslint.Node   calls
---@field receiver? mlopslint.Node  calls: x of x.fit()
---@field is_async boolean   function definitions
local Node = {}
---@return mlopslint.Node?
function Node:field(name) end
---@return mlopslint.Node[]  named children
function Node:children() end
---@return mlopslint.Node[]
function Node:descendants(kind) end
---@return mlopslint.Node?
function Node:ancestor(kind) end
---@return boolean
function Node:contains(other) end
---@return mlopslint.Node?  the innermost function_definition around
function Node:enclosing_function() end
--- The value and its kind: "none" (value nil), "boolean", "integer", "float", "string", "partial" (string with unknown parts), "list"/"dict"
--- (value: the node that writes it). nil, nil if nothing is known.
---@return any, string?
function Node:constant() end
---@return mlopslint.Node[]  the expressions that the value may come from: calls, literals, parameters, subscripts ... Followed back through
--- names, members, containers, branches, loops and functions of this file
function Node:origins() end
---@return mlopslint.Node[]  the reads that may hold this expression's value: of the names it is assigned to, and on through further names
function Node:flows_to() end
---@return mlopslint.Node[]  the calls that the value went through, the latest first: what it was called on and with
function Node:history() end
--- The columns of a table: all of them (exact: `has`), or those of `base`, where its data comes from, without `lost` and with `has`.
--- column: it is one column, has[1], or was made of it value by value. nil if nothing is known.
---@return {base: mlopslint.Node, exact: boolean, has: string[], lost: string[], column: boolean}?
function Node:columns() end
---@return string?  a column that `other` (df["y"], df.pop("y") ..) is made of and that this table is certain to hold too
function Node:shared_column(other) end
--- Which part of the data this is. made: the call or cut that took it; whole: what it was taken of; by_name: only its name says so.
---@return {part: "train"|"validation"|"test", role: "features"|"target"|nil, by_name: boolean, made: mlopslint.Node?, whole: mlopslint.Node?}?
function Node:split() end
---@return mlopslint.Fit[]  the fits that may have made this estimator what it is here
function Node:fits() end
---@return mlopslint.Node[]  calls that construct the estimator, and those inside pipelines, column transformers and searches
function Node:estimators() end
---@return {kind: string, name: string, target: mlopslint.Node, value: mlopslint.Node?, type: mlopslint.Node?, item: integer?}?
function Node:binding() end
---@return boolean  certain to be the same value, under other names too
function Node:same(other) end
---@return boolean  its name matches one of the patterns
function Node:is(...) end
---@return table  plain: {path, line, ...}; keep it in facts
function Node:location() end
---@param keyword string|integer|nil  a position alone counts from 1 too
---@param position integer?  from 1
---@return mlopslint.Node?
function Node:argument(keyword, position) end
---@return mlopslint.Node?  the keyword_argument node
function Node:keyword(name) end
---@return boolean
function Node:has_splat() end
---@return integer
function Node:positional_count() end
---@param pattern string  as rule.pattern has them
---@return boolean
function Node:matches(pattern) end
---@return boolean  the pattern matches it or something around it
function Node:inside(pattern) end
--- edits
function Node:append(argument_text) end
--- the argument with this value; nil if the call can't take one
function Node:add_keyword(name, text) end
function Node:replace(text) end
function Node:before(text) end
function Node:after(text) end
--- an argument goes with its keyword and comma
function Node:remove() end
--- function definitions
---@return mlopslint.Node[]
function Node:decorators() end
---@return {name: string, node: mlopslint.Node, type: mlopslint.Node?, default: mlopslint.Node?}[]
function Node:parameters() end
---@return mlopslint.Node[]  values of its own return statements
function Node:returns() end
---@return mlopslint.Node[]  calls that run when it runs, through this file's own functions
function Node:reached_calls() end

--- What a call fits on what. Inside a function of this file that was called, data and target stand for the caller's arguments.
---@class mlopslint.Fit
---@field call mlopslint.Node
---@field estimator mlopslint.Node
---@field data? mlopslint.Node    X
---@field target? mlopslint.Node  y

---@class mlopslint.Route
---@field framework string
---@field method string   "get", "post", "any"
---@field path string
---@field node mlopslint.Node     the decorator's expression
---@field handler mlopslint.Node  the function_definition

---@class mlopslint.Range
---@field text string
local Range = {}
function Range:location() end
function Range:replace(text) end
--- a word goes with its quotes, and with the comma beside it in a list
function Range:remove() end

---@class mlopslint.Value
---@field kind "null"|"boolean"|"integer"|"float"|"string"|"list"|"map"
---@field text string    a scalar decoded; a list's or map's source
---@field value any      scalars as Lua values, else nil
---@field key string
---@field path string    "services.api.ports[0]"
---@field parent? mlopslint.Value
local Value = {}
---@return mlopslint.Value?
function Value:get(path) end
---@return mlopslint.Value[]
function Value:select(path) end
---@return mlopslint.Value[]
function Value:children() end
---@return mlopslint.Range
function Value:key_range() end
function Value:location() end
function Value:replace(text) end
--- removes the value's whole lines
function Value:remove() end

---@class mlopslint.Command
---@field program string
---@field context "script"|"image-run"|"image-cmd"|"pipeline"|"notebook"
---@field words {text: string, range: mlopslint.Range, expands: boolean}[]   words[1] is the program
---@field environment {text: string, range: mlopslint.Range}[]   NAME=value before the program
---@field owner? mlopslint.Value
local Command = {}
---@return string?, mlopslint.Range?   value of --opt X or --opt=X ("" if none)
function Command:option(...) end
---@return mlopslint.Range?  a word that is exactly this
function Command:has(word) end
function Command:location() end

---@class mlopslint.Dependency
---@field name string       PEP 503 form
---@field specifier string
---@field lowest string     lowest version allowed, or ""
---@field dev boolean
---@field range mlopslint.Range

---@class mlopslint.Notebook
---@field kept boolean  all its outputs may stay in version control, by its path or its metadata ([notebook] of the configuration)
---@field language string   of the kernel, lower case: "python", "r", "julia", "sql" ...
---@field form "ipynb"|"databricks"|"percent"|"marimo"  the others than ipynb are Python files: no counts, no outputs
---@field platform "jupyter"|"databricks"|"deepnote"|"snowflake"|"sagemaker"|"azure"|"kaggle"|"colab"|"pycharm"|"vscode"|"marimo"  where it was last written
---@field kernel? string    kernelspec.name
---@field nbformat? integer  of an .ipynb: 3 or 4
---@field nbformat_minor? integer
---@field metadata table<string, any>     without members of more than 64 KiB
---@field metadata_range? mlopslint.Range
---@field widgets_range? mlopslint.Range  the state of widgets
---@field widgets_size integer            its bytes in the file, or 0
local Notebook = {}
--- notebook:remove("metadata", "widgets"): edits that take a member out; none if it is not there
---@return table[]
function Notebook:remove(...) end
---@return mlopslint.Cell[]
function Notebook:cells() end
--- Names read where only a later place binds them, by the cell itself or by a function that it calls there (call).
---@return {name: string, read: mlopslint.Node, call: mlopslint.Node?, binding: mlopslint.Node, cell: mlopslint.Cell, bound_in: mlopslint.Cell}[]
function Notebook:early_reads() end
--- The first read of each cell whose shown result is older, by the execution counts, than a binding that it depends on: `rerun` is the
--- cell of that binding.
---@return {name: string, read: mlopslint.Node, binding: mlopslint.Node, cell: mlopslint.Cell, rerun: mlopslint.Cell}[]
function Notebook:stale_reads() end
---@return {name: string, line: string, range: mlopslint.Range, cell: mlopslint.Cell}[]
function Notebook:magics() end
---@return {cell: mlopslint.Cell, range: mlopslint.Range}[]
function Notebook:broken_cells() end
function Notebook:location() end

---@class mlopslint.Cell
---@field kind "code"|"markdown"|"raw"
---@field number integer
---@field source string
---@field execution_count? integer  nil where the platform does not count (Databricks writes 0)
---@field id? string
---@field language? string   of a code cell: the notebook's, unless metadata or a magic (%%sql) gives it another
---@field metadata table<string, any>  without members of more than 64 KiB
---@field tags string[]
---@field outputs mlopslint.Output[]
---@field kept boolean                 all its outputs may stay in version control; true if it has none
---@field attachments {name: string, mime: string, size: integer, range: mlopslint.Range}[]  pasted files
---@field collapsed boolean          its source is hidden
---@field outputs_collapsed boolean
---@field metadata_range? mlopslint.Range
---@field outputs_range? mlopslint.Range
---@field head mlopslint.Range          first line of the source
---@field count_range? mlopslint.Range  the execution_count's value
local Cell = {}
---@return mlopslint.Range  bytes from..to of source
function Cell:range(from, to) end
---@return mlopslint.Node[]  the statements of a Python cell that stand in no block
function Cell:statements() end
---@param which? "all"  outputs that may stay in version control too
---@return table[]  edits: outputs [] and execution_count null, as far as they may not stay
function Cell:strip(which) end
--- cell:remove("attachments"): edits that take a member out; none if it is not there
---@return table[]
function Cell:remove(...) end
function Cell:location() end

---@class mlopslint.Output
---@field kind "stream"|"display"|"result"|"error"
---@field size integer   bytes in the file
---@field mimes string[]
---@field kept boolean  may stay in version control, at least with some of its MIME types
---@field name? string         of a stream: "stdout", "stderr"
---@field error_name? string   of an error: "ValueError"
---@field error_value? string
---@field execution_count? integer
---@field metadata table<string, any>
local Output = {}
---@return string?  of "text/plain", "text/html", "stdout", "stderr", "traceback" ...
function Output:text(mime) end
---@return mlopslint.Range?  bytes from..to (inclusive) of text(mime); without them, its JSON value
function Output:range(mime, from, to) end
--- What it shows as tables (HTML, or text of pandas, Spark and SQL clients): 16 of 100 rows and 200 columns are kept, cells cut to 200 bytes.
--- Rows are as long as the header, the index included. row_count: shown; all_rows: as the table says ("891 rows x 12 columns"), else the same.
---@return {mime: string, header: string[], rows: string[][], row_count: integer, all_rows: integer}[]
function Output:tables() end
function Output:location() end

-- mlopslint.text and mlopslint.version have annotations of their own, beside this file.
return rule
