"""ID photos and the photo workspaces in which they are cropped."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from anguan.models.base import Base, UtcDateTime
from anguan.models.files import StoredFile


class Photo(Base):
    """A cropped ID photo (`file`), its copy of at most 50 KB, and the results of the photo checks.

    `findings` is JSON: a list of `[code, sentence]`; `acknowledged_at` is set when the holder used the photo
    in spite of them.
    """

    __tablename__ = "photo"

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    copy_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    findings: Mapped[str] = mapped_column(Text, default="[]")
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    file: Mapped[StoredFile] = relationship(foreign_keys=[file_id], lazy="joined")
    copy: Mapped[StoredFile] = relationship(foreign_keys=[copy_id])


class PhotoWorkspace(Base):
    """State of a person's photo tool: the opened picture, its rotation and crop box, and the waiting photo.

    `original` is the opened picture (kept until used or replaced), `turn` its quarter turns clockwise,
    `box` the crop as `x,y,width,height` in pixels of the turned picture. `waiting_id` is the photo that the
    next request will contain; the approval of that request writes it into the register.
    """

    __tablename__ = "photo_workspace"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    original_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    turn: Mapped[int] = mapped_column(default=0)
    box: Mapped[str] = mapped_column(Text, default="")
    waiting_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    original: Mapped[StoredFile | None] = relationship(foreign_keys=[original_id])
    waiting: Mapped[StoredFile | None] = relationship(foreign_keys=[waiting_id])
