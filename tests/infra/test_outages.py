"""A database that does not answer: a page for everybody, one line in the log, a sentence at start-up."""

import logging
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from anguan.cli.main import main
from anguan.infra import outages
from anguan.infra.engine import prepare_engine
from anguan.infra.files import LocalStorage
from anguan.worker import loop
from anguan.worker.context import JobContext
from anguan.worker.loop import run_worker
from tests.support.client import close_app, open_app

SECRET = "Zhu4Yi!Mi"
AWAY = f"postgresql+psycopg://nobody:{SECRET}@127.0.0.1:1/none"
"""Nothing listens at port 1."""


@pytest.fixture(autouse=True)
def fresh_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test counts its own lines."""
    report = outages.OutageLog().report
    for module in ("anguan.web.errors", "anguan.worker.loop"):
        monkeypatch.setattr(f"{module}.report_outage", report)


def test_refusals_write_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = open_app(AWAY, tmp_path)
    with caplog.at_level(logging.INFO):
        answers = [app.test_client().get("/login") for _ in range(40)]
    close_app(app)
    assert {answer.status_code for answer in answers} == {503}
    assert "系统暂时无法办理" in answers[-1].text
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 1
    assert "\n" not in lines[0]
    assert len(lines[0]) < 500
    assert not [record for record in caplog.records if record.exc_info]
    assert SECRET not in caplog.text + "".join(answer.text for answer in answers)


def test_the_next_line_says_how_many_were_left_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = [1000.0]
    monkeypatch.setattr(outages, "monotonic", lambda: now[0])
    report = outages.OutageLog().report
    for _ in range(5):
        report(OSError("away\nfor long"))
    now[0] += outages.EVERY
    report(OSError("away"))
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "the database does not answer: away for long (0 more since the last line)",
        "the database does not answer: away (4 more since the last line)",
    ]


def test_the_worker_waits_and_writes_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, rounds = threading.Event(), []

    def wait(_: float) -> bool:
        rounds.append(1)
        if len(rounds) == 5:
            stop._flag = True  # type: ignore[attr-defined]
        return stop.is_set()

    monkeypatch.setattr(stop, "wait", wait)
    monkeypatch.setattr(loop, "PAUSE", 0.01)
    engine = prepare_engine(create_engine(AWAY))
    run_worker(sessionmaker(engine), JobContext(LocalStorage(tmp_path), ""), stop)
    assert len(rounds) == 5
    assert len(caplog.records) == 1
    assert caplog.records[0].exc_info is None


@pytest.mark.parametrize("command", ["run", "init", "demo"])
def test_start_up_says_what_to_do(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANGUAN_DATABASE_URL", AWAY)
    monkeypatch.setenv("ANGUAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORT", "0")
    assert main([command]) == 1
    said = capsys.readouterr().err
    assert "连不上数据库" in said
    assert "ANGUAN_DATABASE_URL" in said
    assert "Traceback" not in said
    assert SECRET not in said
