"""Adds what the filer says about each item of a return in place of a change."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this migration."""
    # Not in a batch: SQLite would rebuild the table, to whose rows others refer.
    op.add_column("remark", sa.Column("answer", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Revert this migration."""
    op.drop_column("remark", "answer")
