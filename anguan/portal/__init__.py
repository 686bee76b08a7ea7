"""Floor 7, the pages of applicants and enterprises."""

from flask import Flask

from anguan.portal import (
    begin,
    certificates,
    edit,
    enterprise,
    files,
    find,
    home,
    later,
    messages,
    papers,
    photo,
    profile,
    progress,
    receipt,
    refusals,
    review,
)
from anguan.portal.blueprint import portal

PAGES = (
    home,
    profile,
    photo,
    certificates,
    begin,
    edit,
    find,
    review,
    receipt,
    progress,
    papers,
    files,
    messages,
    enterprise,
    later,
    refusals,
)
"""Every file that hangs something on the blueprint."""


def hang(app: Flask) -> None:
    """Hang the holder's pages on the house."""
    app.register_blueprint(portal)
