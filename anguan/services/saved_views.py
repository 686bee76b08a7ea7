"""Own views of the lists of the panel: filters, order and columns under a name, kept for one account."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from anguan.core.field_types import InvalidValue, Text
from anguan.infra.upsert import insert_into
from anguan.models import SavedView
from anguan.services.codes import Refusal
from anguan.services.refusals import Refused

MOST = 12
"""Most named views of an account for one list."""
NAME = Text(limit=20)
COLUMNS = ""
"""Name of the row that holds the columns which an account chose for a list."""
LONGEST = 2000
"""Longest query string of a view, in characters."""


def list_views(session: Session, account_id: int, list_name: str) -> Sequence[SavedView]:
    """The account's views of this list, the oldest first, and the row of its columns if there is one."""
    mine = (SavedView.account_id == account_id, SavedView.list_name == list_name)
    return session.scalars(select(SavedView).where(*mine).order_by(SavedView.id)).all()


def keep_view(session: Session, account_id: int, list_name: str, typed: str, query: str) -> str:
    """Keep a query string under a name, in place of an earlier one of this name; gives the name.

    Raises Refused when the name is empty or too long, or when there are too many views.
    """
    try:
        name = NAME.parse(typed)
    except InvalidValue:
        name = ""
    if not name or len(query) > LONGEST:
        raise Refused(Refusal.VIEW_NAME)
    held = {view.name for view in list_views(session, account_id, list_name)} - {COLUMNS}
    if name not in held and len(held) >= MOST:
        raise Refused(Refusal.TOO_MANY_VIEWS)
    _keep(session, account_id, list_name, name, query)
    return name


def drop_view(session: Session, account_id: int, list_name: str, id: int) -> None:
    """Delete a view of this account, if it still exists."""
    session.execute(
        delete(SavedView).where(
            SavedView.id == id, SavedView.account_id == account_id, SavedView.list_name == list_name
        )
    )


def keep_columns(session: Session, account_id: int, list_name: str, columns: Sequence[str]) -> None:
    """Keep the columns that this list shows to the account; none restores those of the list."""
    if columns:
        _keep(session, account_id, list_name, COLUMNS, ".".join(columns))
        return
    mine = (SavedView.account_id == account_id, SavedView.list_name == list_name)
    session.execute(delete(SavedView).where(*mine, SavedView.name == COLUMNS))


def _keep(session: Session, account_id: int, list_name: str, name: str, query: str) -> None:
    values = {"account_id": account_id, "list_name": list_name, "name": name, "query": query}
    session.execute(
        insert_into(session, SavedView)
        .values(**values)
        .on_conflict_do_update(
            index_elements=[SavedView.account_id, SavedView.list_name, SavedView.name], set_={"query": query}
        )
    )
