"""Own views keep their order in one word: `sort=-number` in place of `sort=number&desc=1`."""

from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

VIEWS = sa.table("saved_view", sa.column("id", sa.Integer), sa.column("query", sa.Text))


def upgrade() -> None:
    """Apply this migration."""
    _rewrite("%desc=1%", _join)


def downgrade() -> None:
    """Revert this migration."""
    _rewrite("%sort=-%", _split)


def _rewrite(like: str, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(VIEWS.c.id, VIEWS.c.query).where(VIEWS.c.query.like(like))).all()
    for id, query in rows:
        words = urlencode(sorted(change(dict(parse_qsl(query))).items()))
        connection.execute(sa.update(VIEWS).where(VIEWS.c.id == id).values(query=words))


def _join(words: dict[str, str]) -> dict[str, str]:
    falling = words.pop("desc", "") == "1" and "sort" in words
    return words | ({"sort": f"-{words['sort']}"} if falling else {})


def _split(words: dict[str, str]) -> dict[str, str]:
    falling = words.get("sort", "").startswith("-")
    return words | ({"sort": words["sort"][1:], "desc": "1"} if falling else {})
