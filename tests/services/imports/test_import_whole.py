"""Imports are all or nothing: what is written, what is skipped, what is refused, and the revert."""

from typing import Any

import pytest
from sqlalchemy import inspect, select, text, update

from anguan.core import clock
from anguan.core.field_types.uscc import compose_uscc
from anguan.domain.numbers import certificate_number
from anguan.domain.policies import load_policies
from anguan.infra.engine import LOCK_TIMEOUT_MS
from anguan.infra.events import record_event
from anguan.infra.transaction import Busy, transaction
from anguan.models import (
    Account,
    Base,
    Certificate,
    Employment,
    Enterprise,
    Event,
    ImportedRow,
    Person,
    Qualification,
    Training,
)
from anguan.services.imports import batches, execute
from anguan.services.imports.execute import execute_import
from anguan.services.imports.revert import foreign_references
from anguan.services.refusals import Refused
from tests.support.factories import Scenario
from tests.support.imports import (
    CLERK,
    PEOPLE,
    check_import,
    csv_file,
    number,
    people,
    person,
    read,
    revert,
    run_import,
    sentences,
)

FIRM = compose_uscc("91590100MA0000077")
FIRMS = csv_file(
    ("统一社会信用代码", "企业名称", "法定代表人"), (FIRM, "云南示例丙水电工程有限公司", "白丙川")
)
PAPERS = (
    "证件号码",
    "姓名",
    "类别",
    "电子证书编号",
    "纸质证书编号",
    "单位",
    "首次发证日期",
    "有效期起",
    "有效期至",
)
LEFT = {"import_batch", "import_problem", "imported_row", "event", "stored_file", "counter", "stale_day"}


