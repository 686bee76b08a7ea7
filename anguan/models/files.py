"""Stored files, addressed by content, and the attachments of requests that use them."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from anguan.core.masks import mask_file_name
from anguan.models.base import Base, Code, Key, Long, Sha, UtcDateTime

if TYPE_CHECKING:
    from anguan.models.requests import ChangeRequest


class StoredFile(Base):
    """One immutable file. The bytes are in the blob store under `sha256`; `size` is in bytes."""

    __tablename__ = "stored_file"

    id: Mapped[Key]
    sha256: Mapped[Sha] = mapped_column(unique=True)
    mime: Mapped[Code]
    size: Mapped[int]
    pages: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attachment(Base):
    """A document of a material in one round of a request; unchanged ones are copied to the next round.

    Its pages are shown turned clockwise by `turn` degrees; the stored file stays as it was sent.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("request_id", "round", "material", "file_id"),
        Index("ix_attachment_file_id", "file_id"),
    )

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"))
    round: Mapped[int]
    material: Mapped[Code]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    position: Mapped[int] = mapped_column(default=0)
    turn: Mapped[int] = mapped_column(default=0)
    original_name: Mapped[Long]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    file: Mapped[StoredFile] = relationship(lazy="joined")
    request: Mapped["ChangeRequest"] = relationship(viewonly=True)

    @property
    def content(self) -> tuple[str, int, int]:
        """Slot, stored file and turn: equal for a document that was carried over unchanged."""
        return self.material, self.file_id, self.turn

    @property
    def shown_name(self) -> str:
        """The name of the uploaded file, with document numbers in it masked."""
        return mask_file_name(self.original_name)
