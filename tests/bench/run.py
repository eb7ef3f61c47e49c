"""Times mlopslint against a bare tree-sitter parse of the same files and against its peers, in one run, as ratios.

    python3 tests/bench/run.py [--rounds N] [--corpus FOLDER]

The corpus is every .py file of Debian's large ML packages, fetched once into build/bench and never installed. Times are
user + system CPU seconds of the process and its children, the median of interleaved rounds. Fails only if the job
could not be done: no corpus, a run that broke, or two workers that say something else than one.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "bench"
PROGRAM = ROOT / "build" / "mlopslint"
PARSE = ROOT / "build" / "release" / "tests" / "bench" / "parse"
FACTS = ROOT / "build" / "release" / "tests" / "bench" / "facts"
FACT_STEPS = ["build", "names", "constants", "origins"]
PACKAGES = ["python3-sklearn", "python3-torch", "python3-numpy", "python3-pandas", "python3-scipy"]
AST_GREP = "@ast-grep/cli@0.51.1"
RUFF = "ruff==0.17.6"

# What ast-grep is asked to look for: as many patterns as it takes to be a fair peer, all of calls that our rules know.
PATTERNS = """torch.load($$$A)|$X.from_pretrained($$$A, trust_remote_code=True, $$$B)|$X.launch($$$A, share=True, $$$B)
joblib.load($X)|pickle.load($$$A)|pickle.loads($$$A)|pd.read_pickle($$$A)|np.load($$$A, allow_pickle=True, $$$B)
yaml.load($X)|$X == np.nan|$X[$A][$B] = $C|$X.fit_resample($$$A)|mlflow.$F.log_model($$$A)|$X.predict($$$A)
train_test_split($$$A)|$X.iterrows()|eval($X)|exec($X)|subprocess.run($$$A, shell=True, $$$B)|tarfile.open($$$A)
accuracy_score($$$A)|$X.score($$$A)|$X.fit($$$A)|open("/home/$$$A")|pd.read_csv($$$A)""".replace("\n", "|").split("|")


class Failed(Exception):
    """The job could not be done."""


def quiet(*command, **options):
    """True if the command is there and succeeds."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
        return done.returncode == 0
    except OSError:
        return False


# --- corpus ---------------------------------------------------------------------------------------------------------


def unpack(package, into):
    """The package's .py files, below into; nothing is installed."""
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        if not quiet("apt-get", "-o", "APT::Sandbox::User=root", "download", package, cwd=folder):
            return
        for deb in Path(folder).glob("*.deb"):
            tree = Path(folder) / "tree"
            if quiet("dpkg", "-x", str(deb), str(tree)):
                keep_python(tree, into)


def keep_python(tree, into):
    for path in sorted(tree.rglob("*.py")):
        if path.is_file() and not path.is_symlink():
            to = into / path.relative_to(tree)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)