def register(scenario: Scenario) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table except the provenance that a batch writes."""
    scenario.session.rollback()
    tables = [one for one in Base.metadata.sorted_tables if one.name not in LEFT]
    return {
        one.name: [tuple(row) for row in scenario.session.execute(select(one).order_by(*one.primary_key))]
        for one in tables
    }


def all_kinds(scenario: Scenario) -> list[Any]:
    """An enterprise with its qualification, two people, training, an electronic and a paper certificate."""
    return [
        run_import(scenario, "enterprises", FIRMS),
        run_import(
            scenario,
            "qualifications",
            csv_file(
                ("企业", "资质类别", "资质等级", "资质证书编号", "发证机关", "有效期至"),
                (FIRM, "水利水电工程施工总承包", "三级", "D590001", "示例局", "2030-01-01"),
            ),
        ),
        run_import(scenario, "people", csv_file(PEOPLE, person(1, FIRM), person(2, "", phone=""))),
        run_import(scenario, "training", csv_file(("身份证号", "年度", "学时"), (number(1), "2025", "12"))),
        run_import(
            scenario,
            "certificates",
            csv_file(
                PAPERS,
                (
                    number(1),
                    "新示例",
                    "B",
                    "水安B20240000123",
                    "",
                    FIRM,
                    "2024-01-01",
                    "2024-01-01",
                    "2026-12-31",
                ),
                (number(2), "新示例", "C", "", "旧C1", FIRM, "2023-01-01", "2023-01-01", "2026-12-31"),
            ),
        ),
    ]


@pytest.fixture(autouse=True)
def words(scenario: Scenario) -> None:
    """The dictionaries of qualifications, which the small office lacks."""
    with transaction(scenario.session):
        for name, word in (
            ("qualification_category", "水利水电工程施工总承包"),
            ("qualification_grade", "三级"),
        ):
            scenario.session.execute(
                text(
                    "INSERT INTO dictionary_entry (dictionary, code, label, position, retired) "
                    "VALUES (:name, :word, :word, 1, :no)"
                ),
                {"name": name, "word": word, "no": False},
            )


def test_each_kind_is_written_skipped_the_second_time_and_taken_back(scenario: Scenario) -> None:
    before = register(scenario)
    done = all_kinds(scenario)
    assert [batch.state for batch in done] == ["done"] * 5
    assert [(batch.total, batch.made) for batch in done] == [(1, 1), (1, 1), (2, 2), (1, 1), (2, 2)]
    after = register(scenario)
    again = check_import(scenario, "people", csv_file(PEOPLE, person(1, FIRM), person(2, "", phone="")))
    assert (again.state, again.total, again.made, again.updated) == ("checked", 2, 0, 0)
    with pytest.raises(Refused, match="没有需要导入的"):
        batches.start(scenario.session, CLERK, again.id)
    assert register(scenario) == after
    for batch in reversed(done):
        undone = revert(scenario, batch)
        assert (undone.state, undone.error) == ("undone", "")
    assert register(scenario) == before
    assert not scenario.session.scalars(select(ImportedRow)).all()
    verbs = scenario.session.scalars(select(Event.verb).where(Event.verb.startswith("import"))).all()
    assert sorted(set(verbs)) == ["import", "import_undo", "import_upload"]
    assert verbs.count("import") == verbs.count("import_undo") == 5


def test_what_stands_in_the_register_then(scenario: Scenario) -> None:
    all_kinds(scenario)
    session = scenario.session
    first, second = session.scalars(select(Person).where(Person.name == "新示例").order_by(Person.id))
    assert (first.gender, str(first.birth_date), first.unverified) == ("male", "1970-01-02", False)
    account = session.scalars(select(Account).where(Account.person_id == first.id)).one()
    assert (account.login, account.initial, account.password_hash) == (number(1), "last6", None)
    paper = session.scalars(select(Certificate).where(Certificate.paper_number == "旧C1")).one()
    assert (paper.number, paper.holder_name, paper.unit_uscc) == (None, "新示例", FIRM)
    assert paper.position == "专职安全生产管理人员"
    jobs = session.scalars(select(Employment).where(Employment.person_id == second.id)).all()
    assert [(str(job.started_on), job.enterprise.uscc) for job in jobs] == [("2023-01-01", FIRM)]
    assert session.scalars(select(Qualification)).one().enterprise.uscc == FIRM
    with transaction(session):
        certificate = session.scalars(
            select(Certificate).where(Certificate.number == "水安B20240000123")
        ).one()
        assert certificate_number(session, load_policies(session), certificate, 2024) == "水安B20240000124"


def test_with_random_codes_nobody_logs_in_by_their_number(scenario: Scenario) -> None:
    scenario.policy("initial_secret", "random")
    run_import(scenario, "people", people(1))
    account = scenario.account(number(0))
    assert account.initial == "closed"


def test_every_error_has_a_message_and_nothing_is_written(scenario: Scenario) -> None:
    before = register(scenario)
    holder = scenario.holder.login
    lines = (
        person(1),
        person(1),
        person(2, compose_uscc("91590100MA0000099")),
        person(3, "没有的公司"),
        person(4, education="学霸"),
        person(5, name="示" * 51),
        person(6, since="2099-01-01"),
        person(7, phone="12345"),
        person(8, name="", document=""),
        person(9, name="另一人", document=holder),
        person(10, name="岑禾安", document=holder, phone="", education="", title=""),
        person(11, name="=cmd|' /C calc'!A0"),
    )
    batch = check_import(scenario, "people", csv_file(PEOPLE, *lines))
    said = sentences(scenario, batch)
    assert (batch.state, batch.total, batch.faults, batch.made) == ("faulty", 12, 11, 1)
    wanted = {
        3: "与第 2 行重复",
        4: "没有这家企业",
        5: "没有这家企业",
        6: "不在字典里，可以填：中专、大专",
        7: "最多50个字",
        8: "还没有到",
        9: "手机号应为11位",
        10: "没有填写",
        11: "登记中已有，内容不同：姓名",
        12: "与第 11 行重复",
        13: "姓名里不能有“=”",
    }
    assert {
        line: next((w for w in (wanted[line],) if w in words), words) for line, _, words in said
    } == wanted
    assert not any(number(n) in words for n in range(12) for _, _, words in said)
    assert register(scenario) == before
    with pytest.raises(Refused):
        batches.start(scenario.session, CLERK, batch.id)


def test_certificates_that_cannot_be(scenario: Scenario) -> None:
    run_import(scenario, "people", csv_file(PEOPLE, *(person(n) for n in range(4))))
    firm, holder = scenario.firm(0).uscc, scenario.holder
    days = ("2024-01-01", "2024-01-01", "2026-12-31")
    taken = scenario.certificate().number
    lines = (
        (number(0), "别人", "B", "水安B1", "", firm, *days),
        (number(1), "新示例", "Z", "水安B2", "", firm, *days),
        (number(2), "新示例", "B", "", "", firm, "2024-01-01", "2027-01-01", "2026-12-31"),
        (number(3), "新示例", "C", "水安B9", "", firm, *days),
        (number(3), "新示例", "C", "水安B8", "", firm, *days),
        (number(50), "没有", "C", "水安B7", "", firm, *days),
        (holder.login, holder.name, "B", "水安B6", "", firm, *days),
        (number(2), "新示例", "C", taken, "", firm, *days),
    )
    batch = check_import(scenario, "certificates", csv_file(PAPERS, *lines))
    said = {line: words for line, _, words in sentences(scenario, batch)}
    for line, part in (
        (2, "姓名与登记的不一致"),
        (3, "可以填：企业主要负责人、项目负责人"),
        (4, "至少填一个"),
        (6, "与第 5 行重复"),
        (7, "登记中没有这个证件号码的人"),
        (8, "已有同类别的有效证书"),
        (9, "登记中已有，内容不同：证件号码"),
    ):
        assert part in said.pop(line)
    assert not said


def test_later_hours_replace_earlier_ones_and_come_back(scenario: Scenario) -> None:
    run_import(scenario, "people", people(1))
    head = ("证件号码", "年度", "学时")
    run_import(scenario, "training", csv_file(head, (number(0), "2024", "8"), (number(0), "2025", "12")))
    batch = run_import(
        scenario, "training", csv_file(head, (number(0), "2024", "16"), (number(0), "2025", "12"))
    )
    assert (batch.made, batch.updated) == (0, 1)
    assert hours(scenario) == [(2024, 16), (2025, 12)]
    assert revert(scenario, batch).state == "undone"
    assert hours(scenario) == [(2024, 8), (2025, 12)]


def hours(scenario: Scenario) -> list[tuple[int, int]]:
    """The training hours of the new person."""
    asked = select(Training.year, Training.hours).join(Person).where(Person.document_number == number(0))
    return [(year, count) for year, count in scenario.session.execute(asked.order_by(Training.year))]


def first_use(scenario: Scenario, account: Account) -> None:
    account.initial_until = clock.now()


def look(scenario: Scenario, account: Account) -> None:
    record_event(scenario.session, "see_number", "查看完整号码", CLERK, person=account.person)


def move(scenario: Scenario, account: Account) -> None:
    scenario.session.add(Training(person_id=account.person_id, year=2025, hours=12))


def rename(scenario: Scenario, account: Account) -> None:
    scenario.session.execute(update(Person).where(Person.id == account.person_id).values(name="改名"))


BUILT = (
    (first_use, "账号有 1 条已经改动"),
    (look, "人员已有 1 条操作记录"),
    (move, "人员已有 1 条教育学时"),
    (rename, "人员有 1 条已经改动"),
)


def test_what_was_built_on_is_not_taken_back(scenario: Scenario) -> None:
    for turn, (built, said) in enumerate(BUILT):
        batch = run_import(scenario, "people", people(3, scenario.firm(0).uscc, first=10 * turn))
        with transaction(scenario.session):
            built(scenario, scenario.account(number(10 * turn + 1)))
        before = register(scenario)
        refused = revert(scenario, batch)
        assert (refused.state, said in refused.error) == ("done", True), refused.error
        assert register(scenario) == before


def test_a_revert_checks_every_foreign_key(scenario: Scenario) -> None:
    """A revert checks every foreign key that the database itself reports."""
    inspector = inspect(scenario.engine)
    wanted = {
        (table, key["constrained_columns"][0], key["referred_table"])
        for table in inspector.get_table_names()
        for key in inspector.get_foreign_keys(table)
        if key["referred_columns"] == ["id"]
    }
    assert {
        (child.name, column.name, parent.name) for child, column, parent in foreign_references()
    } == wanted


def test_what_changed_since_the_check_stops_everything(scenario: Scenario) -> None:
    batch = check_import(scenario, "people", people(3))
    with transaction(scenario.session):
        scenario.session.add(Person(document_number=number(2), name="先来的"))
    before = register(scenario)
    batches.start(scenario.session, CLERK, batch.id, queue=False)
    execute_import(scenario.session, scenario.storage, batch.id, lambda _: None)
    stopped = read(scenario, batch.id)
    assert (stopped.state, stopped.faults) == ("faulty", 1)
    assert "登记中已有，内容不同：姓名" in sentences(scenario, stopped)[0][2]
    assert register(scenario) == before


def test_somebody_who_slips_in_while_it_is_written_stops_everything(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = check_import(scenario, "people", people(3))
    batches.start(scenario.session, CLERK, batch.id, queue=False)
    marker = execute.ProvenanceWriter

    class Late(marker):
        def insert(self, name: str, rows: Any) -> list[int]:
            if name == "account":
                self.session.add(Account(login=number(1), name="占", role="auditor", created_at=clock.now()))
                self.session.flush()
            return super().insert(name, rows)

    before = register(scenario)
    monkeypatch.setattr(execute, "ProvenanceWriter", Late)
    with pytest.raises(Busy):
        execute_import(scenario.session, scenario.storage, batch.id, lambda _: None)
    assert register(scenario) == before
    assert read(scenario, batch.id).state == "running"
    monkeypatch.setattr(execute, "ProvenanceWriter", marker)
    execute_import(scenario.session, scenario.storage, batch.id, lambda _: None)
    assert read(scenario, batch.id).state == "done"


@pytest.mark.parametrize("kind", ["postgresql"])
def test_two_imports_at_once_do_not_double(
    scenario: Scenario, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite every writer is alone anyway."""
    monkeypatch.setitem(LOCK_TIMEOUT_MS, "postgresql", 200)
    head = ("企业", "资质类别", "资质等级", "资质证书编号", "发证机关")
    other = Scenario(scenario.url)

    with transaction(scenario.session):
        scenario.session.execute(text("DELETE FROM imported_row"))
        scenario.session.execute(text("DELETE FROM qualification"))
    line = (scenario.firm(0).uscc, "水利水电工程施工总承包", "三级", "D1", "示例局")
    ours, theirs = (check_import(one, "qualifications", csv_file(head, line)).id for one in (scenario, other))
    batches.start(scenario.session, CLERK, ours, queue=False)
    batches.start(other.session, CLERK, theirs, queue=False)
    met = []

    def meet(_: str) -> None:
        if not met:
            met.append(True)
            try:
                execute_import(other.session, other.storage, theirs, lambda _: None)
            except Busy:
                met.append(False)

    monkeypatch.setattr(
        execute, "crash_point", lambda point: meet(point) if point == "import_written" else None
    )
    execute_import(scenario.session, scenario.storage, ours, lambda _: None)
    monkeypatch.setattr(execute, "crash_point", lambda point: None)
    execute_import(other.session, other.storage, theirs, lambda _: None)
    other.session.rollback()
    assert len(scenario.session.scalars(select(Qualification)).all()) == 1
    other.close()


def test_a_thousand_faults_are_kept_and_all_are_counted(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anguan.services.imports.checking.MOST_FAULTS", 3)
    batch = check_import(scenario, "people", csv_file(PEOPLE, *(person(n, phone="1") for n in range(5))))
    assert (batch.faults, len(sentences(scenario, batch))) == (5, 3)


def test_a_file_of_nothing_but_headings(scenario: Scenario) -> None:
    batch = check_import(scenario, "people", csv_file(PEOPLE, ("", "", "")))
    assert (batch.state, "没有数据" in batch.error) == ("failed", True)


def test_two_firms_of_one_name_are_asked_apart(scenario: Scenario) -> None:
    with transaction(scenario.session):
        name = scenario.firm(0).name
        scenario.session.add(Enterprise(uscc=FIRM, name=name))
    batch = check_import(scenario, "people", csv_file(PEOPLE, person(1, name)))
    assert "有 2 家企业叫这个名称" in sentences(scenario, batch)[0][2]
