"""The documents are complete, their links resolve, and they agree with each other."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote

import pytest

import anguan
from tests.repository.test_repository import ROOT, text_of, tracked

REQUIRED = (
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "docs/administrators.md",
    "docs/developers.md",
    "docs/glossary.md",
    "docs/operators.md",
    "docs/reviewers.md",
)
DECISIONS = ROOT / "docs" / "decisions"
HEADINGS = ("Context", "Decision", "Alternatives considered", "Consequences")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def documents() -> list[Path]:
    """Every Markdown file of the repository."""
    return list(tracked(".md"))


def decisions() -> list[Path]:
    """The decision records, oldest first."""
    return sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")


def anchors(page: Path) -> set[str]:
    """Anchors of the headings of a page, as code hosts derive them."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", REQUIRED)
def test_no_document_is_missing(name: str) -> None:
    assert len(text_of(ROOT / name).splitlines()) > 10


@pytest.mark.parametrize("page", documents(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_resolve(page: Path) -> None:
    broken = []
    for link in LINK.findall(text_of(page)):
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_licence_is_the_apache_licence_in_full() -> None:
    text = text_of(ROOT / "LICENSE")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    sections = re.findall(r"^ {3}(\d)\. ", text, re.M)
    assert sections == list("123456789")
    assert "END OF TERMS AND CONDITIONS" in text


def test_each_decision_has_a_date_a_status_and_its_alternatives() -> None:
    assert len(decisions()) > 30
    for path in decisions():
        text = text_of(path)
        day = re.match(r"(\d{4}-\d\d-\d\d)-[a-z0-9]+(?:-[a-z0-9]+)*\.md$", path.name)
        assert day, f"{path.name}: name it YYYY-MM-DD-short-title.md"
        assert f"- Date: {day[1]}\n" in text, path.name
        assert re.search(r"^- Status: (accepted|rejected|superseded by \[.+)$", text, re.M), path.name
        assert tuple(re.findall(r"^\*\*(.+?)\.\*\* ", text, re.M)) == HEADINGS, path.name
        assert 10 <= len(text.splitlines()) <= 24, path.name


def test_the_index_lists_each_decision_once_and_in_order() -> None:
    rows = re.findall(r"^\| (\S+) \| \[(.+)\]\((.+)\) \|$", text_of(DECISIONS / "README.md"), re.M)
    titles = {path: text_of(path).splitlines()[0].removeprefix("# ") for path in decisions()}
    expected = [(path.name[:10], titles[path], path.name) for path in decisions()]
    assert sorted(rows) == sorted(expected)
    assert [day for day, *_ in rows] == sorted(day for day, *_ in rows)


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "anguan.__version__"}
    assert re.search(r'^  "version"', text_of(ROOT / "package.json"), re.M) is None
    assert version("anguan") == anguan.__version__


def test_the_changelog_begins_with_unreleased_and_the_current_version() -> None:
    headings = re.findall(r"^## (.+)$", text_of(ROOT / "CHANGELOG.md"), re.M)
    assert headings[0] == "Unreleased"
    assert headings[1].startswith(f"{anguan.__version__} - ")
    assert headings[1:] == sorted(headings[1:], reverse=True)


def test_hooks_call_only_what_is_installed_here() -> None:
    config = text_of(ROOT / ".pre-commit-config.yaml")
    assert set(re.findall(r"repo: (.+)", config)) == {"local"}
    assert set(re.findall(r"language: (.+)", config)) == {"system"}
    assert all(entry.startswith(".venv/bin/") for entry in re.findall(r"entry: (.+)", config))


def test_each_linter_of_the_hooks_is_part_of_make_check() -> None:
    check = re.search(r"^check: .*$", text_of(ROOT / "Makefile"), re.M)
    assert check
    tools = set(re.findall(r"entry: \.venv/bin/(\S+)", text_of(ROOT / ".pre-commit-config.yaml")))
    assert tools <= set(re.findall(r"\$\(B\)/(\S+)", check[0]))