def collect(corpus):
    """Fills corpus; a finished one is kept. Without apt-get, Python's own library has to do."""
    if corpus.exists():
        return
    partial = corpus.with_name("corpus.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for package in PACKAGES:
        unpack(package, partial / package)
    if not any(partial.rglob("*.py")):
        print("no Debian packages here: the corpus is Python's standard library", file=sys.stderr)
        keep_python(Path(os.__file__).parent, partial / "python")
    # A repository of its own, so that no .gitignore above has a say.
    (partial / ".git").mkdir()
    partial.rename(corpus)


def files_of(corpus):
    found = sorted(str(path.relative_to(corpus)) for path in corpus.rglob("*.py"))
    if not found:
        raise Failed(f"no .py files in {corpus}")
    return found


# --- peers ----------------------------------------------------------------------------------------------------------


def find_ast_grep():
    """The program in the PATH, or npm's, with install scripts off: the binary is in the platform's package."""
    if shutil.which("ast-grep"):
        return shutil.which("ast-grep")
    peers = WORK / "peers"
    binary = next(peers.glob("node_modules/@ast-grep/cli-linux-*/ast-grep"), None)
    if not binary:
        peers.mkdir(parents=True, exist_ok=True)
        quiet("npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix", str(peers), AST_GREP)
        binary = next(peers.glob("node_modules/@ast-grep/cli-linux-*/ast-grep"), None)
    return runnable(binary)


def find_ruff():
    """The program in the PATH, or the one in PyPI's wheel."""
    if shutil.which("ruff"):
        return shutil.which("ruff")
    binary = WORK / "peers" / "ruff"
    if not binary.exists():
        with tempfile.TemporaryDirectory(dir=WORK) as folder:
            quiet("pip3", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", folder, RUFF)
            for wheel in Path(folder).glob("*.whl"):
                take_ruff(wheel, binary)
    return runnable(binary)


def take_ruff(wheel, binary):
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith("/scripts/ruff"))
        binary.parent.mkdir(parents=True, exist_ok=True)
        binary.write_bytes(archive.read(name))


def runnable(binary):
    if not binary or not Path(binary).exists():
        return None
    Path(binary).chmod(0o755)
    return str(binary) if quiet(str(binary), "--version") else None


def ast_grep_rules():
    rules = [
        f"id: r{number}\nlanguage: python\nseverity: warning\nmessage: found\nrule:\n  pattern: {json.dumps(pattern)}\n"
        for number, pattern in enumerate(PATTERNS)
    ]
    path = WORK / "ast-grep.yml"
    path.write_text("---\n".join(rules))
    return str(path)


# --- timing ---------------------------------------------------------------------------------------------------------


class Job:
    """A command, the exit codes that count as done, and what its runs took."""

    def __init__(self, name, command, cwd, done=(0, 1), stdin=os.devnull):
        self.name, self.command, self.cwd, self.done, self.stdin = name, command, cwd, done, stdin
        self.output = WORK / (re.sub(r"\W+", "-", name) + ".out")
        self.cpu, self.wall, self.peak = [], [], 0

    def run(self):
        with open(self.stdin, "rb") as stdin, open(self.output, "wb") as out, open(f"{self.output}.err", "wb") as err:
            begin = time.perf_counter()
            process = subprocess.Popen(self.command, cwd=self.cwd, stdin=stdin, stdout=out, stderr=err)
            _, status, usage = os.wait4(process.pid, 0)
            self.wall.append(time.perf_counter() - begin)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in self.done:
            raise Failed(f"{self.name}: exit {process.returncode}: {self.tail()}")
        self.cpu.append(usage.ru_utime + usage.ru_stime)
        self.peak = max(self.peak, usage.ru_maxrss // 1024)

    def tail(self):
        return Path(f"{self.output}.err").read_bytes()[-400:].decode(errors="replace").strip() or "no message"


def median(values):
    return statistics.median(values)


def interleave(jobs, rounds):
    """Each round runs every job once, so that a slow minute of the machine hits them all."""
    for number in range(rounds):
        for job in jobs:
            show_progress(f"round {number + 1} of {rounds}: {job.name}")
            job.run()
    show_progress("")


def show_progress(text):
    if sys.stderr.isatty():
        print(f"\r{text:<60}", end="\r", file=sys.stderr, flush=True)


def check(jobs, *paths, cache="--no-cache"):
    return [str(PROGRAM), "check", "--isolated", *([cache] if cache else []), "--jobs", str(jobs), "--format", "json", *paths]


def check_again(corpus):
    """The same files as in an earlier run, which is made here."""
    os.environ["XDG_CACHE_HOME"] = str(WORK / "caches")
    command = check(1, ".", cache=None)
    quiet(*command, cwd=corpus)
    return command


def is_test(name):
    parts = Path(name).parts
    return bool({"test", "tests", "testing"} & set(parts)) or parts[-1].startswith(("test_", "conftest"))


def parse_job(name, corpus, files):
    listing = WORK / (name.replace(" ", "-") + ".files")
    listing.write_text("".join(file + "\n" for file in files))
    return Job(name, [str(PARSE)], corpus, done=(0,), stdin=listing)


def facts_table(job, parse):
    """What facts cost if everything is asked of every file; rules ask for little of it."""
    seconds = json.loads(job.output.read_bytes())
    yardstick = median(parse.cpu)
    whole = sum(seconds[step] for step in FACT_STEPS)
    rows = ["| facts of all files | CPU s | CPU / bare parse |", "|---|--:|--:|"]
    rows += [f"| {step} | {seconds[step]:.2f} | {seconds[step] / yardstick:.3f} |" for step in FACT_STEPS]
    rows += [f"| all facts | {whole:.2f} | {whole / yardstick:.3f} |"]
    share = seconds["named"] / seconds["calls"]
    return "\n".join(rows) + f"\n\n{seconds['calls']} calls, {share:.1%} of them with a qualified name."


def plain_jobs(corpus, files):
    """Most rules leave tests alone, and nearly half of the corpus are tests: this is the rest, named file by file."""
    return [parse_job("bare parse of these", corpus, files), Job("mlopslint on these, 1 worker", check(1, *files), corpus)]


def corpus_jobs(corpus, files):
    jobs = [
        parse_job("bare parse", corpus, files),
        Job("mlopslint, 1 worker", check(1, "."), corpus),
        Job("mlopslint, 2 workers", check(2, "."), corpus),
        Job("mlopslint, 1 worker, unchanged files", check_again(corpus), corpus),
    ]
    ruff, ast_grep = find_ruff(), find_ast_grep()
    if ruff:
        selected = ["--select", "E,F,S,PD,NPY", "--isolated", "--no-cache", "--no-respect-gitignore", "--exit-zero"]
        jobs.append(Job("ruff (E,F,S,PD,NPY)", [ruff, "check", *selected, "--output-format", "json", "."], corpus))
    if ast_grep:
        options = ["--rule", ast_grep_rules(), "--json=stream", "--threads", "1", "--no-ignore", "vcs"]
        jobs.append(Job(f"ast-grep ({len(PATTERNS)} patterns)", [ast_grep, "scan", *options, "."], corpus))
    missing = [name for name, there in (("ruff", ruff), ("ast-grep", ast_grep)) if not there]
    return jobs, missing


# --- what is printed ------------------------------------------------------------------------------------------------


def comparable(job):
    return re.sub(rb'"seconds":\s*[-+.0-9eE]+', b'"seconds":0', job.output.read_bytes())


def read_result(job):
    try:
        return json.loads(job.output.read_bytes())
    except ValueError as error:
        raise Failed(f"{job.name}: its output is not JSON: {error}") from None


def compare(one, two, files):
    if comparable(one) != comparable(two):
        raise Failed(f"two workers say something else than one: diff {one.output} {two.output}")
    result = read_result(one)
    if result["summary"]["files"] < len(files):
        raise Failed(f"only {result['summary']['files']} of {len(files)} files were checked")
    return result


def table(jobs, corpus, files):
    """The first job is the yardstick."""
    yardstick = median(jobs[0].cpu)
    size = sum((corpus / name).stat().st_size for name in files)
    rows = [f"| {len(files)} files, {size / 1e6:.1f} MB | CPU s | wall s | MB/s | CPU / bare parse | peak MB |", "|---|--:|--:|--:|--:|--:|"]
    for job in jobs:
        cpu = median(job.cpu)
        rows.append(
            f"| {job.name} | {cpu:.2f} | {median(job.wall):.2f} | {size / 1e6 / cpu:.1f} | {cpu / yardstick:.2f} | {job.peak} |"
        )
    return "\n".join(rows)


def one_file(rounds):
    """A cold start on one small file, beside a process that does nothing."""
    project = ROOT / "tests" / "projects" / "churn"
    job = Job("one file", check(1, "src/churn/train.py"), project)
    nothing = Job("nothing", ["true"], project)
    interleave([job, nothing], 7 * rounds)
    read_result(job)
    return (
        f"| one file from a cold start | {1000 * median(job.wall):.1f} ms wall, {1000 * median(job.cpu):.1f} ms CPU "
        f"(a process that does nothing: {1000 * median(nothing.wall):.1f} ms) |"
    )


def write_notebook(path):
    """About 64 MB as analysts leave them: short cells, tables as HTML and pictures."""
    cells = []
    html = ["<tr>\n"] + [f"      <td>{n * 37 % 1009}.25</td>\n" for n in range(400)] + ["</tr>"]
    picture = "iVBORw0KGgoAAAANSUhEUg" + "QkFTRTY0" * 14000
    for n in range(450):
        source = [f"frame_{n} = table[table.column_{n} > {n}]\n", f"frame_{n}.describe()"]
        data = {"text/html": html, "image/png": picture, "text/plain": ["   count\n", "   mean"]}
        output = {"output_type": "execute_result", "execution_count": n + 1, "metadata": {}, "data": data}
        cell = {"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": n + 1, "source": source}
        cells.append({**cell, "outputs": [output]})
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, indent=1))


