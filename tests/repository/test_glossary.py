"""The glossary and the developers' documents name only what exists: code, tables, addresses and files."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from anguan import models
from anguan.models import Base
from tests.repository.test_repository import ROOT, text_of
from tests.support.client import close_app, open_app
from tests.support.factories import Scenario

GLOSSARY = ROOT / "docs" / "glossary.md"
GUIDES = ("CONTRIBUTING.md", "docs/developers.md", "docs/glossary.md", "README.md")
CODE = re.compile(r"`([^`]+)`")
VARIABLE = re.compile(r"<[^>]*>")


def cells(column: int) -> set[str]:
    """Code words of one column of the first table."""
    rows = re.findall(r"^\|(.*)\|$", text_of(GLOSSARY).partition("## Technical")[0], re.M)
    return {word for row in rows for word in CODE.findall(row.split("|")[column])}


def exists(name: str) -> bool:
    """True for a module, a symbol of a module, or an attribute of a symbol."""
    parts = name.split(".")
    for cut in range(len(parts), -1, -1):
        try:
            found = import_module(".".join(("anguan", *parts[:cut])))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part, None)
        return found is not None
    return False


def test_the_glossary_names_code_that_exists() -> None:
    named = {word for word in cells(2) if re.fullmatch(r"[A-Z]\w+(\.\w+)?|[a-z]\w*(\.\w+)+", word)}
    assert len(named) > 60
    missing = {name for name in named if not exists(f"models.{name}" if name[0].isupper() else name)}
    assert missing == set()


def test_the_glossary_names_tables_and_columns_that_exist() -> None:
    tables = Base.metadata.tables
    for word in cells(3):
        table, _, column = word.partition(".")
        assert table in tables, word
        assert not column or column in tables[table].columns, word


def test_every_table_is_in_the_glossary() -> None:
    told = {word.partition(".")[0] for word in cells(3)} | set(CODE.findall(text_of(GLOSSARY)))
    assert {mapper.class_.__tablename__ for mapper in Base.registry.mappers} - told == set()
    assert models.ChangeRequest.__tablename__ in told


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_glossary_names_addresses_that_exist(scenario: Scenario, tmp_path: Path) -> None:
    app = open_app(scenario.url, tmp_path)
    rules = {VARIABLE.sub("<>", rule.rule).rstrip("/") for rule in app.url_map.iter_rules()}
    patterns = [re.compile(re.escape(rule).replace("<>", "[^/]+")) for rule in rules]
    close_app(app)
    told = {VARIABLE.sub("x", word).rstrip("/") for word in cells(4)}
    assert {url for url in told if not any(pattern.fullmatch(url) for pattern in patterns)} == set()


@pytest.mark.parametrize("page", GUIDES)
def test_guides_name_files_that_exist(page: str) -> None:
    named = {
        word
        for word in re.findall(r"`([a-z_./]+)`", text_of(ROOT / page))
        if "/" in word and not word.startswith(("/", ".", "instance/")) and re.search(r"\.\w+$|/$", word)
    }
    places = (ROOT, ROOT / "anguan")
    assert {word for word in named if not any((place / word).exists() for place in places)} == set()
