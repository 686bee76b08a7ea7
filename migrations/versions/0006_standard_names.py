"""Renames tables, columns and codes to the standard terms of the glossary; keeps every row."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = (
    ("look", "last_visit"),
    ("seen_paper", "document_read"),
    ("draw", "audit_sample"),
    ("recheck", "audit"),
    ("photo_desk", "photo_workspace"),
    ("production", "certificate_job"),
    ("import_fault", "import_problem"),
    ("import_mark", "imported_row"),
)
"""Old and new names; a table follows those that it refers to."""
RENAMED_COLUMNS = {("recheck", "draw_id"): "sample_id"}
VERBS = (
    ("put_aside", "snooze"),
    ("hand_over", "transfer"),
    ("urge", "remind"),
    ("draw_rechecks", "draw_audits"),
)
"""Old and new codes of events."""
RENAMED_JOB = "UPDATE outbox SET kind = '{new}', key = replace(key, '{old}:', '{new}:') WHERE kind = '{old}'"

Columns = Mapping[tuple[str, str], str]


def upgrade() -> None:
    """Apply this migration."""
    _rename_tables(dict(TABLES), RENAMED_COLUMNS)
    op.execute("ALTER TABLE change_item RENAME COLUMN follows TO mirror_of")
    op.execute("ALTER TABLE change_request RENAME COLUMN urged_at TO reminded_at")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_constraint("fk_claim_handed_by_id", type_="foreignkey")
        batch_op.alter_column("handed_by_id", new_column_name="transferred_by_id")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_foreign_key("fk_claim_transferred_by_id", "account", ["transferred_by_id"], ["id"])
    for old, new in VERBS:
        op.execute(sa.text("UPDATE event SET verb = :new WHERE verb = :old").bindparams(old=old, new=new))
    op.execute(RENAMED_JOB.format(old="draw_rechecks", new="draw_audits"))


def downgrade() -> None:
    """Revert this migration."""
    op.execute(RENAMED_JOB.format(old="draw_audits", new="draw_rechecks"))
    for old, new in VERBS:
        op.execute(sa.text("UPDATE event SET verb = :old WHERE verb = :new").bindparams(old=old, new=new))
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_constraint("fk_claim_transferred_by_id", type_="foreignkey")
        batch_op.alter_column("transferred_by_id", new_column_name="handed_by_id")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_foreign_key("fk_claim_handed_by_id", "account", ["handed_by_id"], ["id"])
    op.execute("ALTER TABLE change_request RENAME COLUMN reminded_at TO urged_at")
    op.execute("ALTER TABLE change_item RENAME COLUMN mirror_of TO follows")
    back = {new: old for old, new in TABLES}
    _rename_tables(back, {("audit", "sample_id"): "draw_id"})


def _rename_tables(names: Mapping[str, str], columns: Columns) -> None:
    """Rename tables, constraints and indexes; SQLite, which cannot rename a constraint, rebuilds them."""
    bind = op.get_bind()
    move = _rename if bind.dialect.name == "postgresql" else _rebuild
    for old, new in names.items():
        move(sa.inspect(bind), old, new, names, columns)
    if bind.dialect.name == "sqlite":
        for old in reversed(names):
            op.drop_table(old)


def _rename(inspector: Any, old: str, new: str, names: Mapping[str, str], columns: Columns) -> None:
    keys = [inspector.get_pk_constraint(old), *inspector.get_foreign_keys(old)]
    keys += [*inspector.get_unique_constraints(old), *inspector.get_check_constraints(old)]
    indexes = [index for index in inspector.get_indexes(old) if not index.get("duplicates_constraint")]
    op.rename_table(old, new)
    for (table, before), after in columns.items():
        if table == old:
            op.execute(f'ALTER TABLE "{new}" RENAME COLUMN {before} TO {after}')
    for key in keys:
        name = _new_name(key["name"], old, new, columns)
        op.execute(f'ALTER TABLE "{new}" RENAME CONSTRAINT {key["name"]} TO {name}')
    for index in indexes:
        op.execute(f"ALTER INDEX {index['name']} RENAME TO {_new_name(index['name'], old, new, columns)}")
    op.execute(f"ALTER SEQUENCE IF EXISTS {old}_id_seq RENAME TO {new}_id_seq")


def _rebuild(inspector: Any, old: str, new: str, names: Mapping[str, str], columns: Columns) -> None:
    def column(name: str) -> str:
        return columns.get((old, name), name)

    def rename(name: str) -> str:
        return _new_name(name, old, new, columns)

    def target(key: Any) -> list[str]:
        table = names.get(key["referred_table"], key["referred_table"])
        return [f"{table}.{name}" for name in key["referred_columns"]]

    found, primary = inspector.get_columns(old), inspector.get_pk_constraint(old)
    op.create_table(
        new,
        *(sa.Column(column(one["name"]), one["type"], nullable=one["nullable"]) for one in found),
        sa.PrimaryKeyConstraint(*map(column, primary["constrained_columns"]), name=rename(primary["name"])),
        *(
            sa.ForeignKeyConstraint(
                [*map(column, key["constrained_columns"])], target(key), rename(key["name"])
            )
            for key in inspector.get_foreign_keys(old)
        ),
        *(
            sa.UniqueConstraint(*map(column, unique["column_names"]), name=rename(unique["name"]))
            for unique in inspector.get_unique_constraints(old)
        ),
        *(
            sa.CheckConstraint(check["sqltext"], name=op.f(rename(check["name"])))
            for check in inspector.get_check_constraints(old)
        ),
    )
    for index in inspector.get_indexes(old):
        op.create_index(
            rename(index["name"]), new, [*map(column, index["column_names"])], unique=index["unique"]
        )
    kept = [one["name"] for one in found]
    into, source = (", ".join(f'"{name}"' for name in some) for some in ([*map(column, kept)], kept))
    op.execute(f'INSERT INTO "{new}" ({into}) SELECT {source} FROM "{old}"')  # noqa: S608


def _new_name(name: str, old: str, new: str, columns: Columns) -> str:
    """The name of a constraint or index under the new names of its table and columns."""
    name = re.sub(rf"^(pk|uq|ck|fk|ix)_{old}(?=_|$)", rf"\1_{new}", name)
    for (table, before), after in columns.items():
        name = re.sub(rf"_{before}(?=_|$)", f"_{after}", name) if table == old else name
    return name
