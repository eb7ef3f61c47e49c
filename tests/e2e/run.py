"""Runs the functions test_* of the files test_*.py beside this one: run.py [WORD...] runs those whose name holds a word."""
import importlib
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent


def tests():
    for file in sorted(HERE.glob("test_*.py")):
        module = importlib.import_module(file.stem)
        for name, value in vars(module).items():
            if name.startswith("test_") and callable(value) and value.__module__ == file.stem:
                yield f"{file.stem}.{name}", value


def passes(name, test):
    started = time.monotonic()
    try:
        test()
    except Exception:
        print(f"FAILED {name}")
        traceback.print_exc(file=sys.stdout)
        return False
    print(f"ok     {name} [{time.monotonic() - started:.2f}s]")
    return True


def main(words):
    sys.path.insert(0, str(HERE))
    sys.dont_write_bytecode = True
    chosen = [(name, test) for name, test in tests() if not words or any(word in name for word in words)]
    results = [passes(name, test) for name, test in chosen]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
