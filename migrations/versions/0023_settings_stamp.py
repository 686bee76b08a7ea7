"""Adds the stamp of the settings, which triggers renew with each change."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this migration."""
    op.create_table(
        "settings_stamp",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_stamp")),
    )
    op.execute("INSERT INTO settings_stamp (id, value) VALUES (1, CAST(random() AS VARCHAR(100)))")


def downgrade() -> None:
    """Revert this migration."""
    op.drop_table("settings_stamp")
