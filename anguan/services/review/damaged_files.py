"""Checks that the files of a round are intact: nothing is approved on missing or changed files.

Files are immutable and addressed by their hash, so what was read and compared before the write
transaction stays valid inside it: `require_intact` then only compares hashes. A decision that waits
for its undo time is checked again when it takes effect.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.domain.masking import is_picture
from anguan.domain.policies import load_policies
from anguan.infra.events import Actor, record_event
from anguan.infra.files import Storage, is_intact
from anguan.models import ChangeRequest, Event
from anguan.services.codes import Refusal
from anguan.services.refusals import Refused, StaleRequest
from anguan.services.requests.drafts import definition
from anguan.services.review.document_reads import document_titles
from anguan.services.review.review_view import round_attachments, round_items

DAMAGE: Final = "find_damage"
"""The verb of the event; its `after` holds the hashes of the damaged files, separated by spaces."""
MOST_NAMED = 5
"""Maximum number of files named in a sentence; the rest are counted."""


@dataclass(frozen=True)
class DamagedFile:
    """An unusable file of the round, with the title of its material and its original name."""

    sha256: str
    title: str
    name: str = ""


class DamagedFiles(Refused):
    """Files of the round cannot be read, or differ from what was uploaded."""

    def __init__(self, files: Sequence[DamagedFile], phone: str) -> None:
        named = [f"“{one.title}”" + (f"（{one.name}）" if one.name else "") for one in files[:MOST_NAMED]]
        rest = f" 等 {len(files)} 份" if len(files) > MOST_NAMED else ""
        super().__init__(Refusal.DAMAGED_FILES, files="、".join(named) + rest, phone=phone)
        self.files = tuple(files)


def check_files(session: Session, storage: Storage, request_id: int) -> Mapping[str, bool]:
    """Whether each file of the round is intact, by hash. Reads every byte: call it outside a transaction."""
    request = session.get(ChangeRequest, request_id)
    return {sha256: is_intact(storage, sha256) for sha256 in _hashes(request)} if request is not None else {}


def require_intact(session: Session, request: ChangeRequest, checked: Mapping[str, bool]) -> None:
    """Raises DamagedFiles for what `check_files` found, StaleRequest for a file that it has not checked."""
    hashes = _hashes(request)
    if hashes - checked.keys():
        raise StaleRequest(Refusal.FILES_CHANGED)
    damaged = {sha256 for sha256 in hashes if not checked[sha256]}
    if damaged:
        raise DamagedFiles(list(_name(session, request, damaged)), load_policies(session).support_phone)


def record_damage(session: Session, request: ChangeRequest, found: DamagedFiles, actor: Actor) -> None:
    """Record the damage inside the caller's transaction, once for the same files of the same round."""
    hashes = " ".join(dict.fromkeys(one.sha256 for one in found.files))
    known = select(Event.id).where(
        Event.request_id == request.id, Event.verb == DAMAGE, Event.after == hashes
    )
    if request.submitted_at is not None:
        known = known.where(Event.at >= request.submitted_at)
    if session.scalar(known.limit(1)) is None:
        record_event(session, DAMAGE, found.sentence, actor, request=request, after=hashes)


def _hashes(request: ChangeRequest) -> set[str]:
    """Hashes of the round's documents and of the pictures that approval writes."""
    return {row.file.sha256 for row in round_attachments(request)} | set(_pictures(request))


def _pictures(request: ChangeRequest) -> dict[str, str]:
    """Label by hash of each picture that approval writes."""
    items = [item for item in round_items(request) if item.changed and is_picture(item.path)]
    return {item.after: item.label for item in items if item.after}


def _name(session: Session, request: ChangeRequest, damaged: set[str]) -> Iterable[DamagedFile]:
    titles = document_titles(definition(session, request))
    for row in round_attachments(request):
        if row.file.sha256 in damaged:
            title = titles.get(row.material, row.material)
            yield DamagedFile(row.file.sha256, title, row.shown_name)
    attached = {row.file.sha256 for row in round_attachments(request)}
    for sha256, label in _pictures(request).items():
        if sha256 in damaged - attached:
            yield DamagedFile(sha256, label)
