"""What every view of the panel stands on: shut by default, and only the routes that it offers exist."""

from typing import Any

from flask import abort, url_for
from flask_admin import Admin, BaseView
from flask_admin.blueprints import _BlueprintWithHostSupport as Blueprint
from flask_login import current_user

from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.models import Account
from anguan.web.access import expand

STOCK = frozenset(
    {
        "index_view",
        "create_view",
        "edit_view",
        "details_view",
        "delete_view",
        "action_view",
        "export",
        "ajax_lookup",
        "ajax_update",
    }
)
"""The routes that a model view brings along."""

WRITES = frozenset({"create_view", "edit_view", "delete_view"})
BIGGEST = 2**31 - 1
REGISTER = (*REVIEWERS, "administrator", "auditor")


class GuardedMixin(BaseView):  # type: ignore[misc]  # Flask-Admin ships no types
    """A view that says for whom it is: `allowed_roles` for reading, `edits` for writing; nobody when it is silent.

    `offers` names the stock routes that exist; those that it adds itself always do.
    """

    allowed_roles: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    offers: frozenset[str] = frozenset({"index_view"})
    _urls: list[tuple[str, str, Any]]  # set by Flask-Admin's metaclass

    def roles_of(self, name: str) -> frozenset[str]:
        """Who may use one of the view's functions; a function marked by itself wins."""
        marked = getattr(getattr(type(self), name, None), "allowed_roles", None)
        if marked is not None:
            return frozenset(marked)
        return expand(*(self.edits if name in WRITES else self.allowed_roles))

    def routes(self) -> list[tuple[str, str, Any]]:
        """The routes that exist: a view that may not be edited has no address to edit it by."""
        return [route for route in type(self)._urls if self.has(route[1])]

    def has(self, name: str) -> bool:
        """True when the view offers this function."""
        return name not in STOCK or name in self.offers

    def create_blueprint(self, admin: Admin) -> Blueprint:
        """Register the routes that exist, and no others."""
        self._urls = self.routes()
        return super().create_blueprint(admin)

    def is_accessible(self) -> bool:
        """True when the visitor may read here."""
        return bool(current_user) and current_user.role in expand(*self.allowed_roles)

    def may(self, name: str) -> bool:
        """True when the visitor may use this function of the view."""
        return bool(current_user) and current_user.role in self.roles_of(name)

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        if not self.may(name):
            abort(403)

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # The stock one calls again, differently, after any TypeError inside the view.
        return fn(self, *args, **kwargs)

    def render(self, template: str, **values: Any) -> str:
        """The page that the template makes of these values."""
        page: str = super().render(template, **values)
        return page

    def link(self, name: str, **values: Any) -> str:
        """The address of one of this view's functions."""
        return url_for(f"{self.endpoint}.{name}", **values)


def current_account() -> Account:
    """The account of the visitor."""
    return db.session.get_one(Account, current_user.id)


def id_from_text(text: str | None) -> int:
    """A row's id from an address; 404 when it cannot be one."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > BIGGEST:
        abort(404)
    return int(text)
