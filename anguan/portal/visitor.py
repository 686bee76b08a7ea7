"""Whose pages these are, and the way in which a page says where it stands."""

from flask import request, url_for
from flask_login import current_user

from anguan.extensions import db
from anguan.models import Account

Crumbs = list[tuple[str, str | None]]


def current_account() -> Account:
    """The account of whoever looks at the page."""
    return db.session.get_one(Account, current_user.id)


def crumbs(*way: tuple[str, str | None]) -> Crumbs:
    """The way from the holder's first page to this one; the last step has no address."""
    return [("首页", url_for("portal.home")), *way]


def page_url(page: int) -> str:
    """The address of another page of this list."""
    return url_for(request.endpoint or "portal.home", page=page)
