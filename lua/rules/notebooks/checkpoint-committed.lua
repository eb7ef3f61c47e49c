local rule = require "mlopslint.rule"

return rule.project {
  code = "NBK022", name = "checkpoint-committed", severity = "warning",
  summary = "Jupyter's automatic copies of notebooks are in the repository",
  docs = [[
Jupyter keeps the last saved state of each notebook in `.ipynb_checkpoints`. In a repository these copies are old code beside the
current, and they keep the outputs that were stripped from the notebook itself: whoever reviews the notebook does not see them.

Next step: `git rm -r --cached '*.ipynb_checkpoints'` and a line `.ipynb_checkpoints/` in .gitignore. What the copies showed stays in the
history: if it was personal data or a secret, rewrite that.

Source: gitignore templates of GitHub (Python, JupyterNotebooks); Jupyter Server documentation, "Checkpoints".]],
  collect = {
    { files = { "**/.ipynb_checkpoints/*" }, fact = function(ctx) return { at = ctx:range(1, 0):location() } end },
  },
  finish = function(ctx, copies)
    local first, count = copies:one(), copies:count()
    if not first then return end
    ctx:report_at(first.at, "%s that Jupyter saved automatically %s not ignored by git: remove %s and ignore .ipynb_checkpoints/",
      count == 1 and "a copy" or count .. " copies", count == 1 and "is" or "are", count == 1 and "it" or "them")
  end,
  tests = {
    bad = {
      { files = { ["a/.ipynb_checkpoints/load-checkpoint.py"] = "x = 1  # expect: NBK022", ["b/.ipynb_checkpoints/eda-checkpoint.py"] = "y = 2" },
        message = "2 copies" },
      { "", file = "a/.ipynb_checkpoints/load-checkpoint.py", expect = "1: NBK022" },
    },
    good = {
      { cells = { "x = 1" } },
      { "x = 1", file = "checkpoints/model.py" },
    },
  },
}
