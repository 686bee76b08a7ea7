"""What the reviewer's form says: a ruling for the desk, and the same words again when it is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from anguan.desk.review import Ruling, item_labels
from anguan.desk.sheet import Sheet
from anguan.grammar.lifecycle import RETURN
from anguan.models import Reason

LONGEST = 1000
ALARMING = ("block", "warn", "unknown")


@dataclass(frozen=True)
class Mend:
    """One line of 退回补正: what may be sent back, ticked or not, with its sentence."""

    item: str
    label: str
    reasons: Sequence[Reason]
    ticked: bool = False
    reason: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Desk:
    """What stands in the form."""

    mends: Sequence[Mend]
    reasons: Sequence[Reason]
    reason: str = ""
    opinion: str = ""
    note: str = ""
    override: str = ""
    go_on: bool = True
    opened: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


def reasons_for(session: Session, matter: str) -> list[Reason]:
    """The sentences that the office keeps for this matter, and for all."""
    return list(
        session.scalars(
            select(Reason)
            .where(or_(Reason.matter == "", Reason.matter == matter), Reason.retired.is_(False))
            .order_by(Reason.position, Reason.id)
        )
    )


def lay_desk(session: Session, sheet: Sheet, form: Mapping[str, str] | None, ticked: Sequence[str]) -> Desk:
    """The form as it is to be shown: from the findings at first, as it was typed afterwards."""
    reasons = reasons_for(session, sheet.request.matter)
    by_code = {reason.code: reason for reason in reasons}
    doubts = _doubts(sheet)
    mends = []
    for item, label in item_labels(sheet).items():
        fitting = [reason for reason in reasons if reason.item in ("", item)]
        if form is None:
            mends.append(Mend(item, label, fitting, item in doubts, "", doubts.get(item, "")))
            continue
        chosen = form.get(f"reason.{item}", "")
        sentence = form.get(f"remark.{item}", "")[:LONGEST]
        mends.append(
            Mend(item, label, fitting, item in ticked, chosen if chosen in by_code else "", sentence)
        )
    form = form or {}
    return Desk(
        mends=mends,
        reasons=reasons,
        reason=form.get("reason", ""),
        opinion=form.get("opinion", "")[:LONGEST],
        note=form.get("note", "")[:LONGEST],
        override=form.get("override", "")[:LONGEST],
        go_on=not form or form.get("go_on") == "1",
        opened=form.get("verdict", "return" if ticked else ""),
    )


def _doubts(sheet: Sheet) -> dict[str, str]:
    """What the findings complain about, by the paper that would prove it."""
    found: dict[str, str] = {}
    for finding in sheet.findings:
        if finding.outcome == "block" and finding.proof:
            found.setdefault(f"paper:{finding.proof}", finding.sentence)
    return found


def read_ruling(desk: Desk, form: Mapping[str, str], verdict: str) -> Ruling:
    """The ruling that the form asks for."""
    said = {reason.code: reason for reason in desk.reasons}
    remarks = {}
    if verdict == RETURN:
        for mend in desk.mends:
            if mend.ticked:
                remarks[mend.item] = _join(said.get(mend.reason), mend.sentence)
    opinion = desk.note if verdict == RETURN else _join(said.get(desk.reason), desk.opinion)
    version = form.get("seen_version", "")
    return Ruling(
        verdict=verdict,
        seen_version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
        seen_digest=form.get("seen_digest", "")[:64],
        opinion="" if verdict == "approve" else opinion,
        override=desk.override if verdict == "approve" else "",
        remarks=remarks,
    )


def _join(reason: Reason | None, own: str) -> str:
    """The kept sentence, its remedy, and what was typed besides."""
    parts = [reason.sentence, reason.remedy] if reason else []
    text = "。".join(part.strip("。 ") for part in [*parts, own.strip()] if part.strip("。 "))
    return text[:LONGEST]


def unsaid(desk: Desk, remarks: Mapping[str, str]) -> list[tuple[str, str]]:
    """Ticked lines without a sentence, as (anchor, what to do)."""
    return [
        (f"remark.{mend.item}", f"{mend.label}：请选择理由或写明怎样补正")
        for mend in desk.mends
        if mend.ticked and not remarks.get(mend.item)
    ]
