"""Security headers of every response: content security policy, no referrer, no caching of pages."""

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
    """Set the headers on every response, errors and static files included."""
    app.after_request(set_headers)


def csp_nonce() -> str:
    """The nonce of this response; asking for it allows the inline scripts that carry it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def may_be_framed() -> None:
    """Allow this response in a frame of one of our own pages."""
    g.may_be_framed = True


def set_headers(response: Response) -> Response:
    """Set the headers of one response."""
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
    """The content security policy of this response."""
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
