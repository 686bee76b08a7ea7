"""Upload slots of a draft as the upload macros render them: one per material or photo required now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import url_for

from anguan.core.clock import format_day
from anguan.core.field import Field
from anguan.infra.inspection import MEGABYTE, format_size
from anguan.models import Attachment
from anguan.services.requests.drafts import Draft, Slot

ACCEPT = {"image": "image/*", "pdf": "application/pdf"}
PHOTO_LIMIT = 10 * MEGABYTE


@dataclass(frozen=True)
class SlotFile:
    """A file in a slot: its URL, the URL of its picture or '', and the id for its buttons or 0.

    `size` is in words, with the day of the upload where the file is one on record.
    """

    name: str
    size: str
    url: str
    id: int
    picture: str = ""


@dataclass(frozen=True)
class ReusableFile:
    """A file on record that a slot offers: value of its button, label, URL, URL of its picture or ''."""

    value: str
    words: str
    url: str
    picture: str = ""


@dataclass(frozen=True)
class UploadField:
    """The slot of one material or photo: purpose, hints, printable forms, its files, and files on record.

    `tool` offers the photo tool, `warnings` are the findings of the photo checks.
    """

    name: str
    title: str
    hint: str
    required: bool
    error: str
    note: str
    kept: bool
    limit: int
    accept: str
    multiple: bool
    files: Sequence[SlotFile]
    links: Sequence[tuple[str, str]] = ()
    again: Sequence[ReusableFile] = ()
    photo: bool = False
    tool: bool = False
    warnings: Sequence[str] = ()

    @property
    def button(self) -> str:
        """What choosing a file does here."""
        if self.files:
            return "再加一份" if self.multiple else "换一张" if self.photo else "换一份"
        return "选择照片或拍照" if self.photo else "选择文件或拍照"


def build_material_slot(
    draft: Draft,
    slot: Slot,
    error: str,
    files: Sequence[SlotFile],
    links: Sequence[tuple[str, str]],
    again: Sequence[ReusableFile] = (),
) -> UploadField:
    """The slot of one material."""
    material = slot.material
    item = f"paper:{material.code}"
    return UploadField(
        name=f"paper.{material.code}",
        title=material.title,
        hint=material.hint,
        required=material.required,
        error=error,
        note=correction_note(draft, item),
        kept=not draft.reopened(item),
        limit=material.limit_mb * MEGABYTE,
        accept=",".join(ACCEPT[word] for word in material.accept if word in ACCEPT),
        multiple=material.at_most > 1,
        files=files,
        links=links,
        again=again,
    )


def build_photo_slot(
    draft: Draft,
    field: Field,
    error: str,
    files: Sequence[SlotFile],
    again: Sequence[ReusableFile] = (),
    *,
    title: str = "",
    note: str = "",
    tool: bool = False,
    warnings: Sequence[str] = (),
) -> UploadField:
    """The slot of a photo field."""
    return UploadField(
        name=field.path,
        title=title or field.label,
        hint=field.hint,
        required=field.required,
        error=error,
        note=note,
        kept=not draft.reopened(f"field:{field.path}"),
        limit=PHOTO_LIMIT,
        accept="image/*",
        multiple=False,
        files=files,
        again=again,
        photo=True,
        tool=tool,
        warnings=warnings,
    )


def photo_files(draft: Draft, path: str) -> list[Attachment]:
    """The photo that the draft asks for: none or one."""
    wanted = draft.typed.get(path, "")
    return [row for row in draft.request.attachments if row.material == path and row.file.sha256 == wanted][
        -1:
    ]


def offer_files(
    slot: str, rows: Sequence[Attachment], there: Sequence[Attachment], show: Callable[[Attachment], SlotFile]
) -> list[ReusableFile]:
    """Files on record as the slot offers them, without those that are in it; `show` gives their URLs."""
    used = {row.file_id for row in there}
    return [
        ReusableFile(
            f"{slot}:{row.id}", f"{row.shown_name}，{format_day(row.added_at)}上传", shown.url, shown.picture
        )
        for row in rows
        if row.file_id not in used
        for shown in (show(row),)
    ]


def correction_note(draft: Draft, item: str) -> str:
    """The remark of the last return about this item; '' when there is none."""
    return f"要补正：{draft.flagged[item]}" if item in draft.flagged else ""


def example_link(draft: Draft, slot: Slot) -> tuple[tuple[str, str], ...]:
    """URL of the sample document of a material, if the office has published one."""
    code = slot.material.code
    url = url_for("public.file", code=draft.matter.code, paper=code)
    return ((url, "看样例"),) if slot.material.sample_file else ()


def format_file(row: Attachment) -> str:
    """Size in words: 1.2 MB, or 3 页，1.2 MB；a file on record with the day of its upload."""
    size = format_size(row.file.size)
    if not row.file.mime.startswith("image/"):
        size = f"{row.file.pages} 页，{size}"
    request = row.request
    if request is not None and request.created_at and row.file.created_at < request.created_at:
        size += f"，沿用 {format_day(row.file.created_at)}上传的文件"
    return size
