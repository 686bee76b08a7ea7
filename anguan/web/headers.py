"""What every answer says to the browser: run only our own code, tell nobody, keep nothing."""

import secrets

from flask import Flask, Response, g, request

from anguan.extensions import settings

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), "
        "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), "
        "usb=(), xr-spatial-tracking=()"
    ),
}


def register_headers(app: Flask) -> None:
    """Put the headers on every answer, errors and static files included."""
    app.after_request(set_headers)


def csp_nonce() -> str:
    """The nonce of this answer; asking for it admits the inline scripts of library pages that carry it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def may_be_framed() -> None:
    """This answer may stand in a frame of one of our own pages."""
    g.may_be_framed = True


def set_headers(response: Response) -> Response:
    """The headers of one answer."""
    headers = response.headers
    headers["Content-Security-Policy"] = policy()
    for name, value in _ALWAYS.items():
        headers[name] = value
    if settings().secure:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if request.endpoint != "static" and not (request.endpoint or "").endswith(".static"):
        headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response


def policy() -> str:
    """The content security policy of this answer."""
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self'{nonce}",
            f"style-src 'self'{nonce}",
            "img-src 'self' blob: data:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {chr(39)}{'self' if g.get('may_be_framed') else 'none'}{chr(39)}",
        ]
    )
