"""The blueprint on which the pages of the door hang."""

from flask import Blueprint
from werkzeug.wrappers import Response

Answer = Response | str | tuple[Response | str, int]
BOTH = ("GET", "POST")
"""A page and its form have one address and one name, so that the menu knows where it is after a mistake."""

account = Blueprint("account", __name__)
