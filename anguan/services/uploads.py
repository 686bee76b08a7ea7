"""Uploads of one form: inspected together before the transaction, attached together inside it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy.orm import Session

from anguan.core.fault_injection import crash_point
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.infra.files import Storage, Unstored, rows_of
from anguan.infra.inspection import Clean, Unacceptable, inspect
from anguan.infra.portraits import Limits, Portrait, inspect_photo
from anguan.models import ChangeRequest
from anguan.services.codes import Refusal
from anguan.services.photos.id_photos import limits_of, save_photo
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests.draft_writes import NewFile, attach_files, attach_photo
from anguan.services.requests.drafts import Draft, reopened

AT_ONCE = 2
"""Files of one form that are inspected at the same time; other visitors need the sandbox too."""
Refusing = Refused | NotFound


@dataclass(frozen=True)
class Upload:
    """A file that was sent to a slot: a material's code, or the path of a photo field.

    `instead_of` is the id of a file of the slot whose place it takes.
    """

    slot: str
    name: str
    data: bytes
    instead_of: int | None = None


@dataclass(frozen=True)
class Inspected:
    """An upload after inspection, its bytes stored: a document, a photo, or why it is not accepted."""

    upload: Upload
    clean: Clean | None = None
    portrait: Portrait | None = None
    refusing: Refusing | None = None
    unstored: Unstored | None = None

    @property
    def sha256(self) -> str:
        """The hash of what is stored; '' when nothing is."""
        kept = self.portrait.photo if self.portrait else self.clean
        return sha256(kept.data).hexdigest() if kept else ""


def inspect_uploads(
    session: Session, storage: Storage, request: ChangeRequest, matter: Matter, uploads: Sequence[Upload]
) -> list[Inspected]:
    """Inspect the uploads and store their bytes; call it outside a transaction, as it may take seconds.

    Whether each slot takes a file now is decided when they are attached.
    """
    materials = {material.code: material for material in _materials(matter)}
    limits = limits_of(session, request)

    def look(upload: Upload) -> Inspected:
        return _inspect(storage, materials, is_photo(matter, upload.slot), limits, upload)

    if len(uploads) < AT_ONCE:
        return [look(upload) for upload in uploads]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(look, uploads))


def attach_uploads(
    session: Session, storage: Storage, draft: Draft, inspected: Sequence[Inspected]
) -> list[Refusing | None]:
    """Attach what was accepted, inside the caller's transaction; for each upload why it was not attached.

    `draft` was read in this transaction, with the request locked.
    """
    found = {index: one.refusing or _refusal(draft, one.upload.slot) for index, one in enumerate(inspected)}
    open_ones = [index for index, refusing in found.items() if refusing is None]
    papers = {index: clean for index in open_ones if (clean := inspected[index].clean) is not None}
    slots = {slot.material.code: slot.material for slot in draft.slots}
    files = []
    for index, row in zip(papers, rows_of(session, papers.values()), strict=True):
        upload = inspected[index].upload
        most = slots[upload.slot].at_most
        files.append(NewFile(upload.slot, row, papers[index].name, most, instead_of=upload.instead_of))
    found |= dict(zip(papers, attach_files(session, draft.request, files), strict=True))
    for index in open_ones:
        if (portrait := inspected[index].portrait) is not None:
            photo = save_photo(session, storage, portrait)
            slot = inspected[index].upload.slot
            attach_photo(session, draft.request, slot, photo.file, portrait.photo.name)
    crash_point("after_attach")
    return list(found.values())


def require_stored(inspected: Iterable[Inspected]) -> None:
    """Raises Unstored for the first file that could not be stored; call it when the others are saved."""
    for one in inspected:
        if one.unstored is not None:
            raise one.unstored


def is_photo(matter: Matter, slot: str) -> bool:
    """True when the slot is the path of a photo field, not the code of a material."""
    return any(field.path == slot and field.resolved.control == "photo" for field in matter.asked)


def item_of(matter: Matter, slot: str) -> str:
    """The item of a request that a slot belongs to, as reviewers flag it: `field:…` or `paper:…`."""
    return f"field:{slot}" if is_photo(matter, slot) else f"paper:{slot}"


def _inspect(
    storage: Storage, materials: Mapping[str, Material], photo: bool, limits: Limits, upload: Upload
) -> Inspected:
    found = Inspected(upload)
    try:
        if photo:
            portrait = inspect_photo(upload.data, upload.name, limits)
            if portrait.blocks:
                sentences = "；".join(one.sentence for one in portrait.blocks)
                return replace(found, refusing=Refused(Refusal.PHOTO_BLOCKED, sentences=sentences))
            return replace(found, portrait=portrait)
        if upload.slot not in materials:
            return replace(found, refusing=NotFound(Refusal.NO_MATERIAL))
        material = materials[upload.slot]
        most = material.limit_mb * 1024 * 1024
        clean = inspect(upload.data, upload.name, material.accept, max_bytes=most)
        storage.keep(clean.data)
        return replace(found, clean=clean)
    except Unacceptable as unacceptable:
        refused = Refused(Refusal.UNACCEPTABLE_FILE, sentence=unacceptable.sentence)
        refused.__cause__ = unacceptable
        return replace(found, refusing=refused)
    except Unstored as unstored:
        return replace(found, unstored=unstored)


def _refusal(draft: Draft, slot: str) -> Refusing | None:
    """Why this slot takes no file now, or None."""
    if not is_photo(draft.matter, slot) and all(one.material.code != slot for one in draft.slots):
        return NotFound(Refusal.NO_MATERIAL)
    item = item_of(draft.matter, slot)
    return None if reopened(draft.request, draft.matter, item) else Refused(Refusal.NOT_RETURNED)


def _materials(matter: Matter) -> Iterator[Material]:
    """Every material of the matter, and those that may replace one."""
    for material in matter.materials:
        yield material
        for alternative in material.alternatives:
            yield from alternative.materials
