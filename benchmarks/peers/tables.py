"""The tables that all peers read: requests, firms and names like the product's, and one set of indexes."""

import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    case,
    create_engine,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from anguan.domain.calendar import Calendar
from benchmarks.seeding.databases import Place, provide
from benchmarks.seeding.expressions import NEW, digits, fill_scratch, moment, name_of, number, token_at
from benchmarks.seeding.register import firm_code, firm_name
from benchmarks.seeding.sizes import Sizes

metadata = MetaData()
enterprise = Table(
    "enterprise",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("uscc", String(18), nullable=False),
)
applicant = Table(
    "applicant",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, index=True),
    Column("enterprise_id", ForeignKey("enterprise.id"), nullable=False),
)
request = Table(
    "request",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("no", String(20), nullable=False, unique=True),
    Column("applicant_id", ForeignKey("applicant.id"), nullable=False, index=True),
    Column("enterprise_id", ForeignKey("enterprise.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("submitted_at", DateTime, nullable=False),
    Column("due_at", Date, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_due", "due_at", "id"),
    Index("ix_status", "status", "due_at", "id"),
)
# Django ends every order with "-pk", so that it needs these
Index("ix_due_descending", request.c.due_at, request.c.id.desc())
Index("ix_status_descending", request.c.status, request.c.due_at, request.c.id.desc())
certificate = Table(
    "certificate",
    metadata,
    Column("token", String(43), primary_key=True),
    Column("no", String(40), nullable=False),
    Column("payload", String(200), nullable=False),
    Column("signature", LargeBinary, nullable=False),
)
SIGNED = 1000
"""Certificates with a signature, so that they can be verified."""


def signing_key() -> Ed25519PrivateKey:
    """The key that signs the certificates of the peers."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"bench").digest())


def peer_database(work: Path, kind: str, requests: int) -> Place:
    """The peers' database with so many requests."""
    return provide(work, kind, "peers", requests, _fill)


def _fill(place: Place) -> None:
    sizes = Sizes(place.requests)
    engine = create_engine(place.url)
    at = number.c.place

    def up_to(most: int) -> Select[tuple[int]]:
        return select(at).where(at <= most)

    if place.kind == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    metadata.create_all(engine)
    with Session(engine) as session:
        connection = session.connection()
        fill_scratch(connection, place.requests + sizes.people, Calendar({}))
        firms = up_to(sizes.firms).with_only_columns(at, firm_name(at), firm_code(at))
        connection.execute(insert(enterprise).from_select(["id", "name", "uscc"], firms))
        people = up_to(sizes.people).with_only_columns(at, name_of(at), at % sizes.firms + 1)
        connection.execute(insert(applicant).from_select(["id", "name", "enterprise_id"], people))
        who = (at - 1) % sizes.people + 1
        status = case((at % 20 < 15, "approved"), (at % 20 < 17, "rejected"), (at % 20 == 17, "draft"))
        values = {
            "id": at,
            "no": literal("SQ") + digits(at, 8),
            "applicant_id": who,
            "enterprise_id": who % sizes.firms + 1,
            "kind": case((at % 4 == 0, "变更"), (at % 4 == 1, "注销"), else_="延续"),
            "status": case((status.is_(None), "submitted"), else_=status),
            "priority": at % 5 + 1,
            "submitted_at": moment.c.filed,
            "due_at": moment.c.due_day,
            "version": literal(0),
        }
        filed = up_to(place.requests).join(moment, moment.c.slot == at * 7919 % NEW)
        filed = filed.with_only_columns(*values.values(), maintain_column_froms=True)
        connection.execute(insert(request).from_select([*values], filed))
        key, printed = signing_key(), []
        for each in range(SIGNED + 1):
            text = f"{each:08d}|王小明|专职安全生产管理人员|2026-11-21|2029-11-20"
            values_ = {"token": token_at(each), "no": f"ZJ{each:08d}", "payload": text}
            printed.append(values_ | {"signature": key.sign(text.encode())})
        connection.execute(insert(certificate), printed)
        session.commit()
    with engine.connect() as connection:
        plain = connection.execution_options(isolation_level="AUTOCOMMIT")
        plain.exec_driver_sql("ANALYZE" if place.kind == "sqlite" else "VACUUM ANALYZE")
    engine.dispose()
