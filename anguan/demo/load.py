"""Loads the demo data into a migrated, empty database."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from anguan.auth.passwords import set_password
from anguan.core import clock
from anguan.core.field_types.login import normalise_login
from anguan.core.field_types.text_cleaning import normalise_code
from anguan.demo.fixtures import ENTERPRISES, FIRST_CODE, HOLDERS, PASSWORD, REGION, STAFF_MEMBERS
from anguan.demo.number_claims import load_registrations
from anguan.demo.office import OFFICE
from anguan.demo.register import add_enterprise, add_holder
from anguan.demo.scenarios import EARLY, SCENARIOS
from anguan.demo.service_calls import ServiceCalls
from anguan.infra.files import Storage
from anguan.infra.transaction import transaction
from anguan.models import Account, Base, Enterprise, Notice, Person, PolicyValue
from anguan.models.trigger_sets import SETS
from anguan.services.expiry import expire_certificates
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from anguan.worker.seed import add_words, seed

MARK = "demo"
"""Policy row that marks a demo database; its value is the day of loading."""
LOADING = "loading"
STALE_AFTER = timedelta(days=14)
POLICIES = {"edit_minutes": "0", "authority_name": "云南省水利厅（示例）"}
UNDO = "undo_seconds"
"""Zero while the scenarios run, so that their decisions take effect at once."""
HashFunction = Callable[[str], str]


def load(
    session: Session, storage: Storage, hash_secret: HashFunction, address: str = "http://127.0.0.1:5000"
) -> None:
    """Load all demo data; `hash_secret` hashes its secrets, `address` is the base of the QR codes."""
    hashed = hash_secret(PASSWORD)
    moment, today = clock.now(), clock.today()
    tools = JobContext(storage, address)
    with transaction(session):
        session.add(PolicyValue(name=MARK, value=LOADING))
        session.add_all(
            PolicyValue(name=name, value=value) for name, value in {**POLICIES, UNDO: "0"}.items()
        )
        seed(session)
        add_words(session, "region", [(REGION, "示例州市")])
    with transaction(session):
        for firm in ENTERPRISES:
            add_enterprise(session, firm, today)
        for who in HOLDERS:
            add_holder(session, storage, who, today)
        _open_accounts(session, hashed, hash_secret(normalise_code(FIRST_CODE)))
    calls = ServiceCalls(session, storage, moment)
    for change in EARLY:
        change(calls)
    with clock.frozen_at(calls.back(180)):
        drain(session, tools)
    with clock.frozen_at(calls.back(19)):
        expire_certificates(session)
    for scenario in (*SCENARIOS, *OFFICE):
        scenario(calls)
    with clock.frozen_at(calls.back(8.9)):
        drain(session, tools)
    with clock.frozen_at(calls.back(2)):
        load_registrations(session, storage, hashed)
    with transaction(session):
        old = Notice.at < moment - timedelta(days=7)
        session.execute(update(Notice).where(old).values(read_at=Notice.at))
        session.delete(session.get_one(PolicyValue, UNDO))
        session.get_one(PolicyValue, MARK).value = today.isoformat()


def clear(session: Session) -> None:
    """Delete every row of every table; the worker removes the stored files when they are old enough."""
    with transaction(session):
        filled = [Base.metadata.tables[name] for name in SETS]  # by the triggers of the tables emptied before
        for table in (*reversed(Base.metadata.sorted_tables), *filled):
            session.execute(delete(table))


def loaded_on(session: Session) -> date | None:
    """The day on which the demo data was loaded; None without demo data, or when loading was interrupted."""
    row = session.get(PolicyValue, MARK)
    return date.fromisoformat(row.value) if row and row.value != LOADING else None


def is_demo(session: Session) -> bool:
    """True when this database holds demo data, complete or not."""
    return session.get(PolicyValue, MARK) is not None


def is_fresh(session: Session) -> bool:
    """True when the database has no accounts and no demo data."""
    return session.scalar(select(Account.id).limit(1)) is None and not is_demo(session)


def _open_accounts(session: Session, hashed: str, first: str) -> None:
    people = {row.document_number: row for row in session.scalars(select(Person))}
    firms = {row.uscc: row for row in session.scalars(select(Enterprise))}
    for who in HOLDERS:
        account = Account(login=who.number, name=who.name, role="applicant", person=people[who.number])
        _activate(session, account, "" if who.first_login else hashed, who.phone)
    for firm in (firm for firm in ENTERPRISES if firm.shows):
        account = Account(login=firm.uscc, name=firm.name, role="enterprise", enterprise=firms[firm.uscc])
        _activate(session, account, "" if firm.first_login else hashed, firm.phone)
        if firm.first_login:
            account.initial, account.initial_hash = "code", first
    for clerk in STAFF_MEMBERS:
        login = normalise_login(clerk.login)
        account = Account(login=login, name=clerk.name, role=clerk.role, region=clerk.region)
        _activate(session, account, hashed, "")


def _activate(session: Session, account: Account, hashed: str, phone: str) -> None:
    """Set a password, or what opens the activation page where the fixture shows the first login."""
    account.created_at = clock.now()
    account.initial = "none" if hashed else "last6"
    account.phone = phone if hashed else ""
    session.add(account)
    session.flush()
    if hashed:
        set_password(session, account, hashed)
