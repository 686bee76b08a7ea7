"""Test data of the office: two firms, three holders of certificates, an account of each staff role.

Every person is invented and the region 59 does not exist. `build` fills a database, once per process.
"""

import io
from datetime import date
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.clock import add_months
from anguan.core.field_types.citizen_number import compose_number
from anguan.core.field_types.uscc import compose_uscc
from anguan.domain.training import training_years
from anguan.infra.blob_store import LocalStorage
from anguan.infra.engine import prepare_engine
from anguan.infra.files import store
from anguan.infra.inspection import Clean
from anguan.infra.transaction import transaction
from anguan.models import (
    Account,
    Base,
    Certificate,
    CertificateKind,
    Constructor,
    DictionaryEntry,
    Employment,
    Enterprise,
    Insurance,
    Person,
    PolicyValue,
    Training,
)
from tests.support.databases import scratch

TITLES = ("无", "助理工程师", "工程师", "高级工程师")
EDUCATION = ("中专", "大专", "本科", "研究生")
STORAGE = "uploads"
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
