"""The blueprint on which the holder's pages hang."""

from flask import Blueprint

portal = Blueprint("portal", __name__, url_prefix="/my")
