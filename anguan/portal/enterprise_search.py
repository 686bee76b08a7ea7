"""Search of enterprises by part of the name, for the form without scripts and for the script's list."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from anguan.core.field_types.text_cleaning import bracket_spellings, normalise_code
from anguan.core.masks import mask_document
from anguan.extensions import db
from anguan.models import Enterprise
from anguan.portal.blueprint import portal
from anguan.web.access import require_roles

AT_MOST = 20
SHORTEST = 2


def search_enterprises(session: Session, words: str) -> list[Enterprise]:
    """Enterprises whose name contains these words or whose credit code is this; shortest names first."""
    words = words.strip()[:50]
    if len(words) < SHORTEST:
        return []
    named = [Enterprise.name.contains(spelt, autoescape=True) for spelt in bracket_spellings(words)]
    return list(
        session.scalars(
            select(Enterprise)
            .where(or_(*named, Enterprise.uscc == normalise_code(words)))
            .order_by(func.length(Enterprise.name), Enterprise.name)
            .limit(AT_MOST)
        )
    )


@portal.get("/enterprises", endpoint="find_enterprises")
@require_roles("applicant")
def find_enterprises() -> ResponseReturnValue:
    """JSON [{value, label, hint}] for the query `q`."""
    rows = search_enterprises(db.session, request.args.get("q", ""))
    return jsonify([{"value": row.id, "label": row.name, "hint": mask_document(row.uscc)} for row in rows])
