"""Put each mutant into a copy of the tree, run its tests there, and want them to fail.

Usage: python -m tests.mutants.run [all | code …]. Without a name: the mutants whose files or tests changed
since the branch left its upstream (or since HEAD~), and a fixed tenth. It ends with 1 when one survives.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from tests.mutants.all import MUTANTS
from tests.mutants.mutant import Mutant, apply

ROOT = Path(__file__).resolve().parents[2]
SHARED = (".venv", "node_modules", "static/vendor", "tests/vendor")
LIMIT_SECONDS = 600
REPORT = "mutant.xml"
ASSERTIONS = ("AssertionError", "assert ", "Failed: DID NOT RAISE")


def choose(names: list[str], changed: set[str]) -> list[Mutant]:
    """The mutants to run; raises SystemExit for a name that no mutant has."""
    if names == ["all"]:
        return list(MUTANTS)
    if unknown := set(names) - {mutant.code for mutant in MUTANTS}:
        raise SystemExit(f"no such mutant: {', '.join(sorted(unknown))}")
    if names:
        return [mutant for mutant in MUTANTS if mutant.code in names]
    return [mutant for mutant in MUTANTS if mutant.files & changed or is_in_the_tenth(mutant)]


def is_in_the_tenth(mutant: Mutant) -> bool:
    """True for about one mutant in ten, always the same ones."""
    return hashlib.sha256(mutant.code.encode()).digest()[0] % 10 == 0


def changed_files() -> set[str]:
    """Changed since the merge base with the upstream, else since HEAD~; empty without such a commit."""
    base = _git("merge-base", "HEAD", "@{upstream}").strip()
    if not base or base == _git("rev-parse", "HEAD").strip():
        base = "HEAD~"
    listed = _git("diff", "--name-only", base) + _git("ls-files", "-o", "--exclude-standard")
    return set(listed.splitlines())


def copy_tree(copy: Path) -> None:
    """Copy the working files; what the set-up installed is shared by a link."""
    for name in _git("ls-files", "-co", "--exclude-standard", "-z").split("\0"):
        if name and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    for name in SHARED:
        if (ROOT / name).exists():
            (copy / name).symlink_to(ROOT / name)


def try_mutant(mutant: Mutant, copy: Path) -> str:
    """Empty when the tests failed as they must, else what went wrong; the copy is as before."""
    sources = {edit.file: (copy / edit.file).read_text("utf-8") for edit in mutant.edits}
    try:
        for edit in mutant.edits:
            path = copy / edit.file
            path.write_text(apply(edit, path.read_text("utf-8")), "utf-8")
        return _run(mutant, copy)
    except ValueError as error:
        return f"does not apply: {error}"
    finally:
        for file, source in sources.items():
            (copy / file).write_text(source, "utf-8")


def judge(code: int, report: Path, tests: Iterable[str]) -> str:
    """Empty when each test failed by an assertion; an error outside a test's own check proves nothing."""
    if code == 0:
        return "survived"
    if code != 1 or not report.exists():
        return f"pytest ended with {code}"
    results = ElementTree.parse(report).getroot()
    if results.find(".//error") is not None:
        return "error outside a test"
    told: dict[str, list[str]] = {test: [] for test in tests}
    for case in results.iter("testcase"):
        name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
        for test in told:
            if test in (name, name.partition("[")[0]):
                told[test] += [failure.get("message", "") for failure in case.iter("failure")]
    left = {test: words for test, words in told.items() if not any(w.startswith(ASSERTIONS) for w in words)}
    return f"no assertion failed: {left}" if left else ""


def _run(mutant: Mutant, copy: Path) -> str:
    """Run the tests of this mutant; says what went wrong, empty when it was killed."""
    try:
        return judge(_pytest(copy, mutant.tests), copy / REPORT, mutant.tests)
    except subprocess.TimeoutExpired:
        return f"not done in {LIMIT_SECONDS} s"


def _pytest(copy: Path, tests: Iterable[str], bytecode: bool = False) -> int:
    """Run tests in the copy; gives pytest's exit code.

    Only the run without a mutant writes bytecode: a mutated file is newer than it and is compiled anew.
    """
    (copy / REPORT).unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={REPORT}"]
    done = subprocess.run(
        [*command, *tests],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "" if bytecode else "1"},
        capture_output=True,
        check=False,
        timeout=LIMIT_SECONDS,
    )
    return done.returncode


def _git(*words: str) -> str:
    """What git says; empty when it fails."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def main(names: list[str]) -> int:
    """Run the chosen mutants and print a line for each; 1 when one survived or could not be judged."""
    survivors = 0
    chosen = choose(names, changed_files())
    if not chosen:
        return 0
    with TemporaryDirectory(prefix="anguan-mutants-") as folder:
        copy = Path(folder)
        copy_tree(copy)
        tests = sorted({test for mutant in chosen for test in mutant.tests})
        if (code := _pytest(copy, tests, bytecode=True)) != 0:
            print(f"the tests fail without a mutant: pytest ended with {code}")
            return 1
        for mutant in chosen:
            began = time.monotonic()
            wrong = try_mutant(mutant, copy)
            survivors += bool(wrong)
            told = wrong or "killed"
            print(f"{mutant.code:24} {time.monotonic() - began:6.1f} s  {told}", flush=True)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
