"""Renames three policies, and stores with each request the policies of its first submission."""

import json
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAMES = {
    "training_hours": "training_hours_per_year",
    "recheck_per_mille": "audit_per_mille",
    "recheck_days": "audit_days",
    "photo_width": "photo_min_width",
    "photo_height": "photo_min_height",
}


def upgrade() -> None:
    """Apply this migration."""
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("frozen_policies", sa.Text(), server_default="", nullable=False))
    _rename(NAMES)


def downgrade() -> None:
    """Revert this migration."""
    _rename({new: old for old, new in NAMES.items()})
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.drop_column("frozen_policies")


def _rename(names: Mapping[str, str]) -> None:
    """Rename the policies in the current rows and in every saved version."""
    connection = op.get_bind()
    policy = sa.table("policy_value", sa.column("name", sa.String))
    for old, new in names.items():
        connection.execute(sa.update(policy).where(policy.c.name == old).values(name=new))
    version = sa.table(
        "setting_version",
        sa.column("id", sa.Integer),
        sa.column("scope", sa.String),
        sa.column("rows", sa.Text),
    )
    kept = sa.select(version.c.id, version.c.rows).where(version.c.scope == "policies", version.c.rows != "")
    for id_, text in connection.execute(kept).all():
        rows = json.loads(text)
        for row in rows.get("policies", ()):
            row["name"] = names.get(row["name"], row["name"])
        # In the format of the application: rows by name, keys sorted.
        rows["policies"] = sorted(rows.get("policies", ()), key=lambda row: str(row["name"]))
        said = json.dumps(rows, ensure_ascii=False, sort_keys=True)
        connection.execute(sa.update(version).where(version.c.id == id_).values(rows=said))
