local rule = require "mlopslint.rule"

-- The value of a keyword that comes with **options, where options is one dictionary written in this file, and the splat.
local function splatted(call, keyword)
  for _, splat in ipairs(call:field("arguments"):children()) do
    local origins = splat.kind == "dictionary_splat" and splat:children()[1]:origins() or {}
    for _, pair in ipairs(#origins == 1 and origins[1].kind == "dictionary" and origins[1]:children() or {}) do
      if pair.kind == "pair" and pair:field("key"):constant() == keyword then return pair:field "value", splat end
    end
  end
end

local function pinned_to_commit(call)
  local revision = call:argument "revision" or splatted(call, "revision")
  local value = revision and revision:constant()
  return type(value) == "string" and value:match "^%x+$" and #value == 40
end

return rule.any {
  code = "SEC110", name = "trust-remote-code", severity = "error",
  summary = "code from the model's repository runs on your machine",
  docs = [[
`trust_remote_code=True` downloads Python files from the model's repository and runs them with your rights. Whoever can push to that
repository, or takes it over, runs code in your training job or server.

Next step: use a model whose code is part of the library. If the code is needed, read it, and pin the commit you read with
`revision="<40 hex digits>"`; a pinned commit is not reported.

Source: Hugging Face documentation of trust_remote_code; vLLM security guide; Bandit B615.]],
  on = {
    { calls = { "transformers.*", "datasets.*", "vllm.*", "sentence_transformers.*", "langchain*.*", "optimum.*", "peft.*", "unsloth.*",
        "evaluate.*", "*.from_pretrained", "*.load_dataset" },
      needs = { "trust_remote_code" },
      check = function(ctx, call)
        local argument = call:argument "trust_remote_code"
        local option, splat = splatted(call, "trust_remote_code")
        if option and not argument and option:constant() == true and not pinned_to_commit(call) then
          ctx:report(splat, "`%s` will run code shipped with the %s", call.method, call.method == "load_dataset" and "data set" or "model")
            :related(option.parent, "trust_remote_code is set here")
          return
        end
        if not argument or argument:constant() ~= true or pinned_to_commit(call) then return end
        ctx:report(argument.parent.kind == "keyword_argument" and argument.parent or argument,
            "`%s` will run code shipped with the %s", call.method, call.method == "load_dataset" and "data set" or "model")
          :fix { safety = "unsafe", title = "remove trust_remote_code", argument:remove() }
      end },
    { commands = { "*" }, needs = { "--trust-remote-code" },
      check = function(ctx, command)
        local value, place = command:option("--trust-remote-code", "--trust_remote_code")
        if not place or value:lower() == "false" then return end
        ctx:report(place, "`%s` will run code shipped with the model", command.program)
      end },
    { formats = { "yaml", "json", "toml" }, select = "**.trust_remote_code", needs = { "trust_remote_code" },
      check = function(ctx, value)
        if value.value == true then ctx:report(value, "this setting lets code shipped with the model run") end
      end },
  },
  tests = {
    bad = {
      { "from transformers import AutoModel as M\nM.from_pretrained('a/b', trust_remote_code=True)  # expect: SEC110",
        fixed = "from transformers import AutoModel as M\nM.from_pretrained('a/b')  # expect: SEC110" },
      "from datasets import load_dataset\nTRUST = True\nload_dataset('x', trust_remote_code=TRUST)  # expect: SEC110",
      "from transformers import AutoModel\noptions = {'trust_remote_code': True, 'device_map': 'auto'}\nAutoModel.from_pretrained('a/b', **options)  # expect: SEC110",
      { "vllm serve org/model --trust-remote-code  # expect: SEC110", file = "serve.sh" },
      { "model:\n  trust_remote_code: true  # expect: SEC110", file = "config.yaml" },
    },
    good = {
      "from transformers import AutoModel\nAutoModel.from_pretrained('a/b')",
      "from transformers import AutoModel\nAutoModel.from_pretrained('a/b', trust_remote_code=False)",
      "from transformers import AutoModel\nAutoModel.from_pretrained('a/b', trust_remote_code=True, revision='0123456789abcdef0123456789abcdef01234567')",
      "from transformers import AutoModel\noptions = {'trust_remote_code': args.trust, 'device_map': 'auto'}\nAutoModel.from_pretrained('a/b', **options)",
      "from transformers import AutoModel\noptions = {'trust_remote_code': True, 'revision': '0123456789abcdef0123456789abcdef01234567'}\nAutoModel.from_pretrained('a/b', **options)",
      { "model:\n  trust_remote_code: false", file = "config.yaml" },
    },
  },
}
