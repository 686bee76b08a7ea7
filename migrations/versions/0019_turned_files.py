"""Adds to each attachment by how many degrees its pages are turned when they are shown."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this migration."""
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("turn", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.alter_column("turn", server_default=None)


def downgrade() -> None:
    """Revert this migration."""
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_column("turn")
