"""The session cookie: resolves it to the identity of the request, and sets or deletes it on the response."""

from contextlib import suppress

from flask import Flask, Response, abort, current_app, g, request, session
from flask_login import LoginManager

from anguan.auth import devices, sessions
from anguan.auth.encryption import hash_token
from anguan.auth.identity import ANONYMOUS, Identity
from anguan.auth.sessions import ClientAddress
from anguan.core import clock
from anguan.extensions import db, settings
from anguan.infra.addresses import networks_of
from anguan.infra.transaction import Busy
from anguan.models import LoginSession

_OWNER = "for"
_SAFE = ("GET", "HEAD", "OPTIONS")


def register_session_hooks(app: Flask) -> None:
    """Register the request hooks: load the session first, and set the cookie at the end."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.anonymous_user = lambda: ANONYMOUS
    manager.request_loader(_visitor)
    app.before_request(load_session)
    app.before_request(reject_cross_origin)
    app.after_request(save_session)


def cookie_name() -> str:
    """Name of the session cookie; the prefix __Host- binds it to https and to this host."""
    return "__Host-sid" if settings().secure else "sid"


def load_session() -> None:
    """Resolve the cookie to the identity of this request; writes nothing but the time of use."""
    g.who, g.token, g.timed_out = ANONYMOUS, "", False
    if request.mimetype != "multipart/form-data":  # read whole into memory, so kept as small as its parts
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    if request.endpoint == "static":
        return
    token = request.cookies.get(cookie_name(), "")[:200]
    if token:
        found = sessions.find(db.session, token)
        if found is None:
            g.timed_out, g.timed_out_id = True, sessions.account_of_timed_out(db.session, token)
            # A cookie that only time has ended stays until the login: a form sent later names its account.
            g.drop_cookie = not g.timed_out_id
        else:
            row, account = found
            g.who, g.token = sessions.identify(row, account), token
            g.account = account  # held, so that the identity map keeps it for the request
            _note_use(row)
    if session.get(_OWNER, "") != _mark(g.token):
        # Tokens and messages of another visit, before the login or after it, are worth nothing now.
        session.clear()


def reject_cross_origin() -> None:
    """Abort with 400 when the browser says that another site sent the form."""
    if request.method in _SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Origin", "null")
    if site in ("cross-site", "same-site"):
        abort(400, "这次提交来自别的网站，没有受理。请在本系统的页面里重新提交。")
    if not site and origin not in ("null", request.host_url.rstrip("/"), settings().address):
        abort(400, "这次提交来自别的网站，没有受理。请在本系统的页面里重新提交。")


def rotate_session(token: str) -> Identity:
    """After a login: clear the old session's data, set the new cookie, return the new identity."""
    session.clear()
    for kept in ("csrf_token", "frame"):
        g.pop(kept, None)
    session[_OWNER] = _mark(token)
    g.new_token = token
    found = sessions.find(db.session, token)
    g.who = sessions.identify(*found) if found else ANONYMOUS
    who: Identity = g.who
    if who.is_authenticated and devices.is_new(db.session, token):
        g.new_device = devices.device_token(token)
    return who


def clear_session() -> None:
    """After a logout: clear the session's data and delete the cookie."""
    session.clear()
    for kept in ("csrf_token", "frame"):
        g.pop(kept, None)
    g.who, g.drop_cookie = ANONYMOUS, True


def save_session(response: Response) -> Response:
    """Set or delete the session cookie."""
    secure = settings().secure
    if token := g.get("new_token"):
        response.set_cookie(cookie_name(), token, path="/", secure=secure, httponly=True, samesite="Lax")
    elif g.get("drop_cookie"):
        response.delete_cookie(cookie_name(), path="/", secure=secure, httponly=True, samesite="Lax")
    if device := g.get("new_device"):
        response.set_cookie(
            _device_cookie(),
            ".".join([*_device_tokens(), device][-devices.MOST :]),
            max_age=devices.LASTS,
            path="/",
            secure=secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def client_address() -> ClientAddress:
    """Address, network, User-Agent and remembered devices of this request."""
    address, network = networks_of(request.remote_addr or "")
    hashes = tuple(hash_token(token) for token in _device_tokens())
    return ClientAddress(network, request.user_agent.string[:500], address, hashes)


def _device_tokens() -> list[str]:
    """The tokens in the device cookie, oldest first."""
    kept = request.cookies.get(_device_cookie(), "")[:2000]
    return [token for token in kept.split(".") if token][-devices.MOST :]


def _device_cookie() -> str:
    return "__Host-device" if settings().secure else "device"


def _note_use(row: LoginSession) -> None:
    if clock.now() - row.seen_at < sessions.SEEN_EVERY:
        return
    with suppress(Busy):  # a note that comes a minute later is as good
        sessions.note_seen(db.session, row.id)


def _visitor(_request: object) -> Identity | None:
    who: Identity = g.get("who", ANONYMOUS)
    return who if who.is_authenticated else None


def _mark(token: str) -> str:
    return hash_token(token)[:16] if token else ""
