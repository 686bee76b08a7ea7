"""An application in each process: the database and files to open, and the operations of campaigns."""

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from anguan.infra.blob_store import LocalStorage
from anguan.infra.engine import prepare_engine
from anguan.infra.files import store
from anguan.infra.inspection import Clean
from anguan.infra.transaction import transaction
from anguan.models import Account, Attachment, Certificate, ChangeRequest, StoredFile
from anguan.services.requests import filing, new_drafts
from anguan.services.requests.draft_writes import NewFile, attach_file
from anguan.services.requests.drafts import read_draft
from anguan.services.review.decisions import DecisionInput, decide
from anguan.services.review.review_view import load_review
from tests.support.databases import copy_of, drop_database, scratch
from tests.support.factories import explain
from tests.support.office_data import build, picture, storage

TITLE = "person.title"


@dataclass(frozen=True)
class Place:
    """Database and files of an office: what another process needs to open it too."""

    url: str
    folder: str


@contextmanager
def fresh_place(kind: str) -> Iterator[Place]:
    """The office of the tests on a database and with files of its own."""
    place = Place(copy_of(kind, build), tempfile.mkdtemp(dir=scratch()))
    office = Office(place)
    for sha256 in office.session.scalars(select(StoredFile.sha256)):
        office.storage.keep(storage().read(sha256))
    office.close()
    try:
        yield place
    finally:
        drop_database(place.url)
        shutil.rmtree(place.folder)


def draw(index: int) -> bytes:
    """A drawn document; each index gives other bytes."""
    return picture(220, 286, ink=f"#{random.Random(index).randrange(1 << 24):06x}")


class Office:
    """One process's session and files of a place. Its operations take accounts and requests by id."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.engine = prepare_engine(create_engine(place.url, pool_size=12))
        self.session = Session(self.engine)
        self.storage = LocalStorage(Path(place.folder))

    def close(self) -> None:
        """Close session and engine."""
        self.session.close()
        self.engine.dispose()

    def account(self, account_id: int) -> Account:
        """An account in its current state."""
        return self.session.get_one(Account, account_id, populate_existing=True)

    def staff(self, login: str) -> Account:
        """A member of staff, by login."""
        return self.session.scalars(select(Account).where(Account.login == login)).one()

    def request(self, request_id: int) -> ChangeRequest:
        """A request in its current state."""
        self.session.rollback()
        return self.session.get_one(ChangeRequest, request_id, populate_existing=True)

    def certificate_of(self, account_id: int) -> Certificate:
        """The one certificate of a person that `gather` made."""
        person_id = self.account(account_id).person_id
        return self.session.scalars(select(Certificate).where(Certificate.person_id == person_id)).one()

    def attach(self, request_id: int, slots: dict[str, bytes]) -> None:
        """Attach documents directly, without the upload inspection that other tests cover."""
        with transaction(self.session):
            request = self.session.get_one(ChangeRequest, request_id)
            for slot, data in slots.items():
                row = store(self.session, self.storage, Clean(data, "image/jpeg", 220, 286, 1, f"{slot}.jpg"))
                attach_file(self.session, request, NewFile(slot, row, f"{slot}.jpg", replace=True))

    def draft_title(self, account_id: int, title: str, paper: bytes | None = None) -> int:
        """A draft of 基本信息变更 that changes the title of person and certificate, with one document."""
        account = self.account(account_id)
        request = new_drafts.begin(self.session, account, "profile_change")
        filing.save(self.session, account, request.id, {TITLE: title})
        if paper is not None:
            self.attach(request.id, {"title_proof": paper})
        return request.id

    def draft_cancellation(self, account_id: int, paper: bytes) -> int:
        """A complete draft of 证书注销."""
        account = self.account(account_id)
        certificate = self.certificate_of(account_id)
        request = new_drafts.begin(self.session, account, "certificate_cancellation", certificate.id)
        filing.save(self.session, account, request.id, {"certificate.status_reason": "其他个人原因"})
        self.attach(
            request.id, {slot.material.code: paper for slot in read_draft(self.session, request).slots}
        )
        return request.id

    def submit(self, account_id: int, request_id: int, key: str = "") -> ChangeRequest:
        """Submit it, with the idempotency key of its form when there is one."""
        explain(self.session, self.account(account_id), self.request(request_id))
        return filing.submit(self.session, self.account(account_id), request_id, True, key, key and "form")

    def filed_title(self, account_id: int, title: str, paper: bytes) -> int:
        """A submitted change of title."""
        request_id = self.draft_title(account_id, title, paper)
        self.submit(account_id, request_id)
        return request_id

    def decision_input(self, request_id: int, verdict: str, opinion: str = "") -> DecisionInput:
        """The input of a decision on what the page shows now."""
        request = self.request(request_id)
        sheet = load_review(self.session, request)
        decision_input = DecisionInput(verdict, request.version, sheet.digest, opinion)
        self.session.rollback()
        return decision_input

    def decide(self, login: str, request_id: int, decision_input: DecisionInput) -> str:
        """Decide on what was shown; gives the state that followed."""
        return decide(self.session, self.storage, self.staff(login), request_id, decision_input).state

    def papers_of(self, request_id: int, round_: int) -> set[str]:
        """The hashes of the documents of one round."""
        rows = self.session.scalars(
            select(Attachment).where(Attachment.request_id == request_id, Attachment.round == round_)
        )
        return {row.file.sha256 for row in rows}

    def count(self, what: object, *where: object) -> int:
        """How many rows there are."""
        self.session.rollback()
        return self.session.scalar(select(func.count()).select_from(what).where(*where)) or 0  # type: ignore[arg-type]


@contextmanager
def fresh_office(kind: str) -> Iterator[Office]:
    """An office with its own database, which is dropped afterwards."""
    with fresh_place(kind) as place:
        office = Office(place)
        yield office
        office.close()
