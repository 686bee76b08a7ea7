"""The command line: what it prints, what it refuses, which processes it starts and stops."""

import io
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, select
from sqlalchemy.orm import Session

from anguan.cli import main
from anguan.cli.processes import CannotListen, bind_port
from anguan.config import Config
from anguan.core import clock
from anguan.demo.listing import list_accounts
from anguan.demo.load import LOADING, MARK, is_demo, is_fresh
from anguan.infra.transaction import transaction
from anguan.models import Account, CertificateJob, CertificateKind, Notice, Outbox, PolicyValue
from anguan.worker.doctor import examine
from anguan.worker.heartbeat import record_heartbeat
from anguan.worker.upgrade import upgrade
from tests.cli.running_application import RunningApplication, await_end
from tests.support.databases import drop_database, fresh_database

GOOD = "Qing4Shui!Bao"


@contextmanager
def opened(url: str) -> Iterator[Session]:
    engine = create_engine(url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def type_in(settings: pytest.MonkeyPatch, *lines: str) -> None:
    settings.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_the_list_of_the_demo_changes_nothing(
    settings: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["demo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == list_accounts()
    assert not (tmp_path / "data" / "anguan.sqlite3").exists()


def test_init_asks_for_the_first_administrator(settings: pytest.MonkeyPatch, kind: str) -> None:
    url = fresh_database(kind)
    settings.setenv("ANGUAN_DATABASE_URL", url)
    type_in(settings, "guan li", "顾平", GOOD, GOOD)
    assert main.main(["init"]) == 0
    with opened(url) as session:
        row = session.scalars(select(Account)).one()
        assert (row.login, row.name, row.role) == ("GUANLI", "顾平", "administrator")
        assert len(session.scalars(select(CertificateKind)).all()) == 3
        assert not is_fresh(session)
        assert not is_demo(session)
    type_in(settings, "again", "另一位", GOOD, GOOD)
    assert main.main(["init"]) == 1
    assert main.main(["demo"]) == 1, "a real database is never turned into a demo"
    drop_database(url)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("guanli", "顾平", GOOD, f"{GOOD}x"), "不一致"),
        (("guanli", "顾平", "short", "short"), "密码不少于"),
        (("", "顾平", GOOD, GOOD), "没有填写登录名"),
    ],
)
def test_init_refuses_what_is_not_right(
    settings: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    typed: tuple[str, ...],
    said: str,
) -> None:
    type_in(settings, *typed)
    assert main.main(["init"]) == 1
    assert said in capsys.readouterr().err
    with opened(f"sqlite:///{tmp_path / 'data' / 'anguan.sqlite3'}") as session:
        assert session.scalars(select(Account)).all() == []


def test_bulk_people_are_added_only_to_a_demo(
    settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["demo", "--crowd", "3"]) == 1
    assert "先运行 anguan demo" in capsys.readouterr().err


def test_init_refuses_a_demo(
    settings: pytest.MonkeyPatch, demo_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["init"]) == 1
    assert "演示数据" in capsys.readouterr().err


