local rule = require "mlopslint.rule"

local function setting(ctx, value)
  local on = tostring(value.value):lower()
  if on == "true" or on == "1" then ctx:report(value, "GRADIO_SHARE publishes the demo through a public tunnel") end
end

return rule.any {
  code = "SEC302", name = "gradio-share", severity = "warning",
  summary = "a public tunnel leads to this demo",
  docs = [[
`share=True` opens a tunnel from a public address to the machine that runs the demo, past firewalls and VPN. Whoever has the link, or
finds it, sends input to your model and reads what the demo shows.

Next step: remove `share=True` and put the demo behind your own sign-in; for a short test, pass `auth=` with credentials from the
environment.

Source: Gradio guide "Sharing Your App".]],
  on = {
    { calls = { "*.launch" }, needs = { "gradio", "share" },
      check = function(ctx, call)
        local share = call:argument "share"
        if not share or share:constant() ~= true then return end
        if not ctx:imports "gradio" or call:argument("auth") or call:argument("auth_dependency") then return end
        ctx:report(share.parent, "share=True puts this demo on the public internet, without a password")
          :fix { safety = "unsafe", title = "keep the demo local", share:remove() }
      end },
    { formats = { "yaml" }, select = "**.GRADIO_SHARE", needs = { "GRADIO_SHARE" }, check = setting },
    { formats = { "dockerfile" }, select = "instructions[*].variables.GRADIO_SHARE", needs = { "GRADIO_SHARE" }, check = setting },
  },
  tests = {
    bad = {
      { "import gradio as gr\ndemo = gr.Interface(f, 'text', 'text')\ndemo.launch(share=True)  # expect: SEC302",
        fixed = "import gradio as gr\ndemo = gr.Interface(f, 'text', 'text')\ndemo.launch()  # expect: SEC302" },
      { "FROM python:3.11\nENV GRADIO_SHARE=True", file = "Dockerfile" },
    },
    good = {
      "import gradio as gr\ngr.Interface(f, 'text', 'text').launch()",
      "import gradio as gr\ngr.Interface(f, 'text', 'text').launch(share=True, auth=(user, password))",
      "import pygame\nrocket.launch(share=True)",
    },
  },
}
