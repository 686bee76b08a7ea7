"""The repository holds no machine paths, no real persons and no third-party code, and keeps its own rules."""

import io
import re
import subprocess
import tokenize
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import SLOWEST
from tests.support.paths import ROOT

LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-bench.lock",
    "package-lock.json",
    *(f"setup/{n}.lock" for n in ("node", "uv")),
)
TARGETS = ("run", "test", "check", "bench", "soak", "mutants", "demo")

SLASH = "/"
ADDRESS = re.compile(
    "|".join(
        (
            rf"[a-z][a-z+]+:{SLASH * 2}",
            r"\bresolved\b",
            *(rf"--{before}{what}" for before, what in (("(?:extra-)?", "index-url"), ("", "find-links"))),
            rf"(?<![\w@.-]){SLASH}[a-z]+{SLASH}",
        )
    ),
    re.I,
)
REGISTRY = re.compile(
    "|".join(
        rf"{name}\.{end}"
        for name, end in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmmirror", "com"),
            ("debian", "org"),
        )
    )
)
MACHINE = re.compile(r"(?<![\w./-])/(?:work|root|farm)/\w")
REGION = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71)\d{4}"
DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
REAL_PERSON = re.compile(
    rf"(?<![0-9A-Za-z])(?:{REGION}(?:19|20)\d\d{DAY}\d{{3}}[0-9Xx]|{REGION}\d\d{DAY}\d{{3}})(?![0-9A-Za-z])"
)


@cache
def tracked(*endings: str) -> tuple[Path, ...]:
    """Files of the repository with these endings, untracked ones that are not ignored included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    found = (ROOT / name for name in listed.split("\0") if name.endswith(endings or ("",)) and name)
    return tuple(sorted(path for path in found if path.is_file()))


@cache
def text_of(path: Path) -> str:
    """Text of a file; empty for a binary file."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def places(pattern: re.Pattern[str], paths: tuple[Path, ...]) -> list[str]:
    """Matches of a pattern as `file:line: text`."""
    return [
        f"{path.relative_to(ROOT)}:{text_of(path).count(chr(10), 0, hit.start()) + 1}: {hit.group()}"
        for path in paths
        for hit in pattern.finditer(text_of(path))
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_packages_and_hashes_but_no_address(name: str) -> None:
    lock = ROOT / name
    assert places(ADDRESS, (lock,)) == []
    if lock.suffix == ".lock":
        pins = len(re.findall(r"^[A-Za-z0-9]\S*==", text_of(lock), re.M))
        assert pins == len(re.findall(r"^[A-Za-z0-9].*\\$", text_of(lock), re.M)) > 0, (
            "every pin carries hashes"
        )


def test_no_registry_and_no_path_of_one_machine_is_named() -> None:
    assert places(REGISTRY, tracked()) == []
    assert places(MACHINE, tracked()) == []


def test_every_person_is_invented() -> None:
    assert places(REAL_PERSON, tracked()) == []


def test_no_third_party_file_is_tracked() -> None:
    parts = {"vendor", "node_modules", ".venv", "instance"}
    assert [str(path) for path in tracked() if parts & set(path.relative_to(ROOT).parts)] == []


def test_no_text_holds_invisible_characters() -> None:
    for path in tracked(".py", ".html", ".js", ".css", ".md", ".toml", ".json", ".in", "Makefile"):
        hidden = {
            c for c in text_of(path) if unicodedata.category(c) in ("Cf", "Cc", "Co") and c not in "\n\t"
        }
        assert not hidden, f"{path}: write {sorted(map(ascii, hidden))} as escapes"


def test_names_in_code_are_ascii() -> None:
    for path in tracked(".py"):
        for token in tokenize.generate_tokens(io.StringIO(text_of(path)).readline):
            assert token.type != tokenize.NAME or token.string.isascii(), f"{path}: {token.string}"


def test_no_lookalike_letters_are_shown() -> None:
    lookalikes = re.compile(r"[\u0370-\u03ff\u0400-\u04ff\uff21-\uff3a\uff41-\uff5a]")
    shown = tuple(path for path in tracked(".py", ".html", ".js", ".md") if "tests" not in path.parts)
    assert places(lookalikes, shown) == []


def test_each_make_target_is_one_line() -> None:
    lines = text_of(ROOT / "Makefile").splitlines()
    recipes = [line for line in lines if re.match(r"[a-z]+:", line)]
    assert [line.partition(":")[0] for line in recipes] == list(TARGETS)
    assert all(line.startswith(f"{name}: ; ") for name, line in zip(TARGETS, recipes, strict=True))
    assert not [line for line in lines if line.startswith("\t") or line.endswith("\\")]


def test_tests_never_skip() -> None:
    assert places(re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail|importorskip)"), tracked(".py")) == []


RULES = {
    "only infra.transaction commits": (r"\.commit\(", "anguan/", ("anguan/infra/transaction.py",)),
    "only the web layers know the current user": (
        r"\bcurrent_user\b",
        "anguan/",
        ("anguan/auth/", "anguan/web/", "anguan/account/", "anguan/portal/", "anguan/panel/"),
    ),
    "only the catalogue tells one matter from another": (
        r"matter\.code\s*[!=]=",
        "anguan/",
        ("anguan/matters/",),
    ),
    "there is one clock": (r"datetime\.(?:utc)?now\(|date\.today\(", "anguan/", ("anguan/core/clock.py",)),
    "no script, style or handler stands in a page": (
        r"\sstyle=|\son[a-z]+=[\"']|<style|<script(?![^>]*\bsrc=)|javascript:",
        "templates/",
        ("templates/paper/",),
    ),
    "no page asks another host": (
        r"(?:src|href|action)=[\"'](?:https?:)?//|@import|url\((?:https?:)?//",
        "templates/",
        (),
    ),
    "no style or script asks another host": (
        r"(?:import|fetch\(|url\()\s*[\"']?(?:https?:)?//",
        "static/",
        (),
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_code_keeps_this_rule(rule: str) -> None:
    pattern, folder, exempt = RULES[rule]
    paths = tuple(
        path
        for path in tracked(".py", ".html", ".css", ".js")
        if (name := path.relative_to(ROOT).as_posix()).startswith(folder)
        and not name.startswith(exempt or ("\0",))
    )
    assert places(re.compile(pattern), paths) == []


FOLDERS = ("anguan/panel", "anguan/services", "tests")


@pytest.mark.parametrize("package", FOLDERS)
def test_no_folder_holds_more_than_fifteen_files(package: str) -> None:
    folders = {
        path.parent for path in tracked(".py") if path.relative_to(ROOT).as_posix().startswith(package)
    }
    counts = {str(folder): len(list(folder.glob("*.py"))) for folder in folders}
    assert {folder: count for folder, count in counts.items() if count > 15} == {}


def test_a_public_class_name_exists_once() -> None:
    places: dict[str, list[str]] = {}
    for path in tracked(".py"):
        if path.relative_to(ROOT).parts[0] == "anguan":
            for name in re.findall(r"^class ([A-Z]\w*)", text_of(path), re.M):
                places.setdefault(name, []).append(path.relative_to(ROOT).as_posix())
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_the_files_that_run_first_exist() -> None:
    assert [name for name in SLOWEST if not (ROOT / "tests" / name).is_file()] == []
