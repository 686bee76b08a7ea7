"""Public pages: start page, guide and certificate verification; personal data is masked."""

from flask import Flask

from anguan.public import display_settings, guide, start, verification
from anguan.public.blueprint import public

PAGES = (start, guide, verification, display_settings)


def init_app(app: Flask) -> None:
    """Register the blueprint."""
    app.register_blueprint(public)
