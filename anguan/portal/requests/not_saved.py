"""The page of a form that came after its request had been submitted or closed elsewhere."""

from collections.abc import Mapping

from flask import render_template

from anguan.core.matter import Matter
from anguan.extensions import db
from anguan.models import ChangeRequest
from anguan.portal.visitor import crumbs
from anguan.services.requests.status import request_status
from anguan.web.unsaved import list_unsaved


def show_not_saved(row: ChangeRequest, matter: Matter, typed: Mapping[str, str], sentence: str) -> str:
    """What became of the request, and what was typed; '' when nothing was."""
    rows = list_unsaved(db.session, row, matter, typed)
    if not rows:
        return ""
    return render_template(
        "portal/not_saved.html",
        crumbs=crumbs((matter.title, None)),
        row=row,
        matter=matter,
        status=request_status(db.session, row),
        sentence=sentence,
        rows=rows,
    )
