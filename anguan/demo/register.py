"""Writes the fixtures into the register, as an import of existing records would."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.clock import add_months
from anguan.demo.fixtures import ENTERPRISES, DemoEnterprise, DemoHolder
from anguan.demo.portraits import draw_face
from anguan.domain.editions import make_edition
from anguan.domain.numbers import certificate_number
from anguan.domain.policies import load_policies
from anguan.infra.events import Actor, record_event
from anguan.infra.files import Storage, store
from anguan.infra.portraits import inspect_photo
from anguan.models import (
    Certificate,
    CertificateKind,
    Constructor,
    Employment,
    Enterprise,
    Insurance,
    Person,
    Qualification,
    Training,
)
from anguan.services.review.new_editions import queue_edition

IMPORT = Actor(None, "登记导入")


def add_enterprise(session: Session, firm: DemoEnterprise, today: date) -> Enterprise:
    """Write one enterprise with its main qualification."""
    row = Enterprise(
        uscc=firm.uscc,
        name=firm.name,
        legal_representative=firm.legal,
        region=firm.region,
        address=firm.address,
        contact=firm.contact,
        phone=firm.phone,
    )
    row.qualifications = [
        Qualification(
            category="水利水电工程施工总承包",
            grade="三级",
            number=f"D5900000{ENTERPRISES.index(firm) + 1:02d}",
            issuer="示例州市住房和城乡建设局（虚构）",
            valid_until=add_months(today, 30),
        )
    ]
    session.add(row)
    session.flush()
    return row


def add_holder(session: Session, storage: Storage, who: DemoHolder, today: date) -> Person:
    """Write one holder with employment, insurance, training and a certificate."""
    firm = next(entry for entry in ENTERPRISES if entry.key == who.firm)
    enterprise = session.scalars(select(Enterprise).where(Enterprise.uscc == firm.uscc)).one()
    clean = inspect_photo(draw_face(who.number, who.gender), "证件照片.jpg").photo
    person = Person(
        document_number=who.number,
        name=who.name,
        gender=who.gender,
        birth_date=who.born,
        education=who.education,
        title=who.title,
        position=who.position,
        phone=who.phone,
        photo=store(session, storage, clean).sha256,
    )
    session.add(person)
    session.flush()
    started = add_months(today, -40)
    session.add(Employment(person=person, enterprise=enterprise, started_on=started, confirmed=True))
    if who.insured:
        months = {"first_month": started.replace(day=1), "last_month": today.replace(day=1)}
        session.add(Insurance(person=person, enterprise=enterprise, **months))
    for year in range(today.year - 4, today.year + 1):
        session.add(Training(person=person, year=year, hours=16))
    add_certificate(session, person, enterprise, who, today)
    return person


def add_certificate(
    session: Session, person: Person, enterprise: Enterprise, who: DemoHolder, today: date
) -> Certificate:
    """Write one certificate valid for three years, an electronic one with its first edition."""
    until = today + timedelta(days=who.days)
    since = add_months(until, -36) + timedelta(days=1)
    row = Certificate(
        kind=session.get_one(CertificateKind, who.kind),
        person=person,
        enterprise=enterprise,
        first_issued=since,
        valid_from=since,
        valid_until=until,
        holder_name=person.name,
        gender=person.gender,
        document_type=person.document_type,
        document_number=person.document_number,
        birth_date=person.birth_date,
        unit_name=enterprise.name,
        unit_uscc=enterprise.uscc,
        position=who.position,
        title=who.title,
        photo=None if who.paper else person.photo,
    )
    session.add(row)
    session.flush()
    if who.kind == "B":
        number = f"云建造师（虚构）{person.id:05d}"
        session.add(
            Constructor(
                person=person, enterprise=enterprise, number=number, valid_until=add_months(today, 24)
            )
        )
    with clock.frozen_at(since):
        if who.paper:
            row.paper_number = f"云水安{who.kind}（{since.year}）{person.id:05d}"
        else:
            row.number = certificate_number(session, load_policies(session), row, since.year)
            session.flush()
            queue_edition(session, make_edition(session, row))
        words = f"登记{row.kind}证书 {row.number or row.paper_number}"
        record_event(
            session,
            "import_certificate",
            words,
            IMPORT,
            person=person,
            certificate=row,
            visible_to="holder",
        )
    return row
