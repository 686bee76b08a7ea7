"""Adds what a check of an import says besides its problems, such as which rows are hidden."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this migration."""
    # Not in a batch: SQLite would rebuild the table, to whose rows others refer.
    op.add_column("import_batch", sa.Column("remark", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Revert this migration."""
    op.drop_column("import_batch", "remark")
