"""Lists decided requests by decision: `decided_at` is set with each way out of the review, and indexed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

REQUEST = sa.table(
    "change_request",
    sa.column("state", sa.String),
    sa.column("changed_at", sa.DateTime(timezone=True)),
    sa.column("decided_at", sa.DateTime(timezone=True)),
)
OUT = ("decided", "withdrawn", "lapsed")


def upgrade() -> None:
    """Apply this migration."""
    left = REQUEST.c.state.in_(OUT) & REQUEST.c.decided_at.is_(None)
    op.execute(sa.update(REQUEST).where(left).values(decided_at=REQUEST.c.changed_at))
    op.execute(sa.update(REQUEST).where(REQUEST.c.state == "submitted").values(decided_at=None))
    op.drop_index("ix_change_request_decided_at", "change_request")
    op.create_index("ix_change_request_decided_at", "change_request", ["decided_at", "id"])


def downgrade() -> None:
    """Revert this migration."""
    op.drop_index("ix_change_request_decided_at", "change_request")
    op.create_index("ix_change_request_decided_at", "change_request", ["decided_at"])
