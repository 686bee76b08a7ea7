"""Access control of panel views: deny by default, and register only the routes that a view offers."""

from typing import Any

from flask import abort, current_app, g, url_for
from flask_admin import Admin, BaseView
from flask_admin.blueprints import _BlueprintWithHostSupport as Blueprint
from flask_login import current_user

from anguan.core.record_ids import read_id
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.models import Account
from anguan.panel.common.menu import MENUS, Menu
from anguan.panel.common.menu_counts import count_waiting, format_count
from anguan.web.access import current_visitor, expand, may_open

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
"""Routes that Flask-Admin's model view brings along."""

WRITES = frozenset({"create_view", "edit_view", "delete_view"})
REGISTER = (*REVIEWERS, "administrator", "auditor")


class GuardedMixin(BaseView):  # type: ignore[misc]  # Flask-Admin ships no types
    """A view with its roles: `allowed_roles` may read, `edits` may write; nobody where both are empty.

    `stock_routes` names the Flask-Admin routes that exist; routes that the view adds itself always do.
    """

    allowed_roles: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    stock_routes: frozenset[str] = frozenset({"index_view"})
    _urls: list[tuple[str, str, Any]]  # set by Flask-Admin's metaclass

    def roles_of(self, name: str) -> frozenset[str]:
        """Roles allowed to use this view function; a decorator on the function takes precedence."""
        marked = getattr(getattr(type(self), name, None), "allowed_roles", None)
        if marked is not None:
            return frozenset(marked)
        return expand(*(self.edits if name in WRITES else self.allowed_roles))

    def routes(self) -> list[tuple[str, str, Any]]:
        """The routes that exist: a view that may not be edited has no edit URL."""
        return [route for route in type(self)._urls if self.has(route[1])]

    def has(self, name: str) -> bool:
        """True when the view offers this function."""
        return name not in STOCK or name in self.stock_routes

    def create_blueprint(self, admin: Admin) -> Blueprint:
        """Register only the routes that exist."""
        self._urls = self.routes()
        return super().create_blueprint(admin)

    def is_accessible(self) -> bool:
        """True when the visitor may read this view."""
        return bool(current_user) and self.is_open_to(current_user.role)

    def is_open_to(self, role: str) -> bool:
        """True when this role may read this view."""
        return role in expand(*self.allowed_roles)

    def may(self, name: str) -> bool:
        """True when the visitor may use this function of the view."""
        return bool(current_user) and current_user.role in self.roles_of(name)

    def may_search(self) -> bool:
        """True when the frame has the search box for this visitor."""
        return may_open(current_visitor(), "panel_search.index")

    def menu_groups(self) -> Menu:
        """The entries of the menu for the role of the visitor, by group."""
        menus: dict[str, Menu] = current_app.extensions[MENUS]
        return menus[current_user.role]

    def menu_count(self, endpoint: str) -> str:
        """Number beside the menu entry of this view; '' without one."""
        if "menu_counts" not in g:
            opened = [entry.endpoint for _, entries in self.menu_groups() for entry in entries]
            g.menu_counts = count_waiting(db.session, current_account(), opened)
        return format_count(g.menu_counts.get(endpoint, 0))

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        if not self.may(name):
            abort(403)

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # Flask-Admin's own version calls the view again with other arguments after any TypeError in it.
        return fn(self, *args, **kwargs)

    def render(self, template: str, **values: Any) -> str:
        """Render the template with these values."""
        page: str = super().render(template, **values)
        return page

    def link(self, name: str, **values: Any) -> str:
        """URL of one of this view's functions."""
        return url_for(f"{self.endpoint}.{name}", **values)


def current_account() -> Account:
    """Account of the visitor, which the request has read with the session."""
    return db.session.get_one(Account, current_user.id)


def id_from_text(text: str | None) -> int:
    """Row id from a URL; aborts with 404 when it cannot be one."""
    return read_id(text) or abort(404)