def large_notebook(rounds):
    folder = WORK / "notebook"
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    write_notebook(folder / "large.ipynb")
    job = Job("notebook", check(1, "."), folder)
    interleave([job], rounds)
    result = read_result(job)
    if result["errors"]:
        raise Failed(f"the large notebook was not read: {result['errors'][0]['message']}")
    size = (folder / "large.ipynb").stat().st_size
    return f"| a notebook of {size / 1e6:.0f} MB | {size / 1e6 / median(job.cpu):.0f} MB/s of CPU, peak {job.peak} MB |"


def strip_notebook(rounds):
    path = WORK / "notebook" / "large.ipynb"
    job = Job("strip", [str(PROGRAM), "notebook", "strip", "--isolated"], WORK, done=(0,), stdin=str(path))
    interleave([job], 3 * rounds)
    size = path.stat().st_size
    return f"| strip it | {size / 1e6 / median(job.wall):.0f} MB/s, peak {job.peak} MB |"


FILTERED = 20  # notebooks in one `git add`


def write_repository(folder, name, program):
    """A repository with notebooks of a usual size, and a filter; the command that adds them all anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number in range(FILTERED):
        (folder / f"{number}.ipynb").write_text(json.dumps(usual_notebook(number), indent=1))
    (folder / ".gitattributes").write_text("*.ipynb filter=f\n" if program else "")
    settings = [("init", "-q"), *([("config", f"filter.f.{key}", value) for key, value in program.items()])]
    for words in settings:
        if not quiet("git", *words, cwd=folder):
            raise Failed(f"git {words[0]} failed in {folder}")
    return Job(name, ["sh", "-c", "rm -f .git/index && git add ."], folder, done=(0,))


def usual_notebook(number):
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "QUJD" * 10000, "text/plain": ["<Figure>"]}}
    cells = [{"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": n, "source": [f"x_{n} = {number}\n", f"plot(x_{n})"],
              "outputs": [output] if n % 10 == 0 else []} for n in range(40)]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def filters(rounds):
    """What one notebook costs as a git filter: a run of the filter, and its part of a `git add`, beside nbstripout's."""
    theirs = f"{sys.executable} -m nbstripout" if quiet(sys.executable, "-c", "import nbstripout") else None
    folder = WORK / "filters"
    ours = f"{PROGRAM} notebook strip --stdin-filename %f"
    programs = {"none": {}, "clean": {"clean": ours, "smudge": "cat", "required": "true"},
                "process": {"process": f"{PROGRAM} notebook filter-process", "required": "true"}}
    if theirs:
        programs["nbstripout"] = {"clean": theirs, "smudge": "cat", "required": "true"}
    adds = {name: write_repository(folder / name, f"git add {name}", program) for name, program in programs.items()}
    book = str(folder / "clean" / "0.ipynb")
    if not quiet(str(PROGRAM), "notebook", "strip", "--isolated", ".", cwd=folder / "none"):  # git's own part: the same blobs
        raise Failed("notebook strip failed")
    one = Job("strip one", [str(PROGRAM), "notebook", "strip", "--stdin-filename", "0.ipynb"], folder / "clean", done=(0,), stdin=book)
    peer = Job("nbstripout one", ["sh", "-c", f"{theirs} | cat"], folder, done=(0,), stdin=book)  # it can't write to a file
    interleave([one, *([peer] if theirs else []), *adds.values()], rounds)
    each = {name: 1000 * (median(job.wall) - median(adds["none"].wall)) / FILTERED for name, job in adds.items()}
    row = f"| strip as a git filter | {1000 * median(one.wall):.1f} ms for one notebook from a cold start; in `git add` {each['clean']:.1f} ms each, " \
          f"{each['process']:.2f} ms through the filter process"
    if not theirs:
        return row + "; nbstripout: not installed here |"
    return row + f"; nbstripout: {1000 * median(peer.wall):.0f} ms, {median(peer.wall) / median(one.wall):.0f} times as much; {each['nbstripout']:.0f} ms, " \
                 f"{each['nbstripout'] / each['clean']:.0f} and {each['nbstripout'] / max(each['process'], 0.01):.0f} times |"


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return "unknown processor"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown processor")


