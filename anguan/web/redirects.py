"""Redirect targets: only local paths, and only those that answer a GET."""

import re
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

from anguan.auth.identity import Identity
from anguan.models import STAFF

HOMES = {"applicant": "portal.home", "enterprise": "portal.home", **dict.fromkeys(STAFF, "panel.index")}
LONGEST = 2000
_PLAIN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def is_local(target: str) -> bool:
    """True for a plain local path: no host, scheme, backslash or invisible character."""
    if len(target) > LONGEST or not _PLAIN.fullmatch(target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc and not parts.path.startswith("//")


def current_path() -> str:
    """The current page as a redirect target; '' when it cannot be opened by GET."""
    if request.method not in ("GET", "HEAD"):
        return ""
    path = request.full_path if request.query_string else request.path
    return path if is_local(path) else ""


def home_url(who: Identity) -> str:
    """The first page of a role."""
    endpoint = HOMES.get(who.role, "public.start")
    return url_for(endpoint if endpoint in current_app.view_functions else "account.sessions")


def endpoint_of(target: str) -> str:
    """The endpoint of a GET to a local path; '' when there is none."""
    adapter = current_app.create_url_adapter(request) if is_local(target) else None
    if adapter is None:
        return ""
    try:
        endpoint, _ = adapter.match(urlsplit(target).path, method="GET")
    except HTTPException:
        return ""
    return str(endpoint)
