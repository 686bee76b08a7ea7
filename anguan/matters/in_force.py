"""Matters as they are in force: the declared defaults merged with the rows of the panel."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core.check_result import FILING, CheckResult, Rule, Severity, blocks, passes
from anguan.core.field import Answered, Field, Predicate, always, answered
from anguan.core.field_types import Choice, Date, FieldType, Text, YesNo
from anguan.core.material import Material
from anguan.core.matter import Matter, Step
from anguan.domain import certificates, people
from anguan.domain.dossier import Dossier
from anguan.domain.memo import read_once
from anguan.domain.policies import Policies, load_policies
from anguan.domain.register_fields import register_field
from anguan.matters import catalog
from anguan.matters.overlay import Overlay, newest, overlay_at
from anguan.matters.texts import fill_texts
from anguan.models import DictionaryEntry

PREDICATES: Mapping[str, tuple[str, Predicate]] = {
    "always": ("所有人", always),
    "is_kind_b": ("B 类证书", certificates.is_kind_b),
    "is_paper": ("纸质证书", certificates.is_paper),
    "is_electronic": ("电子证书", certificates.is_electronic),
    "changes_identity": ("姓名或证件号码有变化", certificates.changes_identity),
    "moves_unit": ("工作单位有变化", certificates.moves_unit),
    "changes_title": ("技术职称有变化", people.changes_title),
}
Row = Mapping[str, Any]


def describe(predicate: Predicate) -> str:
    """The Chinese description of a predicate; '' when it has none."""
    if isinstance(predicate, Answered):
        return predicate.title
    return next((title for title, known in PREDICATES.values() if known is predicate), "")


def declared(code: str) -> Matter:
    """The matter as declared in its module; LookupError when the catalogue does not have it."""
    for matter in catalog.CATALOG:
        if matter.code == code:
            return matter
    raise LookupError(f"no matter {code}")


def in_force(
    session: Session,
    code: str,
    version: int | None = None,
    limits: Policies | None = None,
    asked: Container[str] = (),
) -> Matter:
    """The matter at a version of its definition, its texts filled from the policies `limits`.

    Defaults are the newest version and the current policies. `asked` are codes of dictionary entries that
    stay selectable although they are retired. Raises LookupError for an unknown matter or version.
    """
    limits = limits or load_policies(session)
    matter = declared(code)
    if version is None:
        codes = [each.code for each in catalog.CATALOG]
        version, rows = newest(session, codes)[code]
    else:
        rows = overlay_at(session, code, version)
    kept = frozenset(code for code in _retired(session) if code in asked)
    key = ("matter", id(matter), version, limits, kept)
    # The declaration is kept with what was made of it, so that no other one gets its id.
    return read_once(session, key, lambda: (matter, _made(session, matter, version, rows, limits, kept)))[1]


def _made(
    session: Session, matter: Matter, version: int, rows: Overlay, limits: Policies, asked: Container[str]
) -> Matter:
    words = rows.get("matter", ())
    if words:
        matter = _reword(matter, words[0])
    made = replace(
        matter,
        version=version,
        fields=_fields(session, matter, rows.get("questions", ()), limits, asked),
        materials=_materials(matter, rows.get("materials", ())),
        rules=_rules(matter, rows.get("rules", ())),
        steps=_steps(matter, rows.get("steps", ())),
    )
    return fill_texts(made, limits.placeholders)


def all_in_force(session: Session) -> tuple[Matter, ...]:
    """Every matter of the catalogue as it is in force now, in menu order."""
    limits = load_policies(session)
    return tuple(in_force(session, matter.code, limits=limits) for matter in catalog.CATALOG)


def for_citizens(session: Session) -> tuple[Matter, ...]:
    """The matters that the public guide shows: all but those filed by the office."""
    return tuple(matter for matter in all_in_force(session) if matter.filed_by != "office")


def _reword(matter: Matter, row: Row) -> Matter:
    opens, closes = row.get("opens_on"), row.get("closes_on")
    rules = matter.rules
    if opens or closes:
        rules = (_window(opens and date.fromisoformat(opens), closes and date.fromisoformat(closes)), *rules)
    return replace(
        matter,
        enabled=row["enabled"],
        title=row["title"] or matter.title,
        guide=row["guide"] or matter.guide,
        approved_text=row["approved_text"] or matter.approved_text,
        promised_days=row["promised_days"] or matter.promised_days,
        rules=rules,
    )


def _window(opens: date | None, closes: date | None) -> Rule:
    def judge(dossier: Dossier) -> CheckResult:
        if opens and dossier.today < opens:
            return blocks(f"本事项自 {opens} 起受理", since=opens)
        if closes and dossier.today > closes:
            return blocks(f"本事项已于 {closes} 24:00 停止受理")
        return passes("在受理期内")

    return Rule("matter.window", "在受理期内", judge, FILING)


def _fields(
    session: Session, matter: Matter, rows: Sequence[Row], limits: Policies, asked: Container[str]
) -> tuple[Field, ...]:
    fields = [_complete(session, field, asked) for field in matter.fields]
    if not limits.one_filing:
        fields = [replace(field, mirrors=(), propagate=False) for field in fields]
    own = {field.path for field in fields}
    live = [row for row in rows if not row["retired"] and f"question.{row['code']}" not in own]
    live.sort(key=lambda row: row["position"])
    fields += [
        answered(row["code"], row["label"], _question(row), row["required"], row["hint"]) for row in live
    ]
    return tuple(fields)


def _question(row: Row) -> FieldType:
    if row["kind"] == "date":
        return Date()
    if row["kind"] == "yesno":
        return YesNo()
    if row["kind"] == "choice":
        words = [word.strip() for word in row["options"].replace("，", ",").replace("\n", ",").split(",")]
        return Choice(tuple((word, word) for word in words if word))
    return Text(limit=500)


def _complete(session: Session, field: Field, asked: Container[str]) -> Field:
    kind = field.kind
    if kind is None:
        kind = register_field(field.path).kind
    if isinstance(kind, Choice) and kind.dictionary:
        kind = kind.with_options(dictionary(session, kind.dictionary, asked))
    return replace(field, kind=kind)


def dictionary(session: Session, name: str, asked: Container[str] = ()) -> tuple[tuple[str, str], ...]:
    """Code and label of the entries of a dictionary in order, without retired ones that are not `asked`."""
    rows = read_once(session, "dictionaries", lambda: _dictionaries(session)).get(name, ())
    return tuple((code, label) for code, label, retired in rows if not retired or code in asked)


def _retired(session: Session) -> frozenset[str]:
    """Codes of the retired entries of all dictionaries."""

    def find() -> frozenset[str]:
        words = read_once(session, "dictionaries", lambda: _dictionaries(session))
        return frozenset(code for rows in words.values() for code, _, retired in rows if retired)

    return read_once(session, "retired", find)


def _dictionaries(session: Session) -> Mapping[str, Sequence[tuple[str, str, bool]]]:
    """The entries of all dictionaries, which are few, by dictionary and in order."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    entries = select(
        DictionaryEntry.dictionary, DictionaryEntry.code, DictionaryEntry.label, DictionaryEntry.retired
    )
    order = (DictionaryEntry.dictionary, DictionaryEntry.position, DictionaryEntry.id)
    for name, code, label, retired in session.execute(entries.order_by(*order)):
        found.setdefault(name, []).append((code, label, retired))
    return found


