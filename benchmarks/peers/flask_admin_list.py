"""The list of requests in Flask-Admin as it ships."""

import sys
from urllib.parse import quote

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from benchmarks.comparison.page import Page, Site
from benchmarks.peers.tables import applicant, enterprise, request
from benchmarks.seeding.databases import Place
from benchmarks.seeding.expressions import name_at
from benchmarks.seeding.sizes import Sizes, request_number
from tests.support.statements import counted

LIST = "/admin/request/"


def open_flask_admin(place: Place) -> Site:
    """The application and its pages."""
    sys.modules.setdefault("flask_babel", None)  # type: ignore[arg-type]  # as it ships: without translations
    from flask_admin import Admin  # noqa: PLC0415
    from flask_admin.contrib.sqla import ModelView  # noqa: PLC0415

    app = Flask(__name__)
    app.config.update(SECRET_KEY="bench-only", SQLALCHEMY_DATABASE_URI=place.url)
    database = SQLAlchemy(app)
    base = database.Model

    def title(self: object) -> str:
        return str(self.name)  # type: ignore[attr-defined]

    firms = type("Firm", (base,), {"__table__": enterprise, "__str__": title})
    people = type("Applicant", (base,), {"__table__": applicant, "__str__": title})
    related = {"applicant": database.relationship(people), "enterprise": database.relationship(firms)}
    requests = type("Request", (base,), {"__table__": request, **related})
    shown = ["no", "applicant", "enterprise", "kind", "status", "priority", "submitted_at", "due_at"]
    settings = {
        "column_list": shown,
        "column_default_sort": "due_at",
        "column_filters": ["status"],
        "column_searchable_list": ["no", "applicant.name"],
        "page_size": 20,
    }
    view = type("RequestView", (ModelView,), settings)(requests, database, endpoint="request")
    Admin(app).add_view(view)
    kinds = [type(each).__name__ for each in view._filters]
    sizes = Sizes(place.requests)
    pages = {
        "default": Page(LIST, rows=20),
        "status": Page(f"{LIST}?flt0_{kinds.index('FilterEqual')}=approved", rows=20),
        "exact": Page(f"{LIST}?search=%3D{request_number(sizes.middle)}", rows=1),
        "prefix": Page(f"{LIST}?search=%5E{quote(name_at(sizes.middle)[:2])}"),
        "page50": Page(f"{LIST}?page=49", rows=20),
    }
    with app.app_context():
        engine = database.engine
    return Site(app, pages, lambda: counted(engine))
