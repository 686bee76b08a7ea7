"""Stores the findings of submitted requests; those that wait are judged by the worker after the upgrade."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from anguan.models.stale_findings import TRIGGERS
from anguan.models.triggers import drop

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COUNTS = ("passed_checks", "doubtful_checks", "failed_checks")
IDENTITY = sa.text(
    "path IN ('person.document_number', 'certificate.document_number', 'person.photo', 'certificate.photo')"
)


def upgrade() -> None:
    """Apply this migration."""
    # Not in a batch: SQLite would rebuild the table, to whose rows others refer.
    for name in COUNTS:
        op.add_column("change_request", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("change_request", sa.Column("is_green", sa.Boolean()))
    op.add_column("change_request", sa.Column("judged_at", sa.DateTime(timezone=True)))
    op.create_index("ix_change_request_green", "change_request", ["state", "is_green", "due_at", "id"])
    op.create_index(
        "ix_change_item_identity",
        "change_item",
        ["after"],
        sqlite_where=IDENTITY,
        postgresql_where=IDENTITY,
    )
    op.create_table(
        "stale_findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale_findings")),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO stale_findings (request_id)"
        " SELECT id FROM change_request WHERE state = 'submitted' ORDER BY due_at, id"
    )


def downgrade() -> None:
    """Revert this migration."""
    drop(op.get_bind(), "stale_findings", TRIGGERS)
    op.drop_table("stale_findings")
    op.drop_index("ix_change_item_identity", "change_item")
    op.drop_index("ix_change_request_green", "change_request")
    for name in ("judged_at", "is_green", *COUNTS):
        op.drop_column("change_request", name)
