"""Names and prose use the standard terms of docs/glossary.md; the removed words stay out."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository.test_repository import ROOT, text_of, tracked

NAMES = frozenset(
    re.findall(
        r"\w+",
        """
        glovebox leaf leaves laying hang hangs hung house door street desk roof stairs shelf cockpit
        stone stones press fence ornament crowd stories errand hearing hearings hear heard grave singly
        urge urged urging displacement discretion handing seeking sniff sniffing pulse bringing ruling
        deed deeds mend twins vocabulary trial weakened rechecks recheck offers beat aside
        """,
    )
)
"""Words that stand in no name of the code: modules, functions, classes, attributes, variables."""
PROSE = re.compile(
    r"\b(glovebox|cockpit|roof|stairs|errands?|street|hearings?|urging|weakened|stones?|shelf|shelves"
    r"|the house|our house|the door|the desk|the counter|the press|rooms? of the house"
    r"|hangs? (?:on|together|the)|strangers?' files|back door|floor \d)\b",
    re.IGNORECASE,
)
"""Words and phrases that stand in no docstring, comment, document or script."""
EXEMPT = frozenset(
    {
        "CHANGELOG.md",  # names old addresses
        "docs/decisions/2026-11-28-standard-terms-as-names.md",  # explains the renaming
        "tests/repository/test_plain_words.py",
    }
)
OLD_SCHEMA = "migrations/"
"""Migrations name tables as they were."""
HTML_NAMES = frozenset({"aside", "press"})
"""An element of HTML; a method of the browser driver."""


def words_of(name: str) -> set[str]:
    """The words of an identifier, in lower case."""
    return {word.lower() for part in name.split("_") for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", part)}


def files(*endings: str) -> list[Path]:
    """Tracked files of our own with one of these endings."""
    found = [path for ending in endings for path in tracked(ending)]
    return [path for path in found if str(path.relative_to(ROOT)) not in EXEMPT]


def old_names(path: Path) -> Iterator[str]:
    """Identifiers of a Python file that contain a removed word."""
    for token in tokenize.generate_tokens(io.StringIO(text_of(path)).readline):
        if token.type == tokenize.NAME and (found := words_of(token.string) & NAMES - HTML_NAMES):
            yield f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string} ({', '.join(sorted(found))})"


def test_no_name_of_the_code_uses_a_removed_word() -> None:
    paths = [path for path in files(".py") if OLD_SCHEMA not in str(path)]
    assert [line for path in paths for line in old_names(path)] == []


def test_no_module_is_named_by_a_removed_word() -> None:
    paths = files(".py", ".html", ".css", ".js")
    assert [str(path) for path in paths if words_of(path.stem.replace("-", "_")) & NAMES - HTML_NAMES] == []


def test_no_prose_uses_a_removed_word() -> None:
    found = []
    for path in files(".py", ".md", ".html", ".css", ".js", ".toml"):
        if OLD_SCHEMA not in str(path):
            lines = text_of(path).splitlines()
            found += [
                f"{path.relative_to(ROOT)}:{n}: {line.strip()[:80]}"
                for n, line in enumerate(lines, 1)
                if PROSE.search(line)
            ]
    assert found == []


@pytest.mark.parametrize("sample", ["# hung on the house", "the roof", "opened at the counter", "Floor 7"])
def test_the_list_finds(sample: str) -> None:
    assert PROSE.search(sample)
