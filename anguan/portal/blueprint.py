"""The blueprint of the holder's pages."""

from flask import Blueprint

portal = Blueprint("portal", __name__, url_prefix="/my")
