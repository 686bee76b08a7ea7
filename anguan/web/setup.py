"""Registers what runs around every request: headers, sessions, CSRF, access control, errors."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from anguan.web.access import guard
from anguan.web.errors import register_error_handlers
from anguan.web.headers import register_headers
from anguan.web.input_validation import register_input_validation
from anguan.web.kept_forms import register_kept_forms
from anguan.web.page_profile import register_page_profile
from anguan.web.record_ids import register_id_converter
from anguan.web.session_cookie import register_session_hooks
from anguan.web.static_files import register_static_files
from anguan.web.template_context import register_template_context


def init_app(app: Flask) -> None:
    """Register in order: the session is loaded before CSRF is checked, and that before access control."""
    register_id_converter(app)
    register_headers(app)
    register_static_files(app)
    register_session_hooks(app)
    register_kept_forms(app)
    CSRFProtect(app)
    app.before_request(guard)
    register_input_validation(app)
    register_error_handlers(app)
    register_template_context(app)
    register_page_profile(app)
