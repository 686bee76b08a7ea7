"""Test data: two firms, three holders of certificates, an account of each staff role.

Every person is invented and the region 59 does not exist. `build` fills a database, `Scenario` works on it.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.clock import add_months
from anguan.core.field_types.citizen_number import compose_number
from anguan.core.field_types.uscc import compose_uscc
from anguan.core.matter import Matter
from anguan.domain.training import training_years
from anguan.infra.blob_store import LocalStorage
from anguan.infra.engine import prepare_engine
from anguan.infra.files import store
from anguan.infra.inspection import Clean, inspect
from anguan.infra.portraits import inspect_photo
from anguan.infra.transaction import transaction
from anguan.models import (
    Account,
    Base,
    Certificate,
    CertificateKind,
    ChangeRequest,
    Constructor,
    DictionaryEntry,
    Employment,
    Enterprise,
    Insurance,
    Person,
    PolicyValue,
    Training,
)
from anguan.services.photos.id_photos import limits_of, save_photo
from anguan.services.refusals import Refused
from anguan.services.requests import attachments, filing, new_drafts
from anguan.services.requests.corrections import ANSWER_PREFIX
from anguan.services.requests.draft_writes import attach_file, attach_photo
from anguan.services.requests.drafts import read_draft
from anguan.services.review import decisions
from anguan.services.review.decisions import DecisionInput
from anguan.services.review.review_view import load_review
from tests.support.databases import borrow, engine_of, give_back, scratch

TITLES = ("无", "助理工程师", "工程师", "高级工程师")
EDUCATION = ("中专", "大专", "本科", "研究生")
STORAGE = "uploads"
DAYS = {
    "person.birth_date": "1990-03-09",
    "certificate.birth_date": "1990-03-09",
    "certificate.first_issued": "2017-11-30",
    "certificate.valid_from": "2020-02-03",
    "certificate.valid_until": "2099-06-30",
}
"""Values of the date fields that pass the rules on their order."""
AT_ONCE = {"edit_minutes": "0", "undo_seconds": "0"}
"""Policies without waiting times; tests of the waiting times change them."""


@cache
def picture(width: int = 600, height: int = 780, ink: str = "navy") -> bytes:
    """A JPEG of a drawn face on white; width and height in pixels."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    face = (width // 4, height // 6, 3 * width // 4, 2 * height // 3)
    draw.ellipse(face, fill="#e4d2c1", outline=ink, width=8)
    draw.arc((width // 3, height // 3, 2 * width // 3, height // 2), 20, 160, fill=ink, width=6)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


_inspected = cache(inspect)
_portrait = cache(inspect_photo)


def storage() -> LocalStorage:
    """Storage of uploaded files, shared by this test process."""
    folder = scratch() / STORAGE
    folder.mkdir(exist_ok=True)
    return LocalStorage(Path(folder))


def build(url: str) -> None:
    """Create the tables and the test data in the empty database at `url`, as of today."""
    engine = prepare_engine(create_engine(url))
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        _fill(session)
    engine.dispose()


def _fill(session: Session) -> None:
    now, today = clock.now(), clock.today()
    with transaction(session):
        session.add_all(PolicyValue(name=name, value=value) for name, value in AT_ONCE.items())
        for name, words in (("title", TITLES), ("education", EDUCATION)):
            session.add_all(
                DictionaryEntry(dictionary=name, code=word, label=word, position=index)
                for index, word in enumerate(words)
            )
        session.add_all(
            [
                CertificateKind(code="A", title="企业主要负责人", position="法定代表人"),
                CertificateKind(code="B", title="项目负责人", position="项目负责人", age_limit=65),
                CertificateKind(code="C", title="专职安全生产管理人员", position="专职安全生产管理人员"),
            ]
        )
        firms = [
            Enterprise(
                uscc=compose_uscc(f"91590100MA000000{index}"),
                name=name,
                legal_representative=boss,
                region=region,
            )
            for index, (name, boss, region) in enumerate(
                (
                    ("云南示例甲水电工程有限公司", "白甲川", "590100"),
                    ("云南示例乙水利集团有限公司", "白乙川", "590200"),
                )
            )
        ]
        session.add_all(firms)
        photo = store(session, storage(), Clean(picture(), "image/jpeg", 600, 780, 1, "照片.jpg"))
        session.flush()
        for index, (key, name) in enumerate(
            (("holder", "岑禾安"), ("stranger", "陌生人"), ("paper", "普云川"))
        ):
            _person(session, key, name, index, firms, photo.sha256, today)
        for login, name, role, region in (
            ("REVIEWER1", "陆与行", "reviewer", None),
            ("REVIEWER2", "沈知远", "reviewer", None),
            ("CLERK", "经办员", "reviewer", None),
            ("REGIONAL", "区域员", "reviewer", "590200"),
            ("SENIOR", "高复核", "senior_reviewer", None),
            ("EXAM", "考务员", "exam_officer", None),
            ("ADMIN", "管理员", "administrator", None),
            ("AUDITOR", "审计员", "auditor", None),
        ):
            session.add(Account(login=login, name=name, role=role, region=region, created_at=now))
        for firm in firms:
            session.add(
                Account(
                    login=firm.uscc, name=firm.name, role="enterprise", enterprise_id=firm.id, created_at=now
                )
            )


def _person(
    session: Session, key: str, name: str, index: int, firms: list[Enterprise], photo: str, today: date
) -> None:
    born = date(1990, 3, 7 + index)
    number = compose_number("590101", born, 2 * index + 1)
    person = Person(
        document_number=number,
        name=name,
        gender="male",
        birth_date=born,
        education="本科",
        title="工程师",
        position="项目负责人",
        phone=f"1380000000{index}",
        photo=photo,
    )
    session.add(person)
    session.flush()
    session.add(
        Account(login=number, name=name, role="applicant", person_id=person.id, created_at=clock.now())
    )
    session.add(Employment(person_id=person.id, enterprise_id=firms[0].id, started_on=date(2020, 1, 1)))
    until = add_months(today, 2)
    month = today.replace(day=1)
    session.add(
        Insurance(
            person_id=person.id,
            enterprise_id=firms[0].id,
            first_month=add_months(month, -12),
            last_month=add_months(month, -6),
        )
    )
    # Both firms paid in the last months, so that a person may renew at the first and move to the second.
    for firm in firms:
        session.add(
            Insurance(
                person_id=person.id,
                enterprise_id=firm.id,
                first_month=add_months(month, -5),
                last_month=month,
            )
        )
        session.add(
            Constructor(
                person_id=person.id,
                enterprise_id=firm.id,
                number=f"滇{firm.id}59{person.id:06d}",
                valid_until=add_months(today, 24),
            )
        )
    session.add_all(Training(person_id=person.id, year=year, hours=12) for year in training_years(until))
    kinds = (
        (("B", "项目负责人"), ("C", "专职安全生产管理人员")) if key == "holder" else (("B", "项目负责人"),)
    )
    for kind, position in kinds:
        session.add(
            Certificate(
                number=None if key == "paper" else f"水安{kind}2024{person.id:07d}",
                paper_number=f"旧B{person.id:05d}" if key == "paper" else None,
                kind_code=kind,
                person_id=person.id,
                enterprise_id=firms[0].id,
                first_issued=date(2018, 11, 30),
                valid_from=add_months(until, -36),
                valid_until=until,
                holder_name=name,
                gender="male",
                document_number=number,
                birth_date=born,
                unit_name=firms[0].name,
                unit_uscc=firms[0].uscc,
                position=position,
                title="工程师",
                photo=photo,
            )
        )


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
                    attach_file(
                        self.session, request, code, store(self.session, self.storage, clean), clean.name
                    )

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