def test_the_demo_is_reset(
    settings: pytest.MonkeyPatch, demo_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(demo_url) as session, transaction(session):
        session.add(Account(login="EXTRA", name="多余", role="auditor", created_at=clock.now()))
    assert main.main(["demo", "--reset", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == list_accounts()
    with opened(demo_url) as session:
        logins = set(session.scalars(select(Account.login)))
    assert {entry["login"] for entry in list_accounts()} <= logins
    assert "EXTRA" not in logins
    assert (tmp_path / "data" / "demo.json").exists()


def test_an_interrupted_loading_is_repeated(settings: pytest.MonkeyPatch, demo_url: str) -> None:
    with opened(demo_url) as session, transaction(session):
        session.get_one(PolicyValue, MARK).value = LOADING
        session.execute(delete(Notice))
    _, loaded = main._prepare(main.read())
    assert loaded == clock.today()
    with opened(demo_url) as session:
        assert session.scalars(select(Notice)).first() is not None


def test_production_refuses_the_demo(
    settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.setenv("ANGUAN_ENV", "production")
    assert main.main(["demo"]) == 1
    assert "没有演示数据" in capsys.readouterr().err
    for command in ("run", "init", "jobs"):
        assert main.main([command]) == 1
        assert "密钥" in capsys.readouterr().err


def test_production_waits_for_its_administrator(
    settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.delenv("ANGUAN_CHEAP_HASH")
    settings.setenv("ANGUAN_ENV", "production")
    settings.setenv("ANGUAN_SECRET_KEY", "Nfk3-09qP-zxW7-aa81-Lm55-tt0R-vvB2")
    settings.setenv("ANGUAN_BASE_URL", "https://kaohe.example.org")
    settings.setenv("ANGUAN_PROXY_HOPS", "1")
    assert main.main(["run"]) == 1
    assert "anguan init" in capsys.readouterr().err


def test_a_taken_port_moves_on_unless_it_was_asked_for() -> None:
    with closing(bind_port("127.0.0.1", 0, fixed=True)) as first:
        port = first.getsockname()[1]
        with closing(bind_port("127.0.0.1", port, fixed=False)) as second:
            assert port < second.getsockname()[1] <= port + 50
        with pytest.raises(CannotListen):
            bind_port("127.0.0.1", port, fixed=True)


def test_an_explicit_port_that_is_taken_is_an_error(
    settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(bind_port("127.0.0.1", 0, fixed=True)) as taken:
        settings.setenv("PORT", str(taken.getsockname()[1]))
        assert main.main(["run"]) == 1
    assert "已被占用" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_worker_ends_with_the_command(demo_url: str, tmp_path: Path, number: int) -> None:
    application = RunningApplication(demo_url, tmp_path / "data")
    try:
        application.wait()
        children = application.children()
        assert len(children) == 1
        application.process.send_signal(number)
        application.process.wait(60)
        await_end(children)
        said = application.process.stdout.read() if application.process.stdout else ""
    finally:
        application.process.kill()
        application.process.communicate()
    assert application.address in said
    assert all(entry["login"] in said and entry["secret"] in said for entry in list_accounts())
    assert "Traceback" not in said
    assert "Fatal" not in said


def test_an_old_demo_is_reported(
    settings: pytest.MonkeyPatch, demo_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(demo_url) as session, transaction(session):
        session.get_one(PolicyValue, MARK).value = "2026-01-01"
    main._greet(Config(), main.loaded_on(Session(create_engine(demo_url))))
    assert "make demo" in capsys.readouterr().out


def test_the_doctor_finds_what_is_wrong(tmp_path: Path, kind: str) -> None:
    url = fresh_database(kind)
    config = Config(database_url=url, data_dir=str(tmp_path), secret_key="x" * 40)
    before = {finding.what: finding for finding in examine(config)}
    assert before["数据库"].level == "bad"
    assert "迁移" in before["数据库"].sentence
    assert before["网址"].level == "bad"
    upgrade(url)
    with opened(url) as session:
        record_heartbeat(session)
    secure = replace(config, base_url="https://kaohe.example.org")
    after = {finding.what: finding.level for finding in examine(secure)}
    assert [what for what, level in after.items() if level == "bad"] == []
    assert after["网址"] == "ok"
    with clock.frozen_at(clock.now()) as now, opened(url) as session, transaction(session):
        session.add(Outbox(kind="x", key="x", payload="{}", not_before=now.replace(year=2020), error=""))
    assert {finding.what: finding.level for finding in examine(secure)}["后台作业"] == "warn"
    drop_database(url)


def test_the_doctor_reports_failed_certificate_jobs(
    settings: pytest.MonkeyPatch, demo_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(demo_url) as session, transaction(session):
        row = session.scalars(select(CertificateJob)).first()
        assert row is not None
        row.state, row.error = "failed", "字库中没有这些字"
    assert main.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "字库中没有这些字" in said
    assert "缺失或损坏" not in said
    assert main.main(["doctor", "--files"]) == 1
    assert "缺失或损坏" in capsys.readouterr().out, "the files of the cast lie elsewhere"


def test_the_doctor_reports_an_unreachable_database(tmp_path: Path) -> None:
    config = Config(database_url="postgresql+psycopg://nobody@127.0.0.1:1/none", data_dir=str(tmp_path))
    assert "没有回应" in {finding.what: finding.sentence for finding in examine(config)}["数据库"]
