"""Finds the records of all kinds by typed text, in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, literal, select, union_all
from sqlalchemy.orm import Session

from anguan.auth.identity import Identity
from anguan.panel.search.groups import Cells, Group

SHOWN = 10
"""Most records of a kind on the page."""
_READ = 2 * SHOWN + 1
"""Most rows that are read for one way: a name may contain the text twice."""


@dataclass(frozen=True)
class Found:
    """The rows of one group; `more` when there are others."""

    title: str
    rows: Sequence[Cells]
    more: bool


def find(session: Session, groups: Sequence[Group], text: str, who: Identity) -> list[Found]:
    """What this visitor finds, by group; groups without a result are left out.

    One statement finds the ids of all groups, one more reads the rows of each group.
    """
    ids, full = _find_ids(session, groups, text, who)
    found = []
    for place, group in enumerate(groups):
        if chosen := ids[place][:SHOWN]:
            key = group.model.id
            rows = {
                row.id: row
                for row in session.scalars(select(group.model).where(key.in_(chosen)).options(*group.options))
            }
            cells = [group.cells(session, rows[id]) for id in chosen if id in rows]
            found.append(Found(group.title, cells, place in full or len(ids[place]) > SHOWN))
    return found


def ways_of(groups: Sequence[Group], text: str, who: Identity) -> CompoundSelect[Any]:
    """The statement that finds (group, way, key text, id); each way has its own limit and index."""
    parts = []
    for place, group in enumerate(groups):
        for way, query in enumerate(group.ways(text)):
            limited = query.where(*group.seen_by(who)).limit(_READ).subquery()
            parts.append(select(literal(place), literal(way), limited.c.text, limited.c.id))
    return union_all(*parts)


def _find_ids(
    session: Session, groups: Sequence[Group], text: str, who: Identity
) -> tuple[dict[int, list[int]], set[int]]:
    """Ids by group, the best way first, and the groups in which a way reached its limit."""
    ids: dict[int, list[int]] = defaultdict(list)
    counts: dict[tuple[int, int], int] = defaultdict(int)
    rows = session.execute(ways_of(groups, text, who)).all() if groups else ()
    for place, way, _text, id in sorted(rows, key=lambda row: (row[0], row[1], row[2] or "")):
        counts[place, way] += 1
        if id not in ids[place]:
            ids[place].append(id)
    return ids, {place for (place, _way), count in counts.items() if count == _READ}
