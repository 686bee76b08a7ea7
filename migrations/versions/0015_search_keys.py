"""Adds search keys of names and numbers, and indexes of telephone numbers.

Every upgrade ends with creating the triggers that keep the keys (`worker.upgrade`).
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from anguan.models.search import SOURCES, TRIGGERS, keys_of
from anguan.models.triggers import drop

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PHONES = ("person", "enterprise")


def upgrade() -> None:
    """Apply this migration."""
    dialect = op.get_bind().dialect.name
    op.create_table(
        "search_key",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("text", sa.Text(collation="C" if dialect == "postgresql" else None), primary_key=True),
        sa.Column("record_id", sa.Integer(), primary_key=True),
    )
    op.create_index("ix_search_key_record_id", "search_key", ["kind", "record_id"])
    for kind, table, column in SOURCES:
        op.execute(f"INSERT INTO search_key (kind, text, record_id) {keys_of(kind, column, table)}")
    for table in PHONES:
        op.create_index(f"ix_{table}_phone", table, ["phone"])


def downgrade() -> None:
    """Revert this migration."""
    for table in PHONES:
        op.drop_index(f"ix_{table}_phone", table)
    drop(op.get_bind(), "search_key", TRIGGERS)
    op.drop_table("search_key")
