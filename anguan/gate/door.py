"""Hang the gate on the house: first who is here, then what may be sent, then what may be opened."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from anguan.gate.access import guard
from anguan.gate.assets import hang_assets
from anguan.gate.characters import refuse_nul
from anguan.gate.errors import hang_errors
from anguan.gate.frame import hang_frame
from anguan.gate.headers import hang_headers
from anguan.gate.pages import activation, claiming, entry, factor, own, proof, registration
from anguan.gate.pages.blueprint import gate
from anguan.gate.visit import hang_visits

PAGES = (entry, activation, factor, proof, own, registration, claiming)


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
    app.register_blueprint(gate)
