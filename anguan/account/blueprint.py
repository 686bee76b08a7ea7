"""The blueprint of the account pages and the types that its views share."""

from flask import Blueprint
from sqlalchemy import select
from werkzeug.wrappers import Response

from anguan.extensions import db
from anguan.models import Account
from anguan.web.access import current_visitor

Answer = Response | str | tuple[Response | str, int]
BOTH = ("GET", "POST")
"""A page and its form share one URL and endpoint, so that the menu entry stays active after an error."""

account = Blueprint("account", __name__)


def own_login() -> str:
    """The login of the visitor's account, which password managers keep beside the password."""
    return db.session.scalars(select(Account.login).where(Account.id == current_visitor().id)).one()
