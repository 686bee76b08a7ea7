"""Batch approval by page: preview, run with and without a script, report, export, undo."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import ChangeRequest, Decision
from anguan.panel.requests import batch as room
from tests.campaigns.support.bulk import file_titles
from tests.campaigns.support.office import Office as Counter
from tests.campaigns.support.office import Place, draw
from tests.support.client import Browser
from tests.support.databases import scratch
from tests.support.factories import open_scenario
from tests.support.office_data import STORAGE
from tests.support.panel_client import Office, open_office

BATCH = "/panel/batch/"
PAPER = draw(5)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """SQLite only: tests.services.review tests batches on both databases."""
    with open_scenario("sqlite") as scenario:
        scenario.policy("undo_seconds", "60")
        with open_office(scenario, tmp_path) as opened:
            yield opened


def file(office: Office, count: int) -> list[int]:
    """File `count` requests, each of another person; returns their ids."""
    counter = Counter(Place(office.scenario.url, str(scratch() / STORAGE)))
    ids = file_titles(counter, count, PAPER)
    counter.close()
    return ids


def preview(browser: Browser, ids: list[int]) -> dict[str, list[str]]:
    """Open the preview page; returns the fields that its form would send."""
    answer = browser.get(BATCH, query_string={"id": [str(one) for one in ids]})
    assert answer.status_code == 200
    items = [unescape(found) for found in re.findall(r'name="item" value="([^"]+)"', answer.text)]
    (code,) = re.findall(r'name="batch" value="([^"]+)"', answer.text)
    return {"item": items, "batch": [code]}


def test_the_preview_shows_changes_and_reasons_and_decides_nothing(office: Office) -> None:
    one, two, other = file(office, 3)
    with transaction(office.scenario.session):
        row = office.scenario.session.get_one(ChangeRequest, other)
        row.ready_at = clock.now() + timedelta(minutes=5)
    browser = office.enter("reviewer")
    form = preview(browser, [one, two, other, 99_999])
    assert len(form["item"]) == 2
    for words in (
        "2 件可以通过，1 件不在本批",
        "申请人还可以修改",
        "高级工程师",
        "现在还没有作出任何决定",
        "/photo",
    ):
        assert words in browser.page, words
    assert not office.clients.all(Decision)
    assert browser.get(BATCH).location.endswith("/panel/queue/")
    assert browser.get(f"{BATCH}?id=x").status_code == 404
    many = [str(number) for number in range(1, 202)]
    assert browser.get(BATCH, query_string={"id": many}).status_code == 302
    assert "一批最多 200 件" in browser.get("/panel/queue/").text


def test_without_a_script_the_server_continues_in_portions(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "AT_ONCE", 2)
    ids = file(office, 3)
    browser = office.enter("reviewer")
    form = preview(browser, ids)
    answer = browser.post(f"{BATCH}run", **form)
    assert answer.status_code == 200
    assert "已办 2 件，还剩 1 件" in answer.text
    rest = [unescape(found) for found in re.findall(r'name="item" value="([^"]+)"', answer.text)]
    answer = browser.post(f"{BATCH}run", item=rest, batch=form["batch"])
    report = browser.get(answer.location).text
    assert "通过 3 件，其余 0 件" in report
    assert {office.read(one).state for one in ids} == {"decided"}
    assert len(office.clients.all(Decision, batch=form["batch"][0])) == 3
    browser.post(f"{BATCH}run", item=form["item"], batch=form["batch"])  # sent again
    assert len(office.clients.all(Decision)) == 3


def test_item_by_item_with_an_answer_for_each(office: Office) -> None:
    ids = file(office, 2)
    browser = office.enter("reviewer")
    form = preview(browser, ids)
    office.scenario.decide(office.read(ids[1]), "reject", by=office.scenario.colleague, opinion="不符")
    answers = [
        browser.post(f"{BATCH}one", item=item, batch=form["batch"][0]).get_json() for item in form["item"]
    ]
    assert [answer["done"] for answer in answers] == [True, False]
    assert answers[0]["number"] == office.read(ids[0]).number
    assert "不在待审队列" in answers[1]["sentence"]
    for bad in ({"item": "1"}, {"item": form["item"][0], "batch": "x"}, {"item": f"9{form['item'][0]}"}):
        sent = {"batch": form["batch"][0]} | bad
        answer = browser.post(f"{BATCH}one", **sent)
        assert answer.status_code == 400 or not answer.get_json()["done"], bad
    report = browser.get(f"{BATCH}{form['batch'][0]}").text
    assert "通过 1 件，其余 1 件" in report
    data = browser.client.get(f"{BATCH}{form['batch'][0]}/csv").data.decode("utf-8-sig")
    assert office.read(ids[0]).number in data
    assert "不在待审队列" in data


def test_one_or_all_are_undone_from_the_report(office: Office) -> None:
    ids = file(office, 3)
    browser, other = office.enter("reviewer"), office.enter("REVIEWER2")
    form = preview(browser, ids)
    browser.post(f"{BATCH}run", **form)
    page = f"{BATCH}{form['batch'][0]}"
    assert browser.get(page).text.count(">撤回</button>") == 3
    assert "全部撤回" not in other.get(page).text
    other.post(f"{page}/undo")
    assert {office.read(one).state for one in ids} == {"decided"}
    browser.get(page)
    browser.post(f"{page}/undo/{ids[0]}")
    assert [office.read(one).state for one in ids] == ["submitted", "decided", "decided"]
    browser.get(page)
    browser.post(f"{page}/undo")
    assert "已撤回 2 件" in browser.get(page).text
    assert {office.read(one).state for one in ids} == {"submitted"}


def test_who_may_see_and_do_batches(office: Office) -> None:
    (one,) = file(office, 1)
    browser = office.enter("reviewer")
    form = preview(browser, [one])
    auditor, elsewhere = office.enter("auditor"), office.enter("REGIONAL")
    auditor.get("/panel/queue/")
    assert auditor.get(f"{BATCH}?id={one}").status_code == 403
    assert auditor.post(f"{BATCH}run", **form).status_code == 403
    elsewhere.get("/panel/queue/")
    assert (
        elsewhere.post(f"{BATCH}one", item=form["item"][0], batch=form["batch"][0]).get_json()["done"]
        is False
    )
    assert not office.clients.all(Decision)
    browser.post(f"{BATCH}run", **form)
    page = f"{BATCH}{form['batch'][0]}"
    assert auditor.get(page).status_code == 200
    assert elsewhere.get(page).status_code == 404
    assert browser.get(f"{BATCH}20260101-00000000").status_code == 404
    assert browser.get(f"{BATCH}nothing").status_code == 404


def test_each_matter_is_confirmed_by_itself(office: Office) -> None:
    scenario = office.scenario
    titles = file(office, 2)
    renewal = scenario.filed("certificate_renewal").id
    browser = office.enter("reviewer")
    answer = browser.get(BATCH, query_string={"id": [str(one) for one in (titles[0], renewal, titles[1])]})
    forms = re.findall(r"<form[^>]*data-batch=.*?</form>", answer.text, re.DOTALL)
    found = [
        (
            re.findall(r'name="item" value="([0-9]+)\.', form),
            *re.findall(r'name="batch" value="([^"]+)"', form),
        )
        for form in forms
    ]
    assert [ids for ids, _ in found] == [[str(one) for one in titles], [str(renewal)]]
    assert len({code for _, code in found}) == 2
    for words in (
        "3 件可以通过，分 2 个事项，逐个确认",
        "基本信息变更：2 件可以通过",
        "证书延续：1 件可以通过",
    ):
        assert words in answer.text, words
    item = re.findall(r'name="item" value="([^"]+)"', forms[1])
    browser.post(f"{BATCH}run", item=item, batch=found[1][1])
    assert office.read(renewal).state == "decided"
    assert {office.read(one).state for one in titles} == {"submitted"}
