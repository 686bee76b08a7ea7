"""Access control per endpoint, denied by default: a view without an access class is closed to everybody."""

import logging
from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any, TypeVar

from flask import Flask, abort, current_app, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from anguan.auth.identity import STAGES, Identity
from anguan.models import ROLES, STAFF
from anguan.web.redirects import current_path, endpoint_of, home_url

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
ROLE_GROUPS = {"staff": frozenset(STAFF), "everyone": frozenset(ROLES)}
KNOWN = frozenset({PUBLIC, *STAGES[:-1], *ROLES})
STAGE_PAGES = {
    "activation": "account.activate",
    "second_factor": "account.second_factor",
    "rotation": "account.password",
}
_TABLE = "anguan_access"
_log = logging.getLogger("anguan.web")


@cache
def expand(*names: str) -> frozenset[str]:
    """The access classes of these names, role groups expanded. Raises ValueError for an unknown name."""
    found = frozenset().union(*(ROLE_GROUPS.get(name, frozenset({name})) for name in names))
    if unknown := found - KNOWN:
        raise ValueError(f"unknown access classes: {', '.join(sorted(unknown))}")
    return found


def require_roles(*names: str) -> Callable[[View], View]:
    """Declare who may open a view: "public", a login stage, roles, "staff", "everyone".

    A Flask-Admin class declares it by its attribute `allowed_roles`, or per method by
    `roles_of`; a decorated method takes precedence. Raises ValueError for an unknown name.
    """
    classes = expand(*names)

    def mark(view: View) -> View:
        view.allowed_roles = classes  # type: ignore[attr-defined]
        return view

    return mark


def build_access_table(app: Flask) -> None:
    """Record the access classes of all endpoints, once every blueprint is registered."""
    table: dict[str, frozenset[str]] = app.extensions.setdefault(_TABLE, {})
    for endpoint, view in app.view_functions.items():
        if endpoint in table:
            continue
        if endpoint == "static" or endpoint.endswith(".static"):
            table[endpoint] = frozenset({PUBLIC})
            continue
        if said := _declared_roles(view):
            table[endpoint] = expand(*said)


def _declared_roles(view: Callable[..., Any]) -> Iterable[str]:
    """The declaration of a view, or else of the object that the method belongs to."""
    if said := getattr(view, "allowed_roles", None):
        return [said] if isinstance(said, str) else said
    owner = getattr(view, "__self__", None)
    if roles_of := getattr(owner, "roles_of", None):
        roles: Iterable[str] = roles_of(view.__name__)
        return roles
    return getattr(owner, "allowed_roles", None) or ()


def access_table(app: Flask) -> dict[str, frozenset[str]]:
    """Access classes by endpoint."""
    return dict(app.extensions.get(_TABLE, {}))


def may_open(who: Identity, endpoint: str) -> bool:
    """True when this visitor may open the endpoint."""
    allowed = current_app.extensions[_TABLE].get(endpoint, frozenset())
    return PUBLIC in allowed or (who.role if who.is_authenticated else who.stage) in allowed


def guard() -> Response | None:
    """Before every request: let pass, redirect to the pending login stage, or abort with 403."""
    endpoint, who = request.endpoint, current_visitor()
    if endpoint is None:
        return None
    if endpoint not in current_app.extensions[_TABLE]:
        _log.error("endpoint without an access class: %s", endpoint)
        abort(403)
    if may_open(who, endpoint):
        return None
    if not who.stage:
        late = 1 if g.get("timed_out") else None
        return redirect(url_for("account.login", timed_out=late, next=current_path() or None))
    if not who.is_authenticated:
        return redirect(url_for(STAGE_PAGES[who.stage]))
    if current_app.extensions[_TABLE][endpoint] <= frozenset(STAGES):
        return redirect(home_url(who))
    abort(403)


def next_page(who: Identity, target: str) -> str:
    """The requested page when it is local and open to the visitor, else their first page."""
    endpoint = endpoint_of(target)
    return target if endpoint not in ("", "account.login") and may_open(who, endpoint) else home_url(who)


def require_fresh_password(view: View) -> View:
    """Ask for the password again when it was entered more than ten minutes ago."""

    @wraps(view)
    def ask_first(*args: Any, **kwargs: Any) -> Any:
        return ask_password_again() or view(*args, **kwargs)

    return ask_first  # type: ignore[return-value]


def ask_password_again() -> Response | None:
    """Redirect to the password page; None when the password was entered recently."""
    if current_visitor().is_fresh:
        return None
    if request.method not in ("GET", "HEAD"):
        flash("为了安全，请再输一次密码，然后重做刚才的操作。", "news")
    return redirect(url_for("account.reauth", next=current_path() or None))


def current_visitor() -> Identity:
    """The identity of this request at any stage; Flask-Login's current_user knows only the last stage."""
    who: Identity = g.who
    return who
