"""Marks that triggers add: rows that say what must be worked out again, deleted together with the result."""

from collections.abc import Collection

from sqlalchemy import delete
from sqlalchemy.orm import Session

from anguan.models import StaleDay, StaleFindings


def delete_marks(
    session: Session, marks: type[StaleFindings] | type[StaleDay], seen: Collection[int]
) -> bool:
    """Delete the marks that were read before working.

    False when another worker has deleted some of them, perhaps for a later state: the result must not be
    stored, and the transaction be rolled back.
    """
    mine = delete(marks).where(marks.id.in_(seen)).returning(marks.id)
    return set(session.scalars(mine)) == set(seen)
