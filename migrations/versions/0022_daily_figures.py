"""Keeps figures of statistics by day; the worker counts those of the past after the upgrade."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from anguan.models.beijing_days import date_sql, moment_sql
from anguan.models.figures import TRIGGERS
from anguan.models.triggers import drop

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENTS = (("change_request", "submitted_at"), ("change_request", "decided_at"), ("decision", "decided_at"))


def upgrade() -> None:
    """Apply this migration."""
    op.create_table(
        "daily_figure",
        sa.Column("measure", sa.String(40), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("measure", "day", "region", "key", name=op.f("pk_daily_figure")),
    )
    op.create_table(
        "stale_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale_day")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stale_day_subject_day", "stale_day", ["subject", "day"])
    op.drop_index("ix_decision_actor_id", "decision")
    op.create_index("ix_decision_actor", "decision", ["actor_id", "decided_at"])
    op.create_index("ix_certificate_job_state", "certificate_job", ["state", "id"])
    dialect = op.get_bind().dialect.name
    days = sa.union(
        *(
            sa.select(sa.literal_column(moment_sql(dialect, column)).label("day"))
            .select_from(sa.table(table))
            .where(sa.column(column).is_not(None))
            for table, column in MOMENTS
        )
    )
    _mark("requests", days)
    ends = sa.literal_column(date_sql(dialect, "valid_until")).label("day")
    _mark("certificates", sa.select(ends).select_from(sa.table("certificate")).distinct())


def _mark(subject: str, days: sa.SelectBase) -> None:
    """The latest days are marked, and so counted, first."""
    found = days.subquery()
    marks = sa.select(sa.literal(subject), found.c.day).order_by(found.c.day.desc())
    stale = sa.table("stale_day", sa.column("subject"), sa.column("day"))
    op.execute(stale.insert().from_select(["subject", "day"], marks))


def downgrade() -> None:
    """Revert this migration."""
    drop(op.get_bind(), "stale_day", TRIGGERS)
    op.drop_index("ix_certificate_job_state", "certificate_job")
    op.drop_index("ix_decision_actor", "decision")
    op.create_index("ix_decision_actor_id", "decision", ["actor_id"])
    op.drop_table("stale_day")
    op.drop_table("daily_figure")
