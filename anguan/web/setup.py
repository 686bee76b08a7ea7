"""Registers what runs around every request: headers, sessions, CSRF, access control, errors."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from anguan.web.access import guard
from anguan.web.errors import hang_errors
from anguan.web.headers import hang_headers
from anguan.web.input_validation import refuse_nul
from anguan.web.session_cookie import hang_visits
from anguan.web.static_files import hang_assets
from anguan.web.template_context import hang_frame


def hang(app: Flask) -> None:
    """The order counts: a visitor is known before his form is judged, a form before a page is opened."""
    hang_headers(app)
    hang_assets(app)
    hang_visits(app)
    CSRFProtect(app)
    app.before_request(guard)
    app.before_request(refuse_nul)
    hang_errors(app)
    hang_frame(app)
