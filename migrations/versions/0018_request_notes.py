"""Adds notes to colleagues on a request."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this migration."""
    op.create_table(
        "request_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_request_note_account_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["change_request.id"], name=op.f("fk_request_note_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_note")),
    )
    with op.batch_alter_table("request_note", schema=None) as batch_op:
        batch_op.create_index("ix_request_note_request_id", ["request_id", "id"], unique=False)


def downgrade() -> None:
    """Revert this migration."""
    op.drop_table("request_note")
