local rule = require "mlopslint.rule"

return rule.call {
  code = "USR014", name = "feedback-disabled", severity = "warning",
  summary = "people who try the model can't say that it is wrong",
  docs = [[
Gradio can put a button under each answer with which people flag a bad one. Here it is switched off, so the people who see the model fail
have no way to tell you.

Next step: leave `flagging_mode` at its default ("manual") and choose where flags go with `flagging_callback`; or link another way to
answer back.

Source: Gradio documentation of Interface (flagging_mode, before version 5 allow_flagging); Equal Experts MLOps playbook.]],
  calls = { "gradio.Interface", "gradio.ChatInterface", "gradio.*.Interface" },
  needs = { "never" },
  check = function(ctx, call)
    local mode = call:argument "flagging_mode" or call:argument "allow_flagging"
    if not mode or mode:constant() ~= "never" then return end
    ctx:report(mode.parent, "flagging is off: people who see a wrong answer can't say so")
      :fix { safety = "unsafe", title = "let people flag answers", mode:remove() }
  end,
  tests = {
    bad = {
      { "import gradio as gr\ngr.Interface(f, 'text', 'label', allow_flagging='never')  # expect: USR014", fixed = "import gradio as gr\ngr.Interface(f, 'text', 'label')  # expect: USR014" },
      "from gradio import Interface\nInterface(fn=f, inputs=i, outputs=o, flagging_mode=\"never\")  # expect: USR014",
    },
    good = {
      "import gradio as gr\ngr.Interface(f, 'text', 'label', flagging_mode='manual')",
      "import gradio as gr\ngr.Interface(f, 'text', 'label', title='never')",
    },
  },
}
