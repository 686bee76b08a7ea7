"""The pages of holders and enterprises (/my)."""

from flask import Flask

from anguan.portal import (
    certificates,
    enterprise,
    enterprise_search,
    files,
    home,
    messages,
    not_available,
    profile,
)
from anguan.portal.blueprint import portal
from anguan.portal.photo_tool import views
from anguan.portal.requests import (
    printed_forms,
    progress,
    receipt,
    refusals,
    request_confirm,
    request_form,
    request_start,
)

PAGES = (
    home,
    profile,
    views,
    certificates,
    request_start,
    request_form,
    enterprise_search,
    request_confirm,
    receipt,
    progress,
    printed_forms,
    files,
    messages,
    enterprise,
    not_available,
    refusals,
)
"""Every module that adds views to the blueprint."""


def init_app(app: Flask) -> None:
    """Register the blueprint."""
    app.register_blueprint(portal)
