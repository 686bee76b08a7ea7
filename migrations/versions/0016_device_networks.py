"""Adds to each remembered device the network in which it was first remembered; older rows know none."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this migration."""
    with op.batch_alter_table("remembered_device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("network", sa.String(length=100), server_default="", nullable=False))
    with op.batch_alter_table("remembered_device", schema=None) as batch_op:
        batch_op.alter_column("network", server_default=None)


def downgrade() -> None:
    """Revert this migration."""
    with op.batch_alter_table("remembered_device", schema=None) as batch_op:
        batch_op.drop_column("network")
