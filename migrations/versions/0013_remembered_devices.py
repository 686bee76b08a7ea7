"""Adds the browsers in which an account completed a login."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import anguan.models

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this migration."""
    op.create_table(
        "remembered_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", anguan.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", anguan.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_remembered_device_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_remembered_device_token_hash")),
    )
    with op.batch_alter_table("remembered_device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remembered_device_account_id"), ["account_id"], unique=False)


def downgrade() -> None:
    """Revert this migration."""
    op.drop_table("remembered_device")
