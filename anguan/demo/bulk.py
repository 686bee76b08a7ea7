"""Fills the review queue with generated holders, each with one submitted request."""

import random
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.demo.fixtures import ENTERPRISES, DemoHolder
from anguan.demo.register import add_holder
from anguan.demo.service_calls import ServiceCalls
from anguan.infra.files import Storage
from anguan.infra.transaction import transaction
from anguan.matters import certificate_renewal, profile_change
from anguan.models import Account, Person

SURNAMES = "岳柳阮滕舒项祝蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万"
GIVEN = "云川山水江河湖海松柏竹兰梅青黛素清宁和远航明朗晨曦望舒若谷怀瑾知行致远博文景行"
EDUCATION = ("中专", "大专", "本科")
FIRST_ORDER = 200
MOST = 700
"""Sequence numbers from FIRST_ORDER on belong to generated holders; the fixtures use lower ones."""


def bulk_holders(count: int, begin: int) -> list[DemoHolder]:
    """Generate `count` holders from index `begin` on; the same ones each time."""
    people = []
    for index in range(begin, begin + count):
        rng = random.Random(f"crowd {index}")  # noqa: S311 names, not secrets
        people.append(
            DemoHolder(
                key=f"crowd-{index}",
                name=rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2)))),
                shows="",
                firm=rng.choice(ENTERPRISES).key,
                born=date(rng.randint(1972, 1998), rng.randint(1, 12), rng.randint(1, 28)),
                order=FIRST_ORDER + index,
                kind="C",
                days=rng.choice((25, 40, 60, 75, 400, 700)),
                title="工程师",
                education=rng.choice(EDUCATION),
            )
        )
    return people


def fill_queue(session: Session, storage: Storage, count: int) -> int:
    """Submit a request for each of `count` more holders; returns the count. Raises ValueError above MOST."""
    begin = session.scalar(select(func.count()).where(Person.phone.startswith("1380000"))) or 0
    if FIRST_ORDER + begin + count > FIRST_ORDER + MOST:
        raise ValueError(f"一共最多 {MOST} 人")
    moment, today = clock.now(), clock.today()
    people = bulk_holders(count, begin)
    with transaction(session):
        for who in people:
            add_holder(session, storage, who, today)
            _open_account(session, who)
    calls = ServiceCalls(session, storage, moment)
    for index, who in enumerate(people):
        _file(calls, who, 6 - 5 * index / max(1, count - 1))
    return count


def _open_account(session: Session, who: DemoHolder) -> None:
    person = session.scalars(select(Person).where(Person.document_number == who.number)).one()
    session.add(
        Account(
            login=who.number,
            name=who.name,
            role="applicant",
            person=person,
            initial="last6",
            created_at=clock.now() - timedelta(days=400),
        )
    )


def _file(calls: ServiceCalls, who: DemoHolder, days: float) -> None:
    """Submit a renewal when it is due, else a change of the technical title."""
    renews = who.days < 80
    code = certificate_renewal.MATTER.code if renews else profile_change.MATTER.code
    typed = {} if renews else {"person.title": "高级工程师"}
    request = calls.fill(who, code, days, typed)
    calls.submit(who, request, days - 0.1)
