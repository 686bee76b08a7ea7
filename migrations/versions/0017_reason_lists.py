"""Lets a standard reason belong to several matters, certificate kinds and items; saved versions follow."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

VERSIONS = sa.table(
    "setting_version", sa.column("id", sa.Integer), sa.column("scope"), sa.column("rows", sa.Text)
)


def upgrade() -> None:
    """Apply this migration."""
    with op.batch_alter_table("reason", schema=None) as batch_op:
        for name in ("matters", "kinds", "items"):
            batch_op.add_column(sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE reason SET matters = matter, items = item")
    with op.batch_alter_table("reason", schema=None) as batch_op:
        for name in ("matters", "kinds", "items"):
            batch_op.alter_column(name, server_default=None)
        batch_op.drop_column("matter")
        batch_op.drop_column("item")
    _rewrite(
        lambda row: {
            "matters": [row["matter"]] if row.get("matter") else [],
            "kinds": [],
            "items": [row["item"]] if row.get("item") else [],
        },
        {"matter", "item"},
    )


def downgrade() -> None:
    """Revert this migration; a reason with several matters or items is for all again."""
    with op.batch_alter_table("reason", schema=None) as batch_op:
        for name, length in (("matter", 40), ("item", 60)):
            batch_op.add_column(sa.Column(name, sa.String(length), server_default="", nullable=False))
    op.execute("UPDATE reason SET matter = matters WHERE matters NOT LIKE '%,%'")
    op.execute("UPDATE reason SET item = items WHERE items NOT LIKE '%,%'")
    with op.batch_alter_table("reason", schema=None) as batch_op:
        for name in ("matter", "item"):
            batch_op.alter_column(name, server_default=None)
        for name in ("matters", "kinds", "items"):
            batch_op.drop_column(name)
    _rewrite(
        lambda row: {"matter": _only(row.get("matters")), "item": _only(row.get("items"))},
        {"matters", "kinds", "items"},
    )


def _rewrite(change: Callable[[dict[str, Any]], dict[str, Any]], gone: set[str]) -> None:
    """Change the rows of every saved version, so that a restored one means what it meant."""
    bound = op.get_bind()
    for version in bound.execute(sa.select(VERSIONS).where(VERSIONS.c.scope == "reasons")).all():
        saved = json.loads(version.rows or "{}")
        if "reasons" not in saved:
            continue
        kept = [
            {name: value for name, value in row.items() if name not in gone} | change(row)
            for row in saved["reasons"]
        ]
        text = json.dumps(saved | {"reasons": kept}, ensure_ascii=False, sort_keys=True)
        bound.execute(VERSIONS.update().where(VERSIONS.c.id == version.id).values(rows=text))


def _only(codes: list[str] | None) -> str:
    return codes[0] if codes and len(codes) == 1 else ""
