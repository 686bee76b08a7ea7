"""Adds the index by which a decision finds the marks of its request."""

from collections.abc import Sequence

from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this migration."""
    op.create_index("ix_stale_findings_request", "stale_findings", ["request_id"])


def downgrade() -> None:
    """Revert this migration."""
    op.drop_index("ix_stale_findings_request", "stale_findings")
