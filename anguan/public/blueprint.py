"""The blueprint on which the visitor's pages hang."""

from flask import Blueprint

public = Blueprint("public", __name__)
