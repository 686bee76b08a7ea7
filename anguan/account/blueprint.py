"""The blueprint of the account pages and the types that its views share."""

from flask import Blueprint
from werkzeug.wrappers import Response

Answer = Response | str | tuple[Response | str, int]
BOTH = ("GET", "POST")
"""A page and its form share one URL and endpoint, so that the menu entry stays active after an error."""

account = Blueprint("account", __name__)
