local rule = require "mlopslint.rule"
local function ways(extract)
  return {
    "tarfile.open(...)." .. extract,
    "$TAR = tarfile.open(...)\n...\n$TAR." .. extract,
    "with tarfile.open(...) as $TAR:\n  ...\n  $TAR." .. extract,
  }
end
return rule.pattern {
  code = "PAT007", name = "archive-writes-anywhere", severity = "warning",
  summary = "members of a tar archive may be written outside of the target folder",
  docs = "Pass `members=` a list that was checked, or `filter=\"data\"`.",
  pattern = ways "extractall(...)",
  unless = ways "extractall(..., members=$CHECKED, ...)",
  message = "all members of this archive are extracted unchecked",
  tests = {
    bad = { [[
import tarfile
with tarfile.open(path) as tar:  # expect: PAT007
    if ok:
        tar.extractall(to)
tarfile.open(path).extractall()  # expect: PAT007
t = tarfile.open(path)  # expect: PAT007
log()
t.extractall(to)
]] },
    good = { [[
import tarfile
with tarfile.open(path) as tar:
    tar.extractall(to, members=checked(tar))
t = tarfile.open(path)
u.extractall(to)
]] },
  },
}
