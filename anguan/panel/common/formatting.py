"""Formatting of panel values: states, matter titles, masked numbers, remaining working days."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import current_app, g
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.check_result import Outcome, Severity
from anguan.core.masks import mask_document, mask_documents, mask_phone
from anguan.domain import calendar
from anguan.domain.memo import read_once
from anguan.domain.policies import Policies, load_policies
from anguan.extensions import db
from anguan.matters import catalog
from anguan.matters.in_force import dictionary
from anguan.models import CertificateKind, ChangeRequest, MatterConfig
from anguan.services.requests.status import StatusLine
from anguan.web.status_signs import Sign, sign_of_state, sign_of_status
from anguan.web.template_context import format_moment

STATES = {
    "draft": "草稿",
    "submitted": "待审核",
    "decided": "已决定，未生效",
    "returned": "退回补正",
    "approved": "已通过",
    "rejected": "不通过",
    "withdrawn": "已撤销",
    "lapsed": "已作废",
}
OUTCOMES = {
    Outcome.PASS: "通过",
    Outcome.WARN: "警告",
    Outcome.BLOCK: "不符合",
    Outcome.UNKNOWN: "无法判断",
}
SEVERITIES = ((Severity.BLOCK, "不符合不能提交"), (Severity.WARN, "只提醒"), (Severity.OFF, "不检查"))
PRODUCTIONS = {"waiting": "等待制证", "drawing": "制证中", "ready": "已生成", "failed": "制证失败"}
QUIET = "—"


def matter_titles(session: Session) -> dict[str, str]:
    """Titles of the matters in force, in menu order; not to be modified."""
    return read_once(session, "matter_titles", lambda: _read_matter_titles(session))


def _read_matter_titles(session: Session) -> dict[str, str]:
    rows = session.execute(select(MatterConfig.matter, MatterConfig.title)).all()
    said = {code: title for code, title in rows if title}
    return {matter.code: said.get(matter.code, matter.title) for matter in catalog.CATALOG}


def limits() -> Policies:
    """The current policies; cached per request."""
    if "limits" not in g:
        g.limits = load_policies(db.session)
    found: Policies = g.limits
    return found


def regions(session: Session) -> Sequence[tuple[str, str]]:
    """The regions as (code, title)."""
    return dictionary(session, "region")


def region_name(code: str | None) -> str:
    """Title of a region; the code when it has no title."""
    if not code:
        return "全省"
    if "regions" not in g:
        g.regions = dict(regions(db.session))
    named: Mapping[str, str] = g.regions
    return named.get(code, code)


def kinds(session: Session) -> Sequence[tuple[str, str]]:
    """The certificate kinds as (code, title)."""
    return read_once(session, "kinds", lambda: _read_kinds(session))


def _read_kinds(session: Session) -> Sequence[tuple[str, str]]:
    rows = session.execute(select(CertificateKind.code, CertificateKind.title).order_by(CertificateKind.code))
    return [(code, f"{code} {title}") for code, title in rows]


def number(text: str | None) -> Any:
    """A number that does not wrap."""
    return Markup('<span class="num">{}</span>').format(text) if text else QUIET


def document(text: str | None) -> Any:
    """A masked document number."""
    return number(mask_document(text)) if text else QUIET


def phone(text: str | None) -> Any:
    """A masked telephone number."""
    return number(mask_phone(text)) if text else QUIET


def link(url: str, words: Any, plain: bool = False) -> Markup:
    """A link; numbers do not wrap."""
    if plain:
        return Markup('<a href="{}">{}</a>').format(url, words)
    return Markup('<a class="num" href="{}">{}</a>').format(url, words)


def state(code: str) -> Any:
    """A request state with its sign, without a border, for tables."""
    return signed(sign_of_state(code), STATES[code])


def status(shown: StatusLine) -> Any:
    """A certificate status with its sign."""
    return signed(sign_of_status(shown.code), shown.word)


def signed(sign: Sign, text: str) -> Any:
    """Words with a sign and its colour."""
    return _macros("macros/status.html").word(sign, text)


def moment(at: datetime | None) -> Any:
    """A moment in Beijing time that does not wrap."""
    return number(format_moment(at))


def day(on: date | None) -> Any:
    """A date that does not wrap."""
    return number(on.isoformat() if on else None)


def days_left(due: datetime | None) -> tuple[int, str, str]:
    """Working days until the due date in words, and the urgency: calm, warn or bad."""
    if due is None:
        return 0, "", "calm"
    left = calendar.days_left(_calendar(), due, clock.now())
    if due <= clock.now():
        return min(left, -1), f"逾期 {max(1, -left)} 天", "bad"
    words = "今天" if left <= 0 else f"剩 {left} 天"
    return max(left, 0), words, "warn" if left <= 2 else "calm"


def _calendar() -> calendar.Calendar:
    """Work calendar, read once for a page of many rows."""
    if "calendar" not in g:
        g.calendar = calendar.load_calendar(db.session)
    found: calendar.Calendar = g.calendar
    return found


def gauge(due: datetime | None, promised: int = 8) -> Any:
    """Remaining working days as words and ticks."""
    if due is None:
        return QUIET
    left, words, tone = days_left(due)
    return _macros("macros/gauge.html").gauge(left, promised, words, tone)


def days_left_and_reminder(row: ChangeRequest) -> Any:
    """Remaining working days, with a mark when the applicant has sent a reminder."""
    left = gauge(row.due_at)
    return left + Markup(' <span class="tag tone-warn">催办</span>') if row.reminded_at else left


def used(retired: bool) -> Any:
    """Marks whether an entry can still be chosen."""
    return signed(Sign.ENDED, "停用") if retired else signed(Sign.GOOD, "启用")


def _macros(name: str) -> Any:
    return current_app.jinja_env.get_template(name).module


def shorten(text: str, most: int = 120) -> str:
    """Beginning of a log text with document numbers masked, cut to `most` characters."""
    text = mask_documents(text or "")
    return f"{text[:most]}…" if len(text) > most else text or "空"
