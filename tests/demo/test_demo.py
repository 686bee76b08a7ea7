"""The demo data: each person shows what the list of the demo says, and every login of the list works."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from anguan.auth.identity import ROLE_TITLES
from anguan.core import clock
from anguan.core.field_types.citizen_number import check_number
from anguan.core.field_types.uscc import check_uscc
from anguan.demo.bulk import fill_queue
from anguan.demo.fixtures import ENTERPRISES, HOLDERS, STAFF_MEMBERS
from anguan.demo.listing import list_accounts, login_of, measure, show_accounts
from anguan.demo.load import clear, is_demo, is_fresh, loaded_on
from anguan.demo.service_calls import find_office_hour
from anguan.domain.certificates import differing
from anguan.infra.blob_store import LocalStorage
from anguan.infra.engine import prepare_engine
from anguan.models import Account, Base, Certificate, CertificateJob, ChangeRequest, Notice, Outbox, Person
from anguan.portal.certificates import CertificateLine, read_line
from anguan.services.requests.eligibility import check_eligibility
from anguan.services.requests.status import certificate_status, edition_status
from tests.support.client import Browser, close_app, open_app
from tests.support.databases import copy_of, drop_database
from tests.support.demo_database import build_demo

STATES = {
    "approved": ("certificate_renewal", "approved"),
    "cancelled": ("certificate_cancellation", "approved"),
    "draft": ("certificate_change", "draft"),
    "rejected": ("certificate_change", "rejected"),
    "returned": ("certificate_renewal", "returned"),
    "reviewing": ("certificate_change", "submitted"),
    "waiting": ("certificate_renewal", "submitted"),
}
WORDS = {
    "approved": ("有效", "✓", "已通过"),
    "cancelled": ("已注销", "✓", "已通过"),
    "draft": ("有效", "✓", "草稿未提交"),
    "early": ("有效", "✓", "无"),
    "lapsed": ("已过期", "✓", "无"),
    "paper": ("有效", "—", "无"),
    "rare": ("有效", "✓", "无"),
    "rejected": ("有效", "✓", "审批不通过"),
    "renewing": ("即将到期", "✓", "无"),
    "returned": ("即将到期", "✓", "退回补正"),
    "corrected": ("有效", "✓", "无"),
    "suspended": ("暂扣", "✓", "无"),
    "reviewing": ("有效", "✓", "审核中"),
    "waiting": ("即将到期", "✓", "已提交待审核"),
}


@pytest.fixture
def url(kind: str) -> Iterator[str]:
    made = copy_of(kind, build_demo)
    yield made
    drop_database(made)


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    engine = prepare_engine(create_engine(url))
    with Session(engine) as opened:
        yield opened
    engine.dispose()


def account(session: Session, key: str) -> Account:
    return session.scalars(select(Account).where(Account.login == login_of(key))).one()


def certificate(session: Session, key: str) -> Certificate:
    kind = next(who.kind for who in HOLDERS if who.key == key)
    person = account(session, key).person_id
    return session.scalars(
        select(Certificate).where(Certificate.person_id == person, Certificate.kind_code == kind)
    ).one()


def test_every_number_is_impossible_and_well_formed() -> None:
    for who in HOLDERS:
        check_number(who.number, "居民身份证")
        assert who.number.startswith("59")
    for firm in ENTERPRISES:
        check_uscc(firm.uscc)
        assert firm.uscc[2:4] == "59"
    assert len({who.number for who in HOLDERS}) == len(HOLDERS)


def test_the_list_says_who_is_who() -> None:
    entries = list_accounts()
    assert all(set(entry) == {"role", "name", "login", "secret", "shows"} for entry in entries)
    assert all(entry.values() for entry in entries)
    assert {entry["role"] for entry in entries} == set(ROLE_TITLES)
    assert len([entry for entry in entries if "首次登录" in entry["shows"]]) == 2
    assert any(len(entry["name"]) == 25 and "\u00b7" in entry["name"] for entry in entries)
    assert measure("张三 a") == 6
    assert all(entry["login"] in show_accounts() for entry in entries)


def test_each_request_is_in_the_state_of_its_scenario(session: Session) -> None:
    found = {
        key: [(row.matter, row.state) for row in session.scalars(select(ChangeRequest)) if row.filer == owner]
        for key in (who.key for who in HOLDERS)
        for owner in [account(session, key)]
    }
    assert {key: rows for key, rows in found.items() if rows} == {key: [row] for key, row in STATES.items()}


def line_of(session: Session, key: str) -> CertificateLine:
    return read_line(session, account(session, key), certificate(session, key))


@pytest.mark.parametrize("key", WORDS)
def test_the_list_of_certificates_says_it_in_words(session: Session, key: str) -> None:
    row = certificate(session, key)
    shown = (
        certificate_status(session, row).word,
        edition_status(session, row).word,
        line_of(session, key).operation.word,
    )
    assert shown == WORDS[key]


def test_what_each_may_do_now(session: Session) -> None:
    def ask(key: str, matter: str = "certificate_renewal") -> str:
        return check_eligibility(session, account(session, key), matter, certificate(session, key)).sentence

    assert ask("renewing") == ""
    assert "延续自" in ask("early")
    assert "纸质证书" in ask("paper")
    assert ask("paper", "certificate_change") == ""
    assert "到期失效" in ask("lapsed")
    assert "还在办理中" in ask("waiting")
    assert line_of(session, "rejected").operation.reason == "在新单位参保不满3个月"
    changed = certificate(session, "mismatch")
    assert [label for _, label in differing(changed, changed.person)] == ["技术职称"]


def test_nothing_is_left_to_do_and_old_news_is_read(session: Session) -> None:
    assert session.scalars(select(Outbox.error).where(Outbox.done_at.is_(None))).all() == []
    assert set(session.scalars(select(CertificateJob.state))) == {"ready"}
    unread = session.scalars(select(Notice).where(Notice.read_at.is_(None))).all()
    assert unread
    assert min(notice.at for notice in unread) > clock.now() - timedelta(days=8)


def test_it_knows_when_it_was_loaded_and_can_be_cleared(session: Session) -> None:
    assert is_demo(session)
    assert not is_fresh(session)
    assert loaded_on(session) == clock.today()
    clear(session)
    assert all(session.scalar(select(table).limit(1)) is None for table in Base.metadata.sorted_tables)
    assert is_fresh(session)


def test_every_login_of_the_list_works(tmp_path: Path) -> None:
    url = copy_of("sqlite", build_demo)
    app = open_app(url, tmp_path)
    try:
        for number, entry in enumerate(list_accounts()):
            browser = Browser(app, f"192.0.2.{number + 1}")
            browser.log_in(entry["login"].lower(), entry["secret"])
            first = "首次登录" in entry["shows"]
            assert browser.is_logged_in() != first, entry
            if first:
                assert "设置" in browser.get("/activate").text
    finally:
        close_app(app)
        drop_database(url)


def test_there_are_staff_for_every_role() -> None:
    assert [clerk.role for clerk in STAFF_MEMBERS].count("reviewer") == 2
    assert sum(clerk.region is not None for clerk in STAFF_MEMBERS) == 1


def test_the_office_was_open_and_later_stays_later() -> None:
    start = clock.midnight(clock.today())
    hours = [find_office_hour(start + timedelta(hours=hour)) for hour in range(24 * 15)]
    assert hours == sorted(set(hours))
    for moment in map(clock.beijing, hours):
        assert moment.weekday() < 5
        assert 9 <= moment.hour < 18


def test_bulk_requests_fill_the_queue_and_do_not_change_the_named_people(
    session: Session, tmp_path: Path
) -> None:
    people = session.scalar(select(func.count(Person.id)))
    filed = session.scalar(select(func.count()).where(ChangeRequest.state == "submitted"))
    assert fill_queue(session, LocalStorage(tmp_path), 2) == 2
    assert session.scalar(select(func.count(Person.id))) == people + 2
    assert session.scalar(select(func.count()).where(ChangeRequest.state == "submitted")) == filed + 2
    with pytest.raises(ValueError, match="700"):
        fill_queue(session, LocalStorage(tmp_path), 700)
