"""Lets a return have no opinion of its own: its remarks say what to correct."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE = "verdict IN ('pass', 'approve') OR opinion <> ''"
AFTER = "verdict <> 'reject' OR opinion <> ''"
DECISION = sa.table("decision", sa.column("id"), sa.column("verdict"), sa.column("opinion", sa.Text))
REMARK = sa.table("remark", sa.column("decision_id"))
COUNTED = sa.cast(
    sa.select(sa.func.count())
    .select_from(REMARK)
    .where(REMARK.c.decision_id == DECISION.c.id)
    .scalar_subquery(),
    sa.Text,
)
SENTENCE = sa.literal("有 ") + COUNTED + sa.literal(" 项需要补正")
"""What was stored when the reviewer wrote nothing but remarks."""


def upgrade() -> None:
    """Apply this migration."""
    _constrain(AFTER)
    _replace(SENTENCE, sa.literal(""))


def downgrade() -> None:
    """Revert this migration."""
    _replace(sa.literal(""), SENTENCE)
    _constrain(BEFORE)


def _replace(old: sa.ColumnElement[str], new: sa.ColumnElement[str]) -> None:
    returned = (DECISION.c.verdict == "return") & (DECISION.c.opinion == old)
    op.execute(sa.update(DECISION).where(returned).values(opinion=new))


def _constrain(rule: str) -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_decision_opinion"), type_="check")
        batch_op.create_check_constraint(op.f("ck_decision_opinion"), rule)
