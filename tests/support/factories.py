"""`Scenario`: the office of `office_data` on a database, with helpers to file and decide requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache, cached_property

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from anguan.core.field_types.citizen_number import compose_number
from anguan.core.matter import Matter
from anguan.infra.engine import prepare_engine
from anguan.infra.files import store
from anguan.infra.inspection import inspect
from anguan.infra.portraits import inspect_photo
from anguan.infra.transaction import transaction
from anguan.models import (
    Account,
    Certificate,
    ChangeRequest,
    Enterprise,
    Person,
    PolicyValue,
)
from anguan.services.photos.id_photos import limits_of, save_photo
from anguan.services.refusals import Refused
from anguan.services.requests import attachments, filing, new_drafts
from anguan.services.requests.corrections import ANSWER_PREFIX
from anguan.services.requests.draft_writes import NewFile, attach_file, attach_photo
from anguan.services.requests.drafts import read_draft
from anguan.services.review import decisions
from anguan.services.review.decisions import DecisionInput
from anguan.services.review.review_view import load_review
from tests.support.databases import borrow, engine_of, give_back
from tests.support.office_data import build, picture, storage

DAYS = {
    "person.birth_date": "1990-03-09",
    "certificate.birth_date": "1990-03-09",
    "certificate.first_issued": "2017-11-30",
    "certificate.valid_from": "2020-02-03",
    "certificate.valid_until": "2099-06-30",
}
"""Values of the date fields that pass the rules on their order."""

_inspected = cache(inspect)
_portrait = cache(inspect_photo)


def explain(session: Session, account: Account, request: ChangeRequest) -> None:
    """Explain each flagged item of a return that was not changed."""
    if request.state != "returned":
        return
    left = [one.remark.item for one in read_draft(session, request).corrections if not one.done]
    filing.save(session, account, request.id, {f"{ANSWER_PREFIX}{item}": "与原件一致" for item in left})


class Scenario:
    """A session on the test data: its accounts by name, and helpers to file and decide requests."""

    def __init__(self, url: str, engine: Engine | None = None) -> None:
        self.url = url
        self.engine = engine or prepare_engine(create_engine(url))
        self.session = Session(self.engine)
        self.storage = storage()

    def close(self) -> None:
        """Close the session and the engine."""
        self.session.close()
        self.engine.dispose()

    def account(self, login: str) -> Account:
        """The account with this login."""
        return self.session.scalars(select(Account).where(Account.login == login)).one()

    def person_account(self, name: str) -> Account:
        """The applicant account of the person with this name."""
        return self.session.scalars(
            select(Account).join(Person, Person.id == Account.person_id).where(Person.name == name)
        ).one()

    @cached_property
    def holder(self) -> Account:
        return self.person_account("岑禾安")

    @cached_property
    def stranger(self) -> Account:
        return self.person_account("陌生人")

    @cached_property
    def paper_holder(self) -> Account:
        return self.person_account("普云川")

    @cached_property
    def reviewer(self) -> Account:
        return self.account("REVIEWER1")

    @cached_property
    def colleague(self) -> Account:
        return self.account("REVIEWER2")

    @cached_property
    def clerk(self) -> Account:
        """The reviewer who files office requests and decides none of them."""
        return self.account("CLERK")

    @cached_property
    def senior(self) -> Account:
        return self.account("SENIOR")

    def firm(self, index: int) -> Enterprise:
        """The first (0) or second (1) firm."""
        return self.session.scalars(select(Enterprise).order_by(Enterprise.id)).all()[index]

    def certificate(self, account: Account | None = None, kind: str = "B") -> Certificate:
        """The certificate of this kind of the account's person."""
        person_id = (account or self.holder).person_id
        return self.session.scalars(
            select(Certificate).where(Certificate.person_id == person_id, Certificate.kind_code == kind)
        ).one()

    def begin(self, matter: Matter | str, account: Account | None = None) -> ChangeRequest:
        """Start a draft about the account's own record; matters of the office are about the holder's."""
        if not isinstance(matter, str) and matter.filed_by == "office":
            about = self.certificate().id if matter.subject == "certificate" else None
            clerk = account or self.clerk
            return new_drafts.begin(self.session, clerk, matter.code, about, person_id=self.holder.person_id)
        account = account or self.holder
        code = matter if isinstance(matter, str) else matter.code
        subject = "certificate" if code.startswith("certificate") else "person"
        if not isinstance(matter, str):
            subject = matter.subject
        certificate = self.certificate(account).id if subject == "certificate" else None
        return new_drafts.begin(self.session, account, code, certificate)

    def fill(self, request: ChangeRequest, account: Account | None = None, **typed: str) -> None:
        """Save a valid new value in each field that is asked and attach a document to each material."""
        account = account or request.filer
        filing.save(self.session, account, request.id, self.values(request) | typed)
        self.attach_materials(request, account)

    def values(self, request: ChangeRequest) -> dict[str, str]:
        """For each field that is asked a valid value that differs from the registered one."""
        draft = read_draft(self.session, request)
        typed: dict[str, str] = {}
        for field in draft.matter.asked:
            before = "" if field.mode == "answered" else draft.dossier.before(field.path)
            typed[field.path] = self.another(field.path, field.resolved, before)
        typed |= {path: day for path, day in DAYS.items() if path in typed}
        return {path: value for path, value in typed.items() if value}

    def another(self, path: str, kind: object, before: str) -> str:
        """A valid value of a field type other than `before`; '' for photos, which are uploaded.

        Raises AssertionError if the field type has no other sample value.
        """
        if path.endswith("document_type"):
            return "resident"
        if path.endswith("document_number"):
            return compose_number("590103", date(1990, 3, 9), 101)
        if getattr(kind, "control", "") == "photo":
            return ""
        if getattr(kind, "control", "") == "reference":
            return str(self.firm(1).id)
        for index in range(20):
            value = str(kind.sample(index))  # type: ignore[attr-defined]
            if value != "无" and kind.parse(value) != before:  # type: ignore[attr-defined]
                return value
        raise AssertionError(f"no other value for {path}")

    def attach_materials(self, request: ChangeRequest, account: Account | None = None) -> None:
        """Attach a picture to each material that has none, and a photo where one is asked and missing.

        Each picture is inspected once per test process, and all are attached in one transaction;
        tests.services.requests tests the upload of single files.
        """
        account = account or request.filer
        draft = read_draft(self.session, request)
        photos = [
            field.path
            for field in draft.matter.asked
            if field.resolved.control == "photo" and draft.reopened(f"field:{field.path}")
        ]
        for path in photos:
            data = picture(ink=f"#80{account.id % 256:02x}20")
            portrait = _portrait(data, f"{path}.jpg", limits_of(self.session, request))
            with transaction(self.session):
                row = attachments.lock_editable(self.session, account, request.id, path)
                photo = save_photo(self.session, self.storage, portrait)
                attach_photo(self.session, row, path, photo.file, portrait.photo.name)
        if photos:
            draft = read_draft(self.session, request)
        with transaction(self.session):
            for slot in draft.slots:
                code = slot.material.code
                if not slot.files and draft.reopened(f"paper:{code}"):
                    clean = _inspected(picture(ink="teal"), f"{code}.jpg")
                    row = store(self.session, self.storage, clean)
                    attach_file(self.session, request, NewFile(code, row, clean.name))

    def attach(
        self, request: ChangeRequest, slot: str, account: Account | None = None, data: bytes | None = None
    ) -> None:
        """Attach one file to a material or photo field."""
        attachments.attach(
            self.session,
            self.storage,
            account or request.filer,
            request.id,
            slot,
            data or picture(ink="teal"),
            f"{slot}.jpg",
        )

    def submit(self, request: ChangeRequest, account: Account | None = None) -> ChangeRequest:
        """Submit the draft; what a return flagged and nobody changed gets an explanation."""
        explain(self.session, account or request.filer, request)
        return filing.submit(self.session, account or request.filer, request.id, True)

    def filed(self, matter: Matter | str, account: Account | None = None, **typed: str) -> ChangeRequest:
        """A submitted request with every field changed and every material attached."""
        request = self.begin(matter, account)
        self.fill(request, account, **typed)
        return self.submit(request, account)

    def decision_input(self, request: ChangeRequest, verdict: str, **more: object) -> DecisionInput:
        """A decision on the request in the state that the review page shows now."""
        view = load_review(self.session, request)
        return DecisionInput(verdict, request.version, view.digest, **more)  # type: ignore[arg-type]

    def decide(
        self, request: ChangeRequest, verdict: str, by: Account | None = None, **more: object
    ) -> ChangeRequest:
        """Decide the request, by default as the reviewer of its present step."""
        decision = self.decision_input(request, verdict, **more)
        return decisions.decide(self.session, self.storage, by or self.decider(request), request.id, decision)

    def decider(self, request: ChangeRequest) -> Account:
        """The account that decides the request at its present step."""
        return self.senior if request.awaits_role == "senior_reviewer" else self.reviewer

    def approve(self, request: ChangeRequest, **more: object) -> ChangeRequest:
        """Approve the request at this step and all that follow."""
        self.decide(request, "approve", **more)
        while request.state == "submitted":
            self.decide(request, "approve", **more)
        return request

    def policy(self, name: str, value: str) -> None:
        """Change a policy."""
        with transaction(self.session):
            self.session.merge(PolicyValue(name=name, value=value))

    @contextmanager
    def refused(self, part: str = "") -> Iterator[None]:
        """The block raises Refused, with `part` in its sentence."""
        with pytest.raises(Refused) as refused:
            yield
        assert part in refused.value.sentence


@contextmanager
def open_scenario(kind: str) -> Iterator[Scenario]:
    """A `Scenario` on a database of this kind that is restored for the next one."""
    url = borrow(kind, build)
    opened = Scenario(url, engine_of(url))
    yield opened
    opened.close()
    give_back(url, build)
