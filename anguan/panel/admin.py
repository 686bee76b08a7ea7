"""The panel's views in menu order, hung on the house; each endpoint's roles go into the gate's table."""

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme

from anguan.grammar.masks import mask_document
from anguan.models import ChangeRequest
from anguan.panel.guard import Guarded
from anguan.panel.home import HomeView
from anguan.panel.queue import DoneView, QueueView
from anguan.panel.request import RequestView
from anguan.panel.words import shorten

THEME = Bootstrap4Theme(base_template="admin/ag_base.html", fluid=True)
DESK, REGISTER, MATTERS, SYSTEM = "审核", "登记簿", "事项配置", "系统"


def hang(app: Flask) -> None:
    """Build the panel for this application. The templates are our own, so no stock script or style is loaded."""
    app.add_template_filter(mask_document, "masked")
    app.add_template_filter(shorten, "shorten")
    admin = Admin(app, name="安管人员考核管理系统", index_view=HomeView(), theme=THEME)
    for view in make_views():
        admin.add_view(view)
    table: dict[str, frozenset[str]] = app.extensions.setdefault("anguan_access", {})
    for view in admin._views:
        for _, name, _ in view.routes():
            table[f"{view.endpoint}.{name}"] = view.roles_of(name)


def make_views() -> list[Guarded]:
    """Every view but the first page, in menu order."""
    return [
        QueueView(ChangeRequest, name="待审队列", category=DESK, endpoint="panel_queue", url="queue"),
        DoneView(ChangeRequest, name="已办", category=DESK, endpoint="panel_done", url="done"),
        RequestView(name="审核", endpoint="panel_request", url="requests"),
    ]
