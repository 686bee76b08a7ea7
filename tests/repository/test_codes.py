"""The program decides by codes: no Chinese word is compared or looked up, no matter is named by its code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from anguan.auth.words import DENIAL_WORDS, Denial
from anguan.matters.catalog import CATALOG
from anguan.models import STATUSES
from anguan.portal.formatting import TASK_WORDS, TaskKind
from anguan.public import words as public_words
from anguan.services.codes import Refusal, StatusCode
from anguan.services.words import REFUSAL_WORDS, STATUS_OF, STATUS_WORDS
from anguan.web import status_signs
from tests.support.paths import ROOT

HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Chinese characters. Punctuation is typography: normalising `，` decides nothing."""
MATTERS = frozenset(matter.code for matter in CATALOG)
SEARCHES = frozenset(
    {"startswith", "endswith", "find", "rfind", "index", "rindex", "count", "split", "rsplit", "partition"}
    | {"rpartition", "removeprefix", "removesuffix", "get", "pop"}
)
"""Methods whose first argument is compared with a text, or looked up."""
BLANKS = "姓名 单位 原单位 证书 有效期 事项 月数 学时 年度 尺寸 期限 日期"
WORDS_AS_DATA: dict[str, tuple[str, str]] = {
    "anguan/panel/settings/calendar_lines.py": (
        "休 放假 假 班 上班",
        "the administrator types these words in the lines of the calendar",
    ),
    "anguan/domain/people.py": ("无", "an entry of the dictionary of titles; its entries are words"),
    "anguan/web/form_fields.py": ("无", "an entry of a dictionary; its entries are words"),
    "anguan/domain/reason_blanks.py": (
        BLANKS,
        "the blanks that a reviewer writes into a kept sentence: {姓名}",
    ),
    "anguan/portal/profile.py": (
        "变更",
        "shortens the title of a matter, which an administrator may rewrite",
    ),
    "templates/admin/file_form.html": ("原", "a label that already begins with 原 does not get it twice"),
}
"""Where the data itself is Chinese: file, words, and why."""
TYPED_BY_PEOPLE = frozenset(
    (file, word) for file, (words, _) in WORDS_AS_DATA.items() for word in words.split()
)
Found = tuple[int, str]


def texts(node: ast.AST | None) -> Iterator[Found]:
    """The words that this operand consists of: a text, a choice of texts, a text with figures in it."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.lineno, node.value
    elif isinstance(node, ast.JoinedStr | ast.Tuple | ast.List | ast.Set):
        for part in node.values if isinstance(node, ast.JoinedStr) else node.elts:
            yield from texts(part)
    elif isinstance(node, ast.BinOp):
        yield from texts(node.left)
        yield from texts(node.right)
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.Dict):
        for key in node.keys:
            yield from texts(key)
    elif isinstance(node, ast.Slice | ast.MatchAs | ast.MatchOr | ast.MatchValue | ast.MatchSequence):
        for child in ast.iter_child_nodes(node):
            yield from texts(child)


def constants(tree: ast.Module) -> dict[str, ast.expr]:
    """The texts and tables that a module names at its top, so that a name does not hide a word."""
    named = {}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    named[target.id] = node.value
    return named


def decided_by(source: str) -> Iterator[Found]:
    """Every text by which this Python module decides something."""
    tree = ast.parse(source)
    named = constants(tree)

    def seen(node: ast.AST | None) -> Iterator[Found]:
        if isinstance(node, ast.Name):
            node = named.get(node.id)
            if isinstance(node, ast.Dict):
                return
        yield from texts(node)

    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for operand in (node.left, *node.comparators):
                yield from seen(operand)
        elif isinstance(node, ast.match_case):
            yield from texts(node.pattern)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in SEARCHES and node.args:
                yield from seen(node.args[0])
        elif isinstance(node, ast.Subscript):
            yield from seen(node.slice)
        elif isinstance(node, ast.Dict):
            for key in node.keys:
                yield from texts(key)


def spoken_in(source: str) -> Iterator[Found]:
    """Every text of a Python module that is not a docstring."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def template_texts(node: nodes.Node | None) -> Iterator[Found]:
    """The words that this operand of a template consists of."""
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node.lineno, node.value
    elif isinstance(node, nodes.Tuple | nodes.List | nodes.Concat | nodes.Add | nodes.CondExpr | nodes.Slice):
        for child in node.iter_child_nodes():
            yield from template_texts(child)
    elif isinstance(node, nodes.Dict):
        for pair in node.items:
            yield from template_texts(pair.key)


def decided_by_template(source: str) -> Iterator[Found]:
    """Every text by which this template decides something."""
    tree = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]).parse(source)
    for compare in tree.find_all(nodes.Compare):
        for operand in (compare.expr, *(one.expr for one in compare.ops)):
            yield from template_texts(operand)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and call.node.attr in SEARCHES and call.args:
            yield from template_texts(call.args[0])
    for item in tree.find_all(nodes.Getitem):
        yield from template_texts(item.arg)
    for one in tree.find_all(nodes.Dict):
        yield from template_texts(one)
    for tested in (*tree.find_all(nodes.Filter), *tree.find_all(nodes.Test)):
        if tested.name in ("selectattr", "rejectattr", "select", "reject", "equalto", "eq", "ne", "in"):
            for argument in tested.args:
                yield from template_texts(argument)


