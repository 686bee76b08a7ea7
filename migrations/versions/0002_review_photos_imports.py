"""Tables for review state (claims, visits, audits), work calendar, steps, batches, photos and imports."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this migration."""
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("kind IN ('holiday', 'workday')", name=op.f("ck_calendar_day_kind")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "step_config",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("regional", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('reviewer', 'senior_reviewer')", name=op.f("ck_step_config_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_config")),
        sa.UniqueConstraint("matter", "code", name=op.f("uq_step_config_matter_code")),
    )
    op.create_table(
        "photo",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["copy_id"], ["stored_file.id"], name=op.f("fk_photo_copy_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_photo_file_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_photo")),
    )
    op.create_table(
        "photo_desk",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("waiting_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["original_id"], ["stored_file.id"], name=op.f("fk_photo_desk_original_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_photo_desk_person_id")),
        sa.ForeignKeyConstraint(["waiting_id"], ["stored_file.id"], name=op.f("fk_photo_desk_waiting_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_photo_desk")),
    )
    op.create_table(
        "draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("per_mille", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_draw_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=500), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('checking', 'checked', 'faulty', 'running', 'done', 'undoing', 'undone', 'failed')",
            name=op.f("ck_import_batch_state"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_import_batch_account_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_import_batch_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "number_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("document_type", sa.String(length=40), nullable=False),
        sa.Column("document_number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("front_id", sa.Integer(), nullable=False),
        sa.Column("back_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("displaced_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("opinion", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'accepted', 'refused')", name=op.f("ck_number_claim_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_number_claim_account_id")),
        sa.ForeignKeyConstraint(["back_id"], ["stored_file.id"], name=op.f("fk_number_claim_back_id")),
        sa.ForeignKeyConstraint(["displaced_id"], ["account.id"], name=op.f("fk_number_claim_displaced_id")),
        sa.ForeignKeyConstraint(["front_id"], ["stored_file.id"], name=op.f("fk_number_claim_front_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["account.id"], name=op.f("fk_number_claim_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_claim")),
        sa.UniqueConstraint("number", name=op.f("uq_number_claim_number")),
    )
    with op.batch_alter_table("number_claim", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_number_claim_document_number"), ["document_number"], unique=False
        )
        batch_op.create_index("ix_number_claim_state", ["state", "id"], unique=False)

    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_claim_account_id")),
        sa.ForeignKeyConstraint(["request_id"], ["change_request.id"], name=op.f("fk_claim_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("request_id", name=op.f("uq_claim_request_id")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index("ix_claim_account_id", ["account_id", "id"], unique=False)

    op.create_table(
        "import_fault",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=100), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_fault_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_fault")),
    )
    with op.batch_alter_table("import_fault", schema=None) as batch_op:
        batch_op.create_index("ix_import_fault_batch_id", ["batch_id", "line"], unique=False)

    op.create_table(
        "import_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_mark_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mark")),
    )
    with op.batch_alter_table("import_mark", schema=None) as batch_op:
        batch_op.create_index("ix_import_mark_batch_id", ["batch_id", "id"], unique=False)

    op.create_table(
        "look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_look_account_id")),
        sa.ForeignKeyConstraint(["request_id"], ["change_request.id"], name=op.f("fk_look_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sa.UniqueConstraint("request_id", "account_id", name=op.f("uq_look_request_id_account_id")),
    )
    with op.batch_alter_table("look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_look_account_id"), ["account_id"], unique=False)

    op.create_table(
        "recheck",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('agreed', 'disagreed')", name=op.f("ck_recheck_outcome")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recheck_account_id")),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_recheck_draw_id")),
        sa.ForeignKeyConstraint(["request_id"], ["change_request.id"], name=op.f("fk_recheck_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck")),
        sa.UniqueConstraint("draw_id", "request_id", name=op.f("uq_recheck_draw_id_request_id")),
    )
    with op.batch_alter_table("recheck", schema=None) as batch_op:
        batch_op.create_index("ix_recheck_account_id", ["account_id", "done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_recheck_request_id"), ["request_id"], unique=False)

    op.create_table(
        "recusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=100), nullable=False),
        sa.CheckConstraint("(enterprise_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_recusal_one")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recusal_account_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_recusal_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recusal_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
        sa.UniqueConstraint("account_id", "enterprise_id", name=op.f("uq_recusal_account_id_enterprise_id")),
        sa.UniqueConstraint("account_id", "person_id", name=op.f("uq_recusal_account_id_person_id")),
    )
    op.create_table(
        "seen_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_seen_paper_account_id")),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_seen_paper_attachment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seen_paper")),
        sa.UniqueConstraint(
            "attachment_id", "account_id", name=op.f("uq_seen_paper_attachment_id_account_id")
        ),
    )
    with op.batch_alter_table("seen_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seen_paper_account_id"), ["account_id"], unique=False)

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_actor", ["actor_id", "id"], unique=False)
        batch_op.create_index("ix_event_enterprise", ["enterprise_id", "id"], unique=False)

    with op.batch_alter_table("change_item", schema=None) as batch_op:
        batch_op.create_index("ix_change_item_certificate_id", ["certificate_id"], unique=False)

    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_days", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("awaits_role", sa.String(length=40), nullable=False, server_default="reviewer")
        )
        batch_op.add_column(
            sa.Column("awaits_province", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index("ix_change_request_decided_at", ["decided_at"], unique=False)

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("batch", sa.String(length=40), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_decision_batch"), ["batch"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_decided_at"), ["decided_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_reason"), ["reason"], unique=False)

    with op.batch_alter_table("material_config", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sample_file", sa.String(length=64), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_material_config_sample_file"), "stored_file", ["sample_file"], ["sha256"]
        )

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unverified", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("remark", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=40), nullable=False, server_default=""))


