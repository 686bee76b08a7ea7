"""The account behind a portal page, its breadcrumbs and page links."""

from flask import request, url_for
from flask_login import current_user

from anguan.extensions import db
from anguan.models import Account

Crumbs = list[tuple[str, str | None]]


def current_account() -> Account:
    """The account of the current visitor."""
    return db.session.get_one(Account, current_user.id)


def crumbs(*way: tuple[str, str | None]) -> Crumbs:
    """Breadcrumbs from the holder's first page to this one; the last has no URL."""
    return [("首页", url_for("portal.home")), *way]


def page_url(page: int) -> str:
    """URL of another page of this list."""
    return url_for(request.endpoint or "portal.home", page=page)