SCRIPT = re.compile(
    r"""(?:[=!]==?\s*|\bcase\s+|\.(?:includes|startsWith|endsWith|indexOf|lastIndexOf|split|get|has|match)\(\s*|(?<=[\w\])])\[\s*)"""
    r"""(?P<after>'[^'\n]*'|"[^"\n]*"|`[^`]*`)|(?P<before>'[^'\n]*'|"[^"\n]*"|`[^`]*`)\s*[=!]==?"""
)
"""A text in a script beside a comparison, in a search, in a `case` or as a key."""


def decided_by_script(source: str) -> Iterator[Found]:
    """Every text by which this script decides something."""
    for hit in SCRIPT.finditer(source):
        yield source.count("\n", 0, hit.start()) + 1, hit["after"] or hit["before"]


def files(pattern: str) -> list[Path]:
    """Files of the program, without what was made by others."""
    found = [path for path in sorted(ROOT.glob(pattern)) if "vendor" not in path.parts]
    assert found, pattern
    return found


def complaints(pattern: str, read: object) -> list[str]:
    """Chinese words by which the files decide, without those that people type."""
    found = []
    for path in files(pattern):
        name = path.relative_to(ROOT).as_posix()
        for line, text in read(path.read_text("utf-8")):  # type: ignore[operator]
            if HAN.search(text) and (name, text) not in TYPED_BY_PEOPLE:
                found.append(f"{name}:{line} {text}")
    return found


@pytest.mark.parametrize(
    ("pattern", "read"),
    [
        ("anguan/**/*.py", decided_by),
        ("templates/**/*.html", decided_by_template),
        ("static/js/**/*.js", decided_by_script),
    ],
    ids=["python", "templates", "scripts"],
)
def test_nothing_is_decided_by_a_chinese_word(pattern: str, read: object) -> None:
    assert complaints(pattern, read) == []


def test_every_exception_is_needed() -> None:
    for name, (words, _) in WORDS_AS_DATA.items():
        read = decided_by if name.endswith(".py") else decided_by_template
        assert set(words.split()) <= {text for _, text in read((ROOT / name).read_text("utf-8"))}, name


def test_no_matter_is_named_by_its_code_outside_the_catalogue() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {text}"
        for path in files("anguan/**/*.py")
        if path.parent.name != "matters"
        for line, text in spoken_in(path.read_text("utf-8"))
        if text in MATTERS
    ]
    quoted = re.compile("|".join(rf"\b{code}\b" for code in sorted(MATTERS)))
    for pattern in ("templates/**/*.html", "static/js/**/*.js"):
        for path in files(pattern):
            found += [
                f"{path.relative_to(ROOT)} {hit[0]}" for hit in quoted.finditer(path.read_text("utf-8"))
            ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "x == '审核中'",
        "'已经提交' in x",
        "x not in ('前', '后')",
        "x == f'有 {n} 项'",
        "WORD = '制证中'\nx == WORD",
        "x.startswith('再')",
        "x.count(('甲', '乙'))",
        "x.get('可登录')",
        "x['可登录']",
        "{'可登录': 1}.get(x)",
        "match x:\n    case '通过' | '退回':\n        pass",
        "x == ('甲' if y else 'b')",
    ],
)
def test_a_decision_by_words_is_found_in_python(source: str) -> None:
    assert any(HAN.search(text) for _, text in decided_by(source))


@pytest.mark.parametrize("source", ["x = '审核中'", "f('审核中')", "x == ask('密码')", "d.get(x, '无')"])
def test_words_that_are_only_shown_are_left_alone(source: str) -> None:
    assert not any(HAN.search(text) for _, text in decided_by(source))


@pytest.mark.parametrize(
    "source",
    [
        "{% if x == '审核中' %}{% endif %}",
        "{{ 'a' if x in ('甲', '乙') }}",
        "{{ {'甲': 'a'}[x] }}",
        "{{ x.split(' 原因')[0] }}",
        "{{ x['甲'] }}",
        "{{ xs | selectattr('w', 'equalto', '甲') | list }}",
        "{% if x != '有 ' ~ n ~ ' 项' %}{% endif %}",
        "{% for y in ys if y.word == '甲' %}{% endfor %}",
    ],
)
def test_a_decision_by_words_is_found_in_a_template(source: str) -> None:
    assert any(HAN.search(text) for _, text in decided_by_template(source))


@pytest.mark.parametrize(
    "source",
    ["if (x === '甲') y();", "x.includes('甲')", "switch (x) { case '甲': }", "'甲' !== x", 'words["甲"]'],
)
def test_a_decision_by_words_is_found_in_a_script(source: str) -> None:
    assert any(HAN.search(text) for _, text in decided_by_script(source))


def test_every_code_has_its_words_and_its_sign() -> None:
    assert set(REFUSAL_WORDS) == set(Refusal)
    assert set(DENIAL_WORDS) == set(Denial)
    assert set(TASK_WORDS) == set(TaskKind)
    assert set(STATUS_WORDS) == set(status_signs.STATUSES) == set(StatusCode)
    assert set(STATUS_OF) == set(STATUSES)
    assert set(public_words.TONES) == set(public_words.WORDS) == set(public_words.SENTENCES)
    assert set(public_words.LABELS) == set(public_words.Item)
