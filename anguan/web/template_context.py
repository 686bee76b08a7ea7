"""Template context of every page: visitor, menu, contacts of the authority, display settings."""

from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, g, request, url_for
from sqlalchemy import func, select

from anguan.auth.activation_codes import opens_by_last6
from anguan.auth.identity import ANONYMOUS, Identity
from anguan.auth.sessions import idle_minutes
from anguan.core import clock
from anguan.domain.policies import LICENCE, Policies, load_policies
from anguan.extensions import db
from anguan.models import Notice
from anguan.web.menu import menu_of
from anguan.web.status_signs import sign_of_state, sign_of_status, sign_of_verdict
from anguan.web.unbroken import keep_unbroken

SIZES = ("normal", "large", "xlarge")
CONTRASTS = ("normal", "high")


def register_template_context(app: Flask) -> None:
    """Register the layout's variables, the date filters, and the status signs."""
    app.context_processor(template_context)
    app.add_template_filter(lambda moment: keep_unbroken(format_moment(moment)), "moment")
    app.add_template_filter(format_day, "day")
    app.add_template_filter(keep_unbroken, "unbroken")
    app.add_template_filter(sign_of_state, "state_sign")
    app.add_template_filter(sign_of_status, "status_sign")
    app.add_template_filter(sign_of_verdict, "verdict_sign")


def template_context() -> dict[str, Any]:
    """The layout's variables, computed once per request."""
    if "frame" not in g:
        g.frame = _compute_context(g.get("who", ANONYMOUS), bool(g.get("frame_offline")))
    frame: dict[str, Any] = g.frame
    return frame


def read_display_settings() -> dict[str, str]:
    """Size and contrast from the cookie `display`; invalid values count as normal."""
    chosen = dict(parse_qsl(request.cookies.get("display", "")[:100].replace(",", "&").replace(" ", "")))
    size, contrast = chosen.get("size", ""), chosen.get("contrast", "")
    return {
        "size": size if size in SIZES else SIZES[0],
        "contrast": contrast if contrast in CONTRASTS else CONTRASTS[0],
    }


def format_moment(moment: datetime | None) -> str:
    """Time in Beijing: 2026-11-21 21:30."""
    return f"{clock.beijing(moment):%Y-%m-%d %H:%M}" if moment else ""


def format_day(day: date | datetime | None) -> str:
    """Day: 2026-11-21; for a datetime the day in Beijing."""
    if isinstance(day, datetime):
        day = clock.beijing(day).date()
    return day.isoformat() if day else ""


def _compute_context(who: Identity, offline: bool) -> dict[str, Any]:
    limits = Policies() if offline else load_policies(db.session)
    inside = who.is_authenticated
    return {
        "me": who if inside else None,
        "stage": who.stage,
        "menu": menu_of(who) if inside else [],
        "unread": _count_unread(who) if inside and not offline and not who.is_staff else 0,
        "idle_minutes": idle_minutes(who.role, limits) if inside else 0,
        "extend_url": url_for("account.extend") if inside else "",
        "display": read_display_settings(),
        "authority": {
            "name": limits.authority_name,
            "review_phone": limits.review_phone,
            "support_phone": limits.support_phone,
            "record": limits.record_number,
            "first_login": {
                "person_last6": opens_by_last6("applicant", limits),
                "enterprise_last6": opens_by_last6("enterprise", limits),
                "licence": limits.enterprise_activation == LICENCE,
            },
        },
    }


def _count_unread(who: Identity) -> int:
    unread = select(func.count()).where(Notice.account_id == who.id, Notice.read_at.is_(None))
    return db.session.scalar(unread) or 0
