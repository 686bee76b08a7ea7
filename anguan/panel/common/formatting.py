"""How the panel says things: states, titles of matters, masked numbers, the working days that are left."""

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
    "lapsed": "超时失效",
}
VERDICTS = {"pass": "通过，转下一步", "approve": "通过", "reject": "不通过", "return": "退回补正"}
OUTCOMES = {
    Outcome.PASS: "通过",
    Outcome.WARN: "警告",
    Outcome.BLOCK: "不符合",
    Outcome.UNKNOWN: "无法判断",
}
SEVERITIES = ((Severity.BLOCK, "不符合时拦住"), (Severity.WARN, "只提醒"), (Severity.OFF, "不检查"))
PRODUCTIONS = {"waiting": "等待制证", "drawing": "制证中", "ready": "已生成", "failed": "制证失败"}
QUIET = "—"


def matter_titles(session: Session) -> dict[str, str]:
    """The title of each matter as it is in force, in menu order; asked once a request."""
    if "matter_titles" not in g:
        rows = session.execute(select(MatterConfig.matter, MatterConfig.title)).all()
        said = {code: title for code, title in rows if title}
        g.matter_titles = {matter.code: said.get(matter.code, matter.title) for matter in catalog.CATALOG}
    titles: dict[str, str] = g.matter_titles
    return titles


def limits() -> Policies:
    """The policies as they stand now; asked once a request."""
    if "limits" not in g:
        g.limits = load_policies(db.session)
    found: Policies = g.limits
    return found


def regions(session: Session) -> Sequence[tuple[str, str]]:
    """The regions that the office knows."""
    return dictionary(session, "region")


def region_name(code: str | None) -> str:
    """A region in words; the code where nobody named it."""
    if not code:
        return "全省"
    if "regions" not in g:
        g.regions = dict(regions(db.session))
    named: Mapping[str, str] = g.regions
    return named.get(code, code)


def kinds(session: Session) -> Sequence[tuple[str, str]]:
    """The kinds of certificate."""
    rows = session.execute(select(CertificateKind.code, CertificateKind.title).order_by(CertificateKind.code))
    return [(code, f"{code} {title}") for code, title in rows]


def number(text: str | None) -> Any:
    """A number in one piece."""
    return Markup('<span class="num">{}</span>').format(text) if text else QUIET


def document(text: str | None) -> Any:
    """A document number behind its mask."""
    return number(mask_document(text)) if text else QUIET


def phone(text: str | None) -> Any:
    """A telephone number behind its mask."""
    return number(mask_phone(text)) if text else QUIET


def link(url: str, words: Any, plain: bool = False) -> Markup:
    """A link; numbers are kept in one piece."""
    if plain:
        return Markup('<a href="{}">{}</a>').format(url, words)
    return Markup('<a class="num" href="{}">{}</a>').format(url, words)


def state(code: str) -> Any:
    """A state with its sign, bare, for tables."""
    return signed(sign_of_state(code), STATES[code])


def status(shown: StatusLine) -> Any:
    """The status of a certificate with its sign."""
    return signed(sign_of_status(shown.code), shown.word)


def signed(sign: Sign, text: str) -> Any:
    """Words with a sign and its colour."""
    return _macros("macros/status.html").word(sign, text)


def moment(at: datetime | None) -> Any:
    """A moment in one piece."""
    return number(format_moment(at))


def day(on: date | None) -> Any:
    """A day in one piece."""
    return number(on.isoformat() if on else None)


def days_left(due: datetime | None) -> tuple[int, str, str]:
    """Working days until the promised day, in words, and how urgent that is: calm, warn or bad."""
    if due is None:
        return 0, "", "calm"
    left = calendar.days_left(_calendar(), due, clock.now())
    if due <= clock.now():
        return min(left, -1), f"逾期 {max(1, -left)} 天", "bad"
    words = "今天" if left <= 0 else f"剩 {left} 天"
    return max(left, 0), words, "warn" if left <= 2 else "calm"


def _calendar() -> calendar.Calendar:
    """The office's calendar, read once for a page of many rows."""
    if "calendar" not in g:
        g.calendar = calendar.load_calendar(db.session)
    found: calendar.Calendar = g.calendar
    return found


def gauge(due: datetime | None, promised: int = 8) -> Any:
    """Working days left as words and ticks."""
    if due is None:
        return QUIET
    left, words, tone = days_left(due)
    return _macros("macros/gauge.html").gauge(left, promised, words, tone)


def urged(row: ChangeRequest) -> Any:
    """The working days that are left, and that the filer has urged."""
    left = gauge(row.due_at)
    return left + Markup(' <span class="tag tone-warn">催办</span>') if row.reminded_at else left


def used(retired: bool) -> Any:
    """Whether an entry can still be chosen."""
    return signed(Sign.ENDED, "停用") if retired else signed(Sign.GOOD, "启用")


def _macros(name: str) -> Any:
    return current_app.jinja_env.get_template(name).module


def shorten(text: str, most: int = 120) -> str:
    """The beginning of a text of the log, document numbers behind their mask."""
    text = mask_documents(text or "")
    return f"{text[:most]}…" if len(text) > most else text or "空"
