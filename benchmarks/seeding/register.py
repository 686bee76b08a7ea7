"""Fills the register: enterprises, persons with accounts and records, certificates with their editions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, literal, select

from anguan.core import clock
from anguan.models import (
    Account,
    Base,
    Certificate,
    CertificateJob,
    CertificateStatus,
    Edition,
    Employment,
    Enterprise,
    Insurance,
    Person,
    ProductionState,
    Qualification,
    Training,
)
from benchmarks.seeding.expressions import digits, name_of, number
from benchmarks.seeding.sizes import Sizes

place: ColumnElement[int] = number.c.place
VALID_DAYS = 60
"""Days for which a first certificate is still valid: its renewal is open."""


def put(connection: Connection, model: type[Base], values: Mapping[str, Any], source: Select[Any]) -> None:
    """INSERT … SELECT: the values as columns of `source`, defaults for the rest."""
    chosen = source.with_only_columns(*values.values(), maintain_column_froms=True)
    connection.execute(insert(model).from_select([*values], chosen))


def places(most: int) -> Select[Any]:
    """Places from 1 to `most`."""
    return select(place).where(place <= most)


def firm_of(person: ColumnElement[int], sizes: Sizes) -> ColumnElement[int]:
    """Id of the enterprise of a person."""
    return person % sizes.firms + 1


def firm_name(firm: ColumnElement[int]) -> ColumnElement[str]:
    """Name of an enterprise."""
    return literal("云南示例") + digits(firm, 6) + literal("号水利有限公司")


def firm_code(firm: ColumnElement[int]) -> ColumnElement[str]:
    """Invented credit code of an enterprise."""
    return literal("91590100MA") + digits(firm, 8)


def region_of(firm: ColumnElement[int]) -> ColumnElement[str]:
    """One of eight regions that do not exist."""
    return literal("59") + digits(firm % 8 + 1, 2) + literal("00")


def document_of(person: ColumnElement[int]) -> ColumnElement[str]:
    """Invented document number of a person."""
    return literal("5901") + digits(person, 14)


def certificate_number(certificate: ColumnElement[int]) -> ColumnElement[str]:
    """Number of a certificate."""
    return literal("水安C2023") + digits(certificate, 7)


def fill_register(connection: Connection, sizes: Sizes, photo: str) -> None:
    """Insert everything that is not a request; `photo` is the digest of a stored picture."""
    today, now = clock.today(), clock.now()
    years = {"started_on": literal(clock.add_months(today, -60)), "confirmed": literal(True)}
    someone = {"person_id": place, "enterprise_id": firm_of(place, sizes)}
    people = places(sizes.people)
    firm = {"uscc": firm_code(place), "name": firm_name(place), "region": region_of(place)}
    put(
        connection,
        Enterprise,
        {"id": place, **firm, "legal_representative": literal("张三")},
        places(sizes.firms),
    )
    licence = {"category": "水利水电工程施工总承包", "grade": "三级", "issuer": "示例"}
    put(
        connection,
        Qualification,
        {
            "enterprise_id": place,
            "number": literal("D") + digits(place, 6),
            "valid_until": literal(today + timedelta(days=900)),
            **{name: literal(value) for name, value in licence.items()},
        },
        places(sizes.firms),
    )
    card = {"document_type": literal("resident"), "document_number": document_of(place)}
    card |= {"gender": literal("male"), "birth_date": literal(clock.add_months(today, -430))}
    work = {"position": literal("专职安全生产管理人员"), "title": literal("工程师"), "photo": literal(photo)}
    named = {"name": name_of(place), "phone": literal("138") + digits(place, 8)}
    put(connection, Person, {"id": place, **card, **work, **named, "education": literal("本科")}, people)
    entry = {
        "login": document_of(place),
        "role": literal("applicant"),
        "person_id": place,
        "created_at": literal(now),
    }
    put(connection, Account, {"id": place, **entry, **named}, people)
    put(connection, Employment, someone | years, people)
    months = {"first_month": years["started_on"], "last_month": literal(today.replace(day=1))}
    put(connection, Insurance, someone | months, people)
    for year in range(today.year - 3, today.year + 1):
        put(connection, Training, {"person_id": place, "year": literal(year), "hours": literal(16)}, people)
    _fill_certificates(connection, sizes, card | work)


def _fill_certificates(connection: Connection, sizes: Sizes, holder: Mapping[str, Any]) -> None:
    """First certificates end soon; of the second ones, whose ids follow, one in twenty has lapsed."""
    today, now = clock.today(), clock.now()
    for first in (True, False):
        id_ = place if first else place + sizes.people
        until = today + timedelta(days=VALID_DAYS if first else 700)
        firm = firm_of(place, sizes)
        values = dict(holder) | {
            "id": id_,
            "number": certificate_number(id_),
            "kind_code": literal("C" if first else "A"),
            "person_id": place,
            "enterprise_id": firm,
            "status": literal(CertificateStatus.VALID),
            "first_issued": literal(clock.add_months(until, -36)),
            "valid_from": literal(clock.add_months(until, -36) + timedelta(days=1)),
            "valid_until": literal(until),
            "holder_name": name_of(place),
            "unit_name": firm_name(firm),
            "unit_uscc": firm_code(firm),
        }
        put(connection, Certificate, values, places(sizes.people if first else sizes.people // 3))
    all_ = places(sizes.certificates)
    edition = {
        "certificate_id": place,
        "version": literal(1),
        "facts": literal("{}"),
        "made_at": literal(now),
    }
    token = literal("token") + digits(place, 27)
    put(connection, Edition, {"id": place, **edition, "digest": digits(place, 64), "qr_token": token}, all_)
    job = {"edition_id": place, "state": literal(ProductionState.READY), "ready_at": literal(now)}
    put(connection, CertificateJob, {"id": place, **job}, all_)
