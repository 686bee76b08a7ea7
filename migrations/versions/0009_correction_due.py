"""Stores the deadline of a correction (补正期限) when a request is returned."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, timezone

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEIJING = timezone(timedelta(hours=8))
REQUEST = sa.table(
    "change_request",
    sa.column("id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("round", sa.Integer),
    sa.column("changed_at", sa.DateTime(timezone=True)),
    sa.column("frozen_policies", sa.Text),
    sa.column("correction_due_at", sa.DateTime(timezone=True)),
)
DECISION = sa.table(
    "decision",
    sa.column("request_id", sa.Integer),
    sa.column("round", sa.Integer),
    sa.column("verdict", sa.String),
    sa.column("effective_at", sa.DateTime(timezone=True)),
    sa.column("undone_at", sa.DateTime(timezone=True)),
)
POLICY = sa.table("policy_value", sa.column("name", sa.String), sa.column("value", sa.Text))
DEFAULT = "30"


def upgrade() -> None:
    """Apply this migration."""
    # Not in a batch: SQLite would rebuild the table, to whose rows others refer.
    op.add_column("change_request", sa.Column("correction_due_at", sa.DateTime(timezone=True)))
    _fill(op.get_bind())
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_change_request_correction_due"), "state <> 'returned' OR correction_due_at IS NOT NULL"
        )


def _fill(connection: sa.Connection) -> None:
    """Returned requests get the days of their submission, counted from the day of the return."""
    at_present = connection.scalar(sa.select(POLICY.c.value).where(POLICY.c.name == "correction_days"))
    returned_at = (
        sa.select(sa.func.max(DECISION.c.effective_at))
        .where(
            DECISION.c.request_id == REQUEST.c.id,
            DECISION.c.round == REQUEST.c.round,
            DECISION.c.verdict == "return",
            DECISION.c.undone_at.is_(None),
        )
        .scalar_subquery()
    )
    rows = connection.execute(
        sa.select(REQUEST.c.id, REQUEST.c.changed_at, REQUEST.c.frozen_policies, returned_at).where(
            REQUEST.c.state == "returned"
        )
    ).all()
    for id, changed_at, frozen, effective_at in rows:
        kept = json.loads(frozen) if frozen else {}
        days = int(kept.get("correction_days") or at_present or DEFAULT)
        due = _due(effective_at or changed_at, days)
        connection.execute(sa.update(REQUEST).where(REQUEST.c.id == id).values(correction_due_at=due))


def _due(moment: datetime, days: int) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    last = aware.astimezone(BEIJING).date() + timedelta(days=days + 1)
    return datetime.combine(last, time(), BEIJING).astimezone(UTC)


def downgrade() -> None:
    """Revert this migration."""
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_change_request_correction_due"), type_="check")
    op.drop_column("change_request", "correction_due_at")
