"""Adds indexes for long lists, and has the days of open requests counted for the figures of the queue."""

from collections.abc import Sequence

from alembic import op

from anguan.models.beijing_days import moment_sql

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEXES = (
    ("ix_decision_request", "decision", ["request_id", "id"]),
    ("ix_change_request_state_decided", "change_request", ["state", "decided_at", "id"]),
    ("ix_change_request_matter_decided", "change_request", ["matter", "decided_at", "id"]),
    ("ix_change_request_region_decided", "change_request", ["region", "decided_at", "id"]),
    ("ix_change_request_reviewer_decided", "change_request", ["last_reviewer_id", "decided_at", "id"]),
    ("ix_event_actor_name", "event", ["actor", "id"]),
    ("ix_event_visible_to", "event", ["visible_to", "id"]),
    ("ix_person_unverified", "person", ["unverified", "id"]),
)


def upgrade() -> None:
    """Apply this migration."""
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    day = moment_sql(op.get_bind().dialect.name, "submitted_at")
    op.execute(
        "INSERT INTO stale_day (subject, day) "  # noqa: S608  # constants
        f"SELECT DISTINCT 'requests', {day} FROM change_request WHERE state IN ('submitted', 'returned')"
    )


def downgrade() -> None:
    """Revert this migration."""
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table)
