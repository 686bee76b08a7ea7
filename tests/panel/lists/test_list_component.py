"""The component of all lists: order, paging, columns, own views, and the filters of the queue."""

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import event, inspect

from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.models import Enterprise, SavedView
from anguan.panel.admin import make_views
from anguan.panel.lists.listing import GuardedView
from anguan.services import saved_views
from anguan.services.review import claims
from tests.support.client import Browser
from tests.support.panel_client import Office, read_csv

QUEUE = "/panel/queue/"
FOUND_BY_STATE = {"panel_queue", "panel_filing"}
"""Lists of few rows: an index finds those that wait, or those of one filer, and they are sorted."""
PINNED = {"state"}
"""Columns that a list pins to one value, so that an index may begin with them."""


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: tests.panel.lists.test_list_paging reads both databases."""
    return str(request.param)


def lists() -> list[GuardedView]:
    """Every list of the panel."""
    return [view for view in make_views() if isinstance(view, GuardedView) and view.column_list]


def heads(browser: Browser) -> list[str]:
    """Titles of the columns of the open list."""
    found = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', browser.page, re.S)
    return [re.sub(r"<[^>]+>|[▲▼↕]", "", one).strip() for one in found]


def tab_urls(browser: Browser) -> dict[str, str]:
    """The tabs of the open list by title and count, with their addresses."""
    found = re.findall(r'<a href="([^"]+)"[^>]*>([^<]*)<span class="tabs__count num">([^<]*)', browser.page)
    return {f"{title.strip()} {count}": unescape(url) for url, title, count in found}


def test_every_list_declares_its_columns_once(office: Office) -> None:
    for view in lists():
        offered = {name for name, _, _ in view.offered()}
        assert len(offered) == len(view.column_list) + len(view.more_columns), view.endpoint
        assert offered >= {*view.fixed, *view.column_list}, view.endpoint
        assert not any(re.fullmatch(r"[A-Za-z_ ]+", title) for _, title, _ in view.offered()), view.endpoint


def test_a_list_is_sorted_by_indexed_columns_only(office: Office) -> None:
    seen = 0
    for view in lists():
        indexes = [tuple(column.key for column in one.columns) for one in view.model.__table__.indexes]
        indexes += [(column.key,) for column in view.model.__table__.columns if column.primary_key]
        indexes += [
            tuple(one.key for one in unique.columns)
            for unique in view.model.__table__.constraints
            if unique.__class__.__name__ == "UniqueConstraint"
        ]
        for column in view.sorts.values():
            seen += 1
            assert any(
                [name for name in index if name not in PINNED][:1] == [column.key] for index in indexes
            ), (view.endpoint, column.key)
            assert column.key in inspect(view.model).columns
    assert seen > 12


def test_no_list_sorts_all_rows_to_show_a_page(office: Office) -> None:
    browser = office.enter("auditor")
    with office.clients.app.app_context():
        engine = db.engine
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
    seen = 0
    for view in lists():
        order = f" ORDER BY {view.model.__tablename__}."
        for name in () if view.endpoint in FOUND_BY_STATE else view.sorts:
            asked.clear()
            assert browser.get(f"/panel/{view.url}/?sort=-{name}").status_code == 200
            statement, values = next(one for one in asked if order in one[0] and " LIMIT " in one[0])
            with engine.connect() as connection:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            assert not [row for row in plan if "TEMP B-TREE" in row[3] and row[1] == 0], (view.endpoint, name)
            seen += 1
    assert seen > 10


def test_heads_sort_and_say_how(office: Office) -> None:
    office.scenario.filed("certificate_change")
    office.scenario.filed("profile_change", office.scenario.stranger)
    browser = office.enter("reviewer")
    assert 'class="col-due_at" aria-sort="ascending"' in browser.get(QUEUE).text
    rising = re.findall(r">([A-Z]{2}\d+-\d+)</a>", browser.get(f"{QUEUE}?sort=number").text)
    falling = re.findall(r">([A-Z]{2}\d+-\d+)</a>", browser.get(f"{QUEUE}?sort=-number").text)
    assert len(rising) == 2
    assert falling == rising[::-1]
    assert browser.page.count("aria-sort=") == 1
    assert 'aria-sort="descending"' in browser.page


def test_the_order_is_chosen_beside_the_filters_and_kept_by_the_file(office: Office) -> None:
    seen, reader, reviewer = 0, office.enter("auditor"), office.enter("reviewer")
    for view in lists():
        browser = reader if "auditor" in view.allowed_roles else reviewer
        for name in view.sorts:
            seen += 1
            page = browser.get(f"/panel/{view.url}/?sort=-{name}").text
            choice = re.search(r'<select class="control" id="order" name="sort">(.*?)</select>', page, re.S)
            assert choice, view.endpoint
            assert len(re.findall("<option", choice[1])) == 1 + 2 * len(view.sorts), view.endpoint
            assert f'<option value="-{name}" selected>' in choice[1], view.endpoint
            assert not re.search(r'type="hidden" name="(sort|desc)"', page), view.endpoint
            if "/panel/export/" in page:
                assert re.search(rf'/panel/export/[a-z_]+\?[^"]*sort=-{name}', page), view.endpoint
    assert seen > 10
    address = "/panel/export/enterprise?sort={}"
    names = [
        read_csv(reader.post(address.format(sort), column="name", kind="csv").data).splitlines()[1:]
        for sort in ("name", "-name")
    ]
    assert len(names[0]) > 1
    assert names[0] == names[1][::-1]


def test_the_choice_of_columns_is_kept_for_the_account(office: Office) -> None:
    office.scenario.filed("certificate_change")
    mine, other = office.enter("reviewer"), office.enter("REVIEWER2")
    mine.get(QUEUE)
    plain = heads(mine)
    assert "提交时间" not in plain
    assert (
        mine.post(f"{QUEUE}columns", column=["unit", "submitted_at", "secret", "number"]).status_code == 302
    )
    mine.get(QUEUE)
    assert heads(mine) == ["选", "受理编号", "单位", "提交时间"]
    assert "is-spare" not in mine.page
    other.get(QUEUE)
    assert heads(other) == plain
    mine.post(f"{QUEUE}columns", reset="1")
    mine.get(QUEUE)
    assert heads(mine) == plain


def test_own_views_keep_filters_order_and_columns(office: Office) -> None:
    office.scenario.filed("certificate_change")
    office.scenario.filed("profile_change", office.scenario.stranger)
    mine, other = office.enter("reviewer"), office.enter("REVIEWER2")
    mine.get(f"{QUEUE}?flt_matter=certificate_change&sort=-number&columns=person.change")
    query = unescape(re.findall(r'name="query" value="([^"]*)"', mine.page)[0])
    assert mine.post(f"{QUEUE}views", name=" 变更\u200b件 ", query=query).status_code == 302
    mine.get(QUEUE)
    mine.get(tab_urls(mine)["变更件 1"])
    assert heads(mine) == ["选", "受理编号", "姓名", "变更摘要"]
    assert 'aria-sort="descending"' in mine.page
    assert re.search(r'aria-current="page">变更件', mine.page)
    assert mine.page.count('aria-current="page">全部') == 0
    other.get(QUEUE)
    assert "变更件" not in other.page
    id = office.clients.all(SavedView, name="变更件")[0].id
    other.post(f"{QUEUE}views/delete", id=str(id))
    assert office.clients.all(SavedView, name="变更件")
    mine.get(QUEUE)
    mine.post(f"{QUEUE}views/delete", id=str(id))
    assert not office.clients.all(SavedView, name="变更件")


def test_a_view_needs_a_name_and_there_is_an_end_to_them(office: Office) -> None:
    browser = office.enter("reviewer")
    for name in ("", "\u200b ", "长" * 21):
        browser.get(QUEUE)
        browser.post(f"{QUEUE}views", name=name, query="")
        assert "请给视图起一个名称" in browser.get(QUEUE).text
    for n in range(saved_views.MOST + 1):
        browser.post(f"{QUEUE}views", name=f"视图{n}", query="sort=number")
    assert "最多存 12 个视图" in browser.get(QUEUE).text
    assert len(office.clients.all(SavedView)) == saved_views.MOST
    browser.post(f"{QUEUE}views", name="视图0", query="")
    assert office.clients.all(SavedView, name="视图0")[0].query == ""
    assert browser.post(f"{QUEUE}views", name="x", query="flt_matter=nothing").status_code == 404


def test_a_view_whose_choice_no_longer_exists_can_only_be_deleted(office: Office) -> None:
    browser = office.enter("reviewer")
    with transaction(office.scenario.session):
        saved_views.keep_view(
            office.scenario.session, office.scenario.reviewer.id, "queue", "旧州", "flt_region=000000"
        )
    page = browser.get(QUEUE).text
    assert re.search(r'class="tabs__off"[^>]*>旧州', page)
    assert "删除视图“旧州”" in page


def test_the_queue_is_filtered_by_holder_and_round(office: Office) -> None:
    scenario = office.scenario
    free, mine = scenario.filed("certificate_change"), scenario.filed("profile_change", scenario.stranger)
    theirs = scenario.filed("certificate_change", scenario.paper_holder)
    claims.claim(scenario.session, scenario.reviewer, mine.id)
    claims.claim(scenario.session, scenario.colleague, theirs.id)
    with transaction(scenario.session):
        theirs.round = 2
    browser = office.enter("reviewer")

    def listed(chosen: str) -> set[str]:
        page = browser.get(f"{QUEUE}?{chosen}").text
        return {row.number for row in (free, mine, theirs) if f">{row.number}</a>" in page}

    assert listed("flt_holder=free") == {free.number}
    assert listed("flt_holder=me") == {mine.number}
    assert listed("flt_holder=others") == {theirs.number}
    assert listed(f"flt_holder={scenario.colleague.id}") == {theirs.number}
    assert f'value="{scenario.colleague.id}" selected>沈知远' in browser.page
    assert listed(f"flt_holder={scenario.senior.id}") == set()
    assert f'value="{scenario.senior.id}" selected>{scenario.senior.name}' in browser.page
    assert listed(f"flt_holder={scenario.holder.id}") == set()
    assert scenario.holder.name not in browser.page.partition('id="flt_round"')[0].partition("flt_holder")[2]
    assert browser.get(f"{QUEUE}?flt_holder=nobody").status_code == 404
    assert listed("flt_round=again") == {theirs.number}
    assert listed("flt_round=first") == {free.number, mine.number}


def test_typed_text_and_choices_narrow_together(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(QUEUE)
    chosen = {"search": "岑禾", "flt_matter": "certificate_change", "sort": "number", "page_size": "50"}
    answer = browser.post(f"{QUEUE}find", **chosen)
    assert "flt_matter=certificate_change" in answer.location
    assert "sort=number" in answer.location
    assert "page_size=50" in answer.location
    assert filed.number in browser.get(answer.location).text
    answer = browser.post(f"{QUEUE}find", search="岑禾", flt_matter="profile_change")
    assert filed.number not in browser.get(answer.location).text
    assert "请用页面最上面的“查找”" in browser.page


def test_a_row_that_goes_hides_no_other_from_the_next_page(office: Office) -> None:
    session = office.scenario.session
    with transaction(session):
        made = [Enterprise(uscc=f"N{n:017}", name=f"丁企业{n:02}", region="590100") for n in range(45)]
        session.add_all(made)
    browser = office.enter("auditor")

    def turn(rel: str) -> list[str]:
        found = re.search(rf'<a rel="{rel}" href="([^"]+)"', browser.page)
        assert found
        browser.get(unescape(found[1]))
        return re.findall(r"丁企业\d\d", browser.page)

    browser.get("/panel/enterprises/?search=丁企业&sort=name")
    first = list(dict.fromkeys(re.findall(r"丁企业\d\d", browser.page)))
    assert first == [f"丁企业{n:02}" for n in range(20)]
    with transaction(session):
        session.delete(made[3])
        session.delete(made[17])
    second, third = turn("next"), turn("next")
    assert list(dict.fromkeys(second + third)) == [f"丁企业{n:02}" for n in range(20, 45)]
    assert 'rel="next"' not in browser.page
    assert list(dict.fromkeys(turn("prev"))) == [f"丁企业{n:02}" for n in range(20, 40)]
    assert list(dict.fromkeys(turn("prev"))) == [f"丁企业{n:02}" for n in range(22) if n not in (3, 17)]
