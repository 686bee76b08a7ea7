"""The README lists exactly the settings, matters, packages and make targets that exist."""

import re

from anguan.config import settings
from anguan.matters.catalog import CATALOG
from tests.repository.test_repository import ROOT, TARGETS, text_of, tracked
from tests.support.rules import as_declared

README = ROOT / "README.md"
SETTING = re.compile(r"\bANGUAN_[A-Z][A-Z_]*[A-Z]\b")


def rows(first: str) -> list[list[str]]:
    """Cells of the table rows whose first cell matches this pattern."""
    lines = re.findall(rf"^\| `{first}` \|.*\|$", text_of(README), re.M)
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]


def test_it_lists_every_setting_and_no_other() -> None:
    sources = tuple(path for path in tracked(".py") if path.relative_to(ROOT).parts[0] != "tests")
    readers = (*sources, ROOT / "tests" / "support" / "databases.py", ROOT / "Makefile", ROOT / ".ci" / "run")
    used = {hit for path in readers for hit in SETTING.findall(text_of(path))}
    assert {row[0] for row in rows("ANGUAN_[A-Z_]+")} == used


def test_it_describes_each_setting_as_the_code_does() -> None:
    told = {name: (default, says) for name, default, says in rows("ANGUAN_[A-Z_]+")}
    for _, name, default, says in settings():
        assert told[name] == (default.removeprefix(f"{ROOT}/") or "无", says)


def test_it_describes_every_matter_as_the_catalogue_does() -> None:
    told = [tuple(row) for row in rows("[a-z]+_[a-z]+")]
    assert told == [
        (matter.code, matter.title, matter.who, matter.approved_text)
        for matter in (as_declared(one.code) for one in CATALOG)
    ]


def test_it_names_every_package() -> None:
    packages = {path.name for path in (ROOT / "anguan").iterdir() if any(path.glob("*.py"))}
    assert packages == set(re.findall(r"^\| (?:\d|顶) \| `([a-z]+)` \|", text_of(README), re.M))


def test_it_names_every_make_target() -> None:
    assert set(TARGETS) <= set(re.findall(r"make ([a-z]+)", text_of(README)))
