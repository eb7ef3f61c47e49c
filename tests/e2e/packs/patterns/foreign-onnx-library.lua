local rule = require "mlopslint.rule"
return rule.pattern {
  code = "PAT006", name = "foreign-onnx-library", severity = "error",
  summary = "native code is loaded from a path that is not fixed",
  docs = "Load operators from a fixed path that only the deployment can write.",
  pattern = "onnxruntime.SessionOptions.register_custom_ops_library($LIBRARY)",
  unless = "$OPTIONS.register_custom_ops_library('...')",
  message = "`$LIBRARY` is loaded as native code",
  tests = {
    bad = { "import onnxruntime as ort\no = ort.SessionOptions()\ndef f(x):\n    o.register_custom_ops_library(x)  # expect: PAT006" },
    good = { "import onnxruntime as ort\nLIB = 'ops.so'\no = ort.SessionOptions()\no.register_custom_ops_library(LIB)",
      "o = Options()\no.register_custom_ops_library(x)" },
  },
}
