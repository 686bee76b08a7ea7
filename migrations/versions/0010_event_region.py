"""Adds the region of an event, so that staff of a region read the log of their region."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FILL = """
UPDATE event SET region = NULLIF(COALESCE(
  (SELECT r.region FROM change_request r WHERE r.id = event.request_id),
  (SELECT e.region FROM certificate c JOIN enterprise e ON e.id = c.enterprise_id
    WHERE c.id = event.certificate_id),
  (SELECT e.region FROM enterprise e WHERE e.id = event.enterprise_id),
  (SELECT MIN(e.region) FROM employment m JOIN enterprise e ON e.id = m.enterprise_id
    WHERE m.person_id = event.person_id AND m.ended_on IS NULL),
  (SELECT a.region FROM account a WHERE a.id = event.actor_id)
), '')
"""


def upgrade() -> None:
    """Apply this migration."""
    op.add_column("event", sa.Column("region", sa.String(6), nullable=True))
    op.create_index("ix_event_region", "event", ["region", "id"])
    op.execute(FILL)


def downgrade() -> None:
    """Revert this migration."""
    op.drop_index("ix_event_region", "event")
    op.drop_column("event", "region")
