"""Floor 7, for visitors: start page, guide, certificate check; open to all, showing nobody in full."""

from flask import Flask

from anguan.public import check, guide, look, start
from anguan.public.blueprint import public

PAGES = (start, guide, check, look)


def hang(app: Flask) -> None:
    """Hang the room on the house."""
    app.register_blueprint(public)
