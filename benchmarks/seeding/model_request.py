"""One renewal that the product itself takes in: every other request is a copy of its rows."""

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.demo.portraits import draw_face
from anguan.infra.files import Storage, store
from anguan.infra.portraits import inspect_photo
from anguan.infra.transaction import transaction
from anguan.models import Account, Base, ChangeRequest, Event, Lock, Notice
from anguan.services.requests import attachments, filing, new_drafts
from anguan.services.stored_findings import refresh_findings
from anguan.worker.seed import seed

MATTER = "certificate_renewal"
MATERIALS = ("commitment", "application", "training", "employment")


@dataclass(frozen=True)
class ModelRequest:
    """Column values of a submitted request and of the rows that belong to it."""

    request: dict[str, Any]
    items: Sequence[dict[str, Any]]
    attachments: Sequence[dict[str, Any]]
    events: Sequence[dict[str, Any]]
    notices: Sequence[dict[str, Any]]
    locks: Sequence[str]


def prepare(session: Session, storage: Storage) -> str:
    """Insert what every database has, and return the digest of a stored photo."""
    with transaction(session):
        seed(session)
        portrait = inspect_photo(draw_face("590101199003070010", "female"), "证件照片.jpg")
        return store(session, storage, portrait.photo).sha256


def file_renewal(session: Session, storage: Storage, person_id: int) -> ModelRequest:
    """File the renewal of this person's first certificate, and judge it."""
    account = session.get_one(Account, person_id)
    draft_id = new_drafts.begin(session, account, MATTER, person_id).id
    for place, material in enumerate(MATERIALS):
        account = session.get_one(Account, person_id)
        data = draw_scan(str(place))
        attachments.attach(session, storage, account, draft_id, material, data, f"{material}.jpg")
    filing.submit(session, session.get_one(Account, person_id), draft_id, True)
    refresh_findings(session)
    made = session.get_one(ChangeRequest, draft_id, populate_existing=True)
    return ModelRequest(
        values_of(made),
        [values_of(row) for row in made.items],
        [values_of(row) for row in made.attachments],
        [values_of(row) for row in session.scalars(select(Event).where(Event.request_id == made.id))],
        [values_of(row) for row in session.scalars(select(Notice).where(Notice.request_id == made.id))],
        list(session.scalars(select(Lock.key).where(Lock.request_id == made.id))),
    )


def values_of(row: Base) -> dict[str, Any]:
    """Column values of a row."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def draw_scan(seed_text: str, width: int = 820, height: int = 1160) -> bytes:
    """A JPEG of about 300 KB that no other equals: coarse noise, as of a scan."""
    chance = random.Random(seed_text)
    half = (width // 2, height // 2)
    grey = Image.frombytes("L", half, chance.randbytes(half[0] * half[1]))
    page = grey.resize((width, height), Image.Resampling.BICUBIC).point(
        [110 + tone // 2 for tone in range(256)]
    )
    jpeg = io.BytesIO()
    Image.merge("RGB", (page, page, page)).save(jpeg, "JPEG", quality=72)
    return jpeg.getvalue()
