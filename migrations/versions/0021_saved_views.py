"""Adds own views of the panel's lists, and the index by which certificates are sorted by their end."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this migration."""
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("list_name", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_saved_view_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "account_id", "list_name", "name", name=op.f("uq_saved_view_account_id_list_name_name")
        ),
    )
    op.create_index("ix_certificate_valid_until", "certificate", ["valid_until", "id"])


def downgrade() -> None:
    """Revert this migration."""
    op.drop_index("ix_certificate_valid_until", "certificate")
    op.drop_table("saved_view")
