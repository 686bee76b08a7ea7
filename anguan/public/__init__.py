"""Floor 7, for visitors: start page, guide, certificate check; open to all, showing nobody in full."""

from flask import Flask

from anguan.public import display_settings, guide, start, verification
from anguan.public.blueprint import public

PAGES = (start, guide, verification, display_settings)


def init_app(app: Flask) -> None:
    """Hang the room on the house."""
    app.register_blueprint(public)