def measure(options):
    for program in (PROGRAM, PARSE, FACTS):
        if not program.exists():
            raise Failed(f"{program.relative_to(ROOT)} is missing: make bench builds it")
    WORK.mkdir(parents=True, exist_ok=True)
    corpus = options.corpus or WORK / "corpus"
    collect(corpus)
    files = files_of(corpus)
    plain = [name for name in files if not is_test(name)]
    jobs, missing = corpus_jobs(corpus, files)
    without_tests = plain_jobs(corpus, plain)
    facts = Job("facts", [str(FACTS)], corpus, done=(0,), stdin=jobs[0].stdin)
    interleave(jobs + without_tests + [facts], options.rounds)
    result = compare(jobs[1], jobs[2], files)

    print(f"On {processor()}; median of {options.rounds} rounds.\n")
    print(table(jobs, corpus, files))
    for name in missing:
        print(f"\n{name}: not installed and not installable here")
    print(f"\nWithout tests, which most rules leave alone:\n\n{table(without_tests, corpus, plain)}")
    print(f"\n{facts_table(facts, jobs[0])}")
    print("\n| | |\n|---|---|")
    print(one_file(options.rounds))
    print(large_notebook(options.rounds))
    print(strip_notebook(options.rounds))
    print(filters(options.rounds))
    print(f"| findings in the corpus | {len(result['findings'])}, the same bytes with 1 and 2 workers |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--corpus", type=Path, help="a folder of .py files instead of Debian's packages")
    try:
        measure(parser.parse_args())
    except Failed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
