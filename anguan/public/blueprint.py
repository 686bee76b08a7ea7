"""The blueprint of the public pages."""

from flask import Blueprint

public = Blueprint("public", __name__)
