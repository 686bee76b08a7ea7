"""Import batches, the problems found in them, and the register rows that they wrote."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from anguan.models.accounts import Account
from anguan.models.base import Base, Code, Key, Long, Short, UtcDateTime, one_of
from anguan.models.files import StoredFile

IMPORT_STATES = ("checking", "checked", "faulty", "running", "done", "undoing", "undone", "failed")


class ImportBatch(Base):
    """One file of one kind (people, enterprises, …): checked first, then imported completely or not at all.

    `total` and `done` count rows of the running work; `faults` counts rejected lines; `made` and `updated`
    count register rows. `remark` is what a check says besides: which rows are hidden.
    """

    __tablename__ = "import_batch"
    __table_args__ = (CheckConstraint(one_of("state", IMPORT_STATES), name="state"),)

    id: Mapped[Key]
    kind: Mapped[Code]
    state: Mapped[Code] = mapped_column(default="checking")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    file_name: Mapped[Long]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    actor_name: Mapped[Short]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    made: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    remark: Mapped[str] = mapped_column(Text, default="", server_default="")

    file: Mapped[StoredFile] = relationship()
    account: Mapped[Account | None] = relationship()


class ImportProblem(Base):
    """One rejected line: its number in the file, the column, and the sentence that says what to do."""

    __tablename__ = "import_problem"
    __table_args__ = (Index("ix_import_problem_batch_id", "batch_id", "line"),)

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    line: Mapped[int]
    column: Mapped[Short] = mapped_column(default="")
    sentence: Mapped[Long]


class ImportedRow(Base):
    """A register row that a batch inserted or changed (`before` is then its previous state as JSON)."""

    __tablename__ = "imported_row"
    __table_args__ = (Index("ix_imported_row_batch_id", "batch_id", "id"),)

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    table_name: Mapped[Code]
    row_id: Mapped[int]
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