def downgrade() -> None:
    """Revert this migration."""
    with op.batch_alter_table("change_item", schema=None) as batch_op:
        batch_op.drop_index("ix_change_item_certificate_id")

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_enterprise")
        batch_op.drop_index("ix_event_actor")

    with op.batch_alter_table("remark", schema=None) as batch_op:
        batch_op.drop_column("reason")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("unverified")

    with op.batch_alter_table("material_config", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_material_config_sample_file"), type_="foreignkey")
        batch_op.drop_column("sample_file")

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_reason"))
        batch_op.drop_index(batch_op.f("ix_decision_decided_at"))
        batch_op.drop_index(batch_op.f("ix_decision_batch"))
        batch_op.drop_column("batch")
        batch_op.drop_column("reason")

    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.drop_index("ix_change_request_decided_at")
        batch_op.drop_column("awaits_province")
        batch_op.drop_column("awaits_role")
        batch_op.drop_column("paused_days")

    with op.batch_alter_table("seen_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seen_paper_account_id"))

    op.drop_table("seen_paper")
    with op.batch_alter_table("recheck", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recheck_request_id"))
        batch_op.drop_index("ix_recheck_account_id")

    op.drop_table("recheck")
    with op.batch_alter_table("look", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_look_account_id"))

    op.drop_table("look")
    with op.batch_alter_table("import_mark", schema=None) as batch_op:
        batch_op.drop_index("ix_import_mark_batch_id")

    op.drop_table("import_mark")
    with op.batch_alter_table("import_fault", schema=None) as batch_op:
        batch_op.drop_index("ix_import_fault_batch_id")

    op.drop_table("import_fault")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index("ix_claim_account_id")

    op.drop_table("claim")
    with op.batch_alter_table("number_claim", schema=None) as batch_op:
        batch_op.drop_index("ix_number_claim_state")
        batch_op.drop_index(batch_op.f("ix_number_claim_document_number"))

    op.drop_table("number_claim")
    op.drop_table("import_batch")
    op.drop_table("recusal")
    op.drop_table("draw")
    op.drop_table("photo_desk")
    op.drop_table("photo")
    op.drop_table("step_config")
    op.drop_table("calendar_day")