def _materials(matter: Matter, rows: Sequence[Row]) -> tuple[Material, ...]:
    by_code = {row["code"]: row for row in rows}
    placed: list[tuple[int, Material]] = []
    for index, material in enumerate(matter.materials):
        row = by_code.pop(material.code, None)
        if row is None:
            placed.append(((index + 1) * 10, material))
        elif not row["retired"]:
            placed.append((row["position"] or (index + 1) * 10, _merged(material, row)))
    for row in by_code.values():
        if not row["retired"]:
            placed.append((row["position"] or 1000, _merged(Material(row["code"], row["title"]), row)))
    return tuple(material for _, material in sorted(placed, key=lambda pair: pair[0]))


def _merged(material: Material, row: Row) -> Material:
    accept = tuple(word for word in row["accept"].split(",") if word) or material.accept
    return replace(
        material,
        title=row["title"] or material.title,
        hint=row["hint"] or material.hint,
        required=row["required"],
        when=PREDICATES[row["when_code"]][1] if row["when_code"] in PREDICATES else material.when,
        accept=accept,
        limit_mb=row["limit_mb"] or material.limit_mb,
        sample_file=row.get("sample_file") or "",
    )


def _steps(matter: Matter, rows: Sequence[Row]) -> tuple[Step, ...]:
    """The rows, if there are any, replace all declared steps."""
    ordered = sorted(rows, key=lambda row: row["position"])
    steps = tuple(Step(row["code"], row["title"], row["role"], row["regional"]) for row in ordered)
    return steps or matter.steps


def _rules(matter: Matter, rows: Sequence[Row]) -> tuple[Rule, ...]:
    severity = {row["rule"]: Severity(row["severity"]) for row in rows}
    found = [
        rule if rule.final else replace(rule, severity=severity.get(rule.code, rule.severity))
        for rule in matter.rules
    ]
    return tuple(rule for rule in found if rule.severity != Severity.OFF or rule.final)
