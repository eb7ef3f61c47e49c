local rule = require "mlopslint.rule"

-- What a reader must find, with the headings that people give it (Mitchell 2019, Hugging Face, Google Model Card Toolkit, Annex IV).
local topics = {
  { "intended use", { "intended use", "uses", "direct use", "use case", "purpose", "what it is for", "users", "how to use" } },
  { "out-of-scope use", { "out%-of%-scope", "out of scope", "not for", "misuse", "unintended", "should not", "what it is not for" } },
  { "limitations", { "limitation", "caveat", "risk", "bias", "trade%-?off", "ethical", "considerations" } },
  { "evaluation", { "evaluation", "performance", "metric", "result", "quantitative", "accuracy", "how well" } },
  { "training data", { "training data", "train.* data", "dataset", "data set", "training", "data" } },
  { "an owner to ask", { "contact", "owner", "author", "maintainer", "developed by", "feedback", "team", "support" } },
}

local placeholders = [[\[More Information Needed\]|\{\{[^}]*\}\}]]

-- Headings and the bold words that begin a line or item serve as headings.
local function headings(document)
  local out = {}
  for _, section in ipairs(document:select "sections[*]") do
    local title = section:get "title"
    if title then out[#out + 1] = title.text:lower() end
    local body = section:get "text"
    for bold in (body and body.text or ""):gmatch "%*%*([^*\n]+)%*%*" do out[#out + 1] = bold:lower() end
  end
  return table.concat(out, "\n")
end

local function missing_topics(document)
  local have, missing = headings(document), {}
  for _, topic in ipairs(topics) do
    local found = false
    for _, pattern in ipairs(topic[2]) do found = found or have:find(pattern) ~= nil end
    if not found then missing[#missing + 1] = topic[1] end
  end
  return missing
end

return rule.document {
  code = "USR002", name = "model-card-incomplete", severity = "warning",
  summary = "the model card leaves out what its readers need",
  docs = [[
A model card is read by the people who have to decide whether to trust a result. One without intended use, out-of-scope use, limitations,
evaluation, training data or an owner leaves that decision to chance; one full of "[More Information Needed]" was never written.

Next step: add the sections that are named. A sentence of what is known is better than a template.

Source: Mitchell et al., 2019; Liang et al. 2024 (32,111 Hugging Face cards: limitations and evaluation are filled least); EU AI Act, Annex IV.]],
  formats = { "markdown" },
  files = { "*MODEL_CARD*.md", "*model_card*.md", "*model-card*.md", "*modelcard*.md", "*ModelCard*.md" },
  check = function(ctx, stream)
    local document = stream:children()[1]
    if not document then return end
    local first
    for _, section in ipairs(document:select "sections[*]") do
      local title = section:get "title"
      if title and title.text ~= "" then first = title break end
    end
    local empty = #require("mlopslint.text").matches(ctx.text, placeholders)
    if empty >= 3 then
      ctx:report(first or document, "%d places of this model card still wait to be written", empty)
      return
    end
    local missing = missing_topics(document)
    if #missing > 0 then ctx:report(first or document, "this model card says nothing about %s", table.concat(missing, ", ")) end
  end,
  tests = {
    bad = {
      { "# Churn model\n\n## Intended use\n\nRetention calls.\n\n## Evaluation\n\nAUC 0.81\n", file = "MODEL_CARD.md", message = "out-of-scope use, limitations, training data, an owner to ask" },
      { "# Model\n\n## Uses\n\n[More Information Needed]\n\n## Bias\n\n[More Information Needed]\n\n## Data\n\n[More Information Needed]\n", file = "model_card.md", message = "3 places" },
    },
    good = {
      { "# Churn\n\n## Intended use\n\n## Out-of-scope use\n\n## Limitations\n\n## Evaluation\n\n## Training data\n\n## Contact\n", file = "MODEL_CARD.md" },
      { "# Churn\n\nA readme.", file = "README.md" },
    },
  },
}
