"""Login, activation, registration and password pages, in one blueprint."""

from flask import Flask

from anguan.account import (
    activation,
    kept_form,
    login,
    number_claims,
    own_account,
    reauthentication,
    registration,
    second_factor,
)
from anguan.account.blueprint import account

PAGES = (
    login,
    activation,
    second_factor,
    reauthentication,
    own_account,
    registration,
    number_claims,
    kept_form,
)
"""Every module that adds views to the blueprint."""


def init_app(app: Flask) -> None:
    """Register the blueprint."""
    app.register_blueprint(account)
