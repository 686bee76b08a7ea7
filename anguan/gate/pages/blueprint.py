"""The blueprint on which the pages of the door hang."""

from flask import Blueprint

gate = Blueprint("gate", __name__)
