"""Every mutant still applies, and only a failed assertion counts as a kill."""

import ast
from pathlib import Path

import pytest

from tests.mutants.all import MUTANTS
from tests.mutants.mutant import Edit, Mutant, apply
from tests.mutants.run import ROOT, choose, is_in_the_tenth, judge


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.code)
def test_a_mutant_still_applies(mutant: Mutant) -> None:
    assert mutant.edits
    assert mutant.tests
    assert mutant.breaks
    for edit in mutant.edits:
        changed = apply(edit, (ROOT / edit.file).read_text("utf-8"))
        compile(changed, edit.file, "exec")
        assert edit.find != edit.replace
    for test in mutant.tests:
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name.partition("[")[0] in found, test


def test_codes_are_unique() -> None:
    assert len({mutant.code for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("source", ["", "x = 1\nx = 1\n"])
def test_a_text_that_does_not_occur_exactly_once_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="found"):
        apply(Edit("a.py", "x = 1", "x = 2"), source)


def test_a_changed_file_or_test_selects_its_mutants() -> None:
    tenth = {mutant.code for mutant in MUTANTS if is_in_the_tenth(mutant)}
    assert {mutant.code for mutant in choose([], set())} == tenth
    for file in ("anguan/web/headers.py", "tests/web/test_every_route.py"):
        assert {mutant.code for mutant in choose([], {file})} == tenth | {"loose_csp", "cached_pages"}
    assert choose(["all"], set()) == list(MUTANTS)
    with pytest.raises(SystemExit):
        choose(["no_such"], set())


@pytest.mark.parametrize(
    ("code", "inside", "killed"),
    [
        (1, '<failure message="AssertionError: x"/>', True),
        (1, '<failure message="assert 1 == 2"/>', True),
        (1, '<failure message="NameError: x"/>', False),
        (1, '<error message="AssertionError: in a fixture"/>', False),
        (0, "", False),
        (2, '<error message="collection failure"/>', False),
        (4, "", False),
    ],
)
@pytest.mark.parametrize("test", ["tests/test_a.py::test_b", "tests/test_a.py::test_b[one]"])
def test_only_a_failed_assertion_kills(
    tmp_path: Path, test: str, code: int, inside: str, killed: bool
) -> None:
    assert (judge(code, _report(tmp_path, inside), [test]) == "") is killed


def test_each_test_of_a_mutant_must_fail(tmp_path: Path) -> None:
    report = _report(tmp_path, '<failure message="assert 1 == 2"/>')
    assert "test_c" in judge(1, report, ["tests/test_a.py::test_b", "tests/test_a.py::test_c"])


def _report(folder: Path, inside: str) -> Path:
    """A report of pytest about one test."""
    report = folder / "report.xml"
    case = f'<testcase classname="tests.test_a" name="test_b[one]">{inside}</testcase>'
    report.write_text(f"<testsuites><testsuite>{case}</testsuite></testsuites>")
    return report
