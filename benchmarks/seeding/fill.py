"""Fills a database of the product with N requests; `python -m benchmarks seed --sizes N`."""

import hashlib
import json
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, delete, insert, select, text, update
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.domain.calendar import load_calendar
from anguan.domain.editions import printed_facts
from anguan.infra.engine import prepare_engine
from anguan.infra.files import LocalStorage
from anguan.infra.transaction import transaction
from anguan.models import Base, Certificate, DailyFigure, Edition, StaleDay, trigger_sets
from anguan.models.search import SOURCES, keys_of
from anguan.models.triggers import drop
from anguan.services.figures.measures import Measure, count_live
from anguan.worker.upgrade import upgrade
from benchmarks.seeding.databases import Place, provide
from benchmarks.seeding.expressions import DAYS, fill_scratch
from benchmarks.seeding.model_request import file_renewal, prepare
from benchmarks.seeding.register import fill_register
from benchmarks.seeding.requests import Copies
from benchmarks.seeding.sizes import Sizes

PRINTED = 1000
"""Certificates whose edition has the printed data, so that they can be verified."""

LONGEST_NAME = 20


def product_database(work: Path, kind: str, requests: int) -> Place:
    """The product's database with so many requests."""
    return provide(work, kind, "product", requests, fill)


def fill(place: Place) -> None:
    """Migrate and fill an empty database; prints the seconds of each part."""
    sizes = Sizes(place.requests)
    upgrade(place.url)
    engine = prepare_engine(create_engine(place.url))
    storage = LocalStorage(place.folder / "files")
    begin = time.monotonic()
    with Session(engine) as session:
        photo = prepare(session, storage)
        calendar = load_calendar(session)
    with _without_checks(engine) as connection:
        fill_scratch(connection, max(sizes.waiting + sizes.decided, sizes.certificates), calendar)
        fill_register(connection, sizes, photo)
        _finish(connection)
    begin = _say("register", begin)
    with Session(engine) as session:
        _print_editions(session)
        model = file_renewal(session, storage, sizes.filer)
        calendar = load_calendar(session)
    with _without_checks(engine) as connection:
        fill_scratch(connection, max(sizes.waiting + sizes.decided, sizes.certificates), calendar)
        Copies(sizes, model).fill(connection)
        begin = _say("requests", begin)
        _fill_search_keys(connection)
        _finish(connection)
    begin = _say("search keys", begin)
    with Session(engine) as session:
        _count_days(session)
    _say("figures", begin)
    with engine.connect() as connection:
        plain = connection.execution_options(isolation_level="AUTOCOMMIT")
        plain.exec_driver_sql("ANALYZE" if place.kind == "sqlite" else "VACUUM ANALYZE")
    engine.dispose()


def _say(what: str, begin: float) -> float:
    now = time.monotonic()
    print(f"    {what} {now - begin:.0f} s", flush=True)
    return now


def _without_checks(engine: Engine) -> Connection:
    """A connection that neither runs triggers nor checks foreign keys."""
    connection = engine.connect()
    if engine.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert driver is not None
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-200000"):
            driver.execute(f"PRAGMA {pragma}")
        for filled, triggers in trigger_sets.SETS.items():
            drop(connection, filled, triggers)
    else:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("SET synchronous_commit = off"))
    return connection


def _finish(connection: Connection) -> None:
    """Let triggers and keys go on where the rows end."""
    if connection.dialect.name == "sqlite":
        trigger_sets.create_triggers(connection)
    else:
        for table in Base.metadata.sorted_tables:
            if "id" in table.columns and table.columns["id"].autoincrement:
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), coalesce(max(id), 1)) "
                        f"FROM {table.name} HAVING pg_get_serial_sequence('{table.name}', 'id') IS NOT NULL"
                    )
                )
    connection.commit()
    connection.invalidate()


def _fill_search_keys(connection: Connection) -> None:
    """As the triggers do it, in the order of the keys; generated names have no letters and no brackets."""
    connection.execute(text("DELETE FROM search_key"))
    for kind, table, column in SOURCES:
        statement = keys_of(kind, column, table)
        if column == "name":
            statement = (
                f"SELECT '{kind}', substr(name, place), id FROM {table} "
                f"JOIN bench_number ON place <= {LONGEST_NAME} AND place <= length(name)"
            )
        insert_keys = f"INSERT INTO search_key (kind, text, record_id) {statement} ORDER BY 1, 2, 3"
        connection.exec_driver_sql(insert_keys)


def _print_editions(session: Session) -> None:
    """Give the first editions the printed data of their certificates."""
    with transaction(session):
        for certificate in session.scalars(select(Certificate).where(Certificate.id <= PRINTED)):
            facts = json.dumps(
                printed_facts(certificate), ensure_ascii=False, sort_keys=True, separators=(",", ":")
            )
            digest = hashlib.sha256(facts.encode()).hexdigest()
            values = {"facts": facts, "digest": digest}
            session.execute(update(Edition).where(Edition.certificate_id == certificate.id).values(values))


def _count_days(session: Session) -> None:
    """Keep the daily figures of all days, counted at once."""
    today = clock.today()
    first, last = today - timedelta(days=DAYS + 30), today + timedelta(days=DAYS)
    with transaction(session):
        for measure in Measure:
            found = session.execute(count_live(measure, None, first, last)).all()
            rows = [
                {"measure": measure, "day": day, "region": region, "key": key, "count": count}
                for day, region, key, count in found
            ]
            if rows:
                session.execute(insert(DailyFigure), rows)
        session.execute(delete(StaleDay))
