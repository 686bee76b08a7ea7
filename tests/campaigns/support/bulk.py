"""Many invented people with a certificate each, so that every round has its own."""

from datetime import date, timedelta

from sqlalchemy import func, select

from anguan.core import clock
from anguan.core.clock import add_months
from anguan.core.field_types.citizen_number import compose_number
from anguan.infra.transaction import transaction
from anguan.models import Account, Certificate, Employment, Enterprise, Person, StoredFile
from tests.campaigns.support.office import Office


def gather(office: Office, count: int, paper: bool = False) -> list[int]:
    """Accounts of `count` new people, each with a certificate of kind C (a paper one if `paper`)."""
    session = office.session
    with transaction(session):
        firm = session.scalars(select(Enterprise).order_by(Enterprise.id)).first()
        known = session.scalar(select(func.count(Person.id))) or 0
        photo = session.scalars(select(StoredFile.sha256).order_by(StoredFile.id)).first()
        people = [_person(known + index, photo) for index in range(count)]
        session.add_all(people)
        session.flush()
        accounts = []
        for person in people:
            accounts.append(
                Account(
                    login=person.document_number,
                    name=person.name,
                    role="applicant",
                    person_id=person.id,
                    created_at=clock.now(),
                )
            )
            session.add(Employment(person_id=person.id, enterprise_id=firm.id, started_on=date(2020, 1, 1)))
            session.add(_certificate(person, firm, paper))
        session.add_all(accounts)
        session.flush()
        return [account.id for account in accounts]


def file_titles(office: Office, count: int, paper: bytes) -> list[int]:
    """`count` submitted changes of title, each of another person."""
    return [office.filed_title(account, "高级工程师", paper) for account in gather(office, count)]


def _person(index: int, photo: str | None) -> Person:
    born = date(1970, 1, 1) + timedelta(days=index // 499)
    return Person(
        document_number=compose_number("590102", born, 2 * (index % 499) + 1),
        name="众生甲",
        gender="male",
        birth_date=born,
        education="本科",
        title="工程师",
        position="无",
        phone="13800000000",
        photo=photo,
    )


def _certificate(person: Person, firm: Enterprise, paper: bool) -> Certificate:
    until = add_months(clock.today(), 2)
    return Certificate(
        number=None if paper else f"水安C2020{person.id:07d}",
        paper_number=f"旧C{person.id:06d}" if paper else None,
        kind_code="C",
        person_id=person.id,
        enterprise_id=firm.id,
        first_issued=date(2018, 11, 30),
        valid_from=add_months(until, -36),
        valid_until=until,
        holder_name=person.name,
        gender="male",
        document_number=person.document_number,
        birth_date=person.birth_date,
        unit_name=firm.name,
        unit_uscc=firm.uscc,
        position="专职安全生产管理人员",
        title="工程师",
    )
