"""Brackets of either width are equal wherever a certificate number or an enterprise is looked up."""

from pathlib import Path

import pytest

from anguan.infra.transaction import transaction
from anguan.public.verification_result import check_number
from tests.support.factories import Scenario
from tests.support.imports import check_import, csv_file, sentences
from tests.support.panel_client import open_office
from tests.support.portal_client import Holder, open_portal

WIDE, NARROW = "云水安B（2025）00003", "云水安B(2025)00003"
FIRM_WIDE, FIRM_NARROW = "云南示例（集团）有限公司", "云南示例(集团)有限公司"
either = pytest.mark.parametrize(
    ("kept", "typed", "firm", "firm_typed"),
    [(WIDE, NARROW, FIRM_WIDE, FIRM_NARROW), (NARROW, WIDE, FIRM_NARROW, FIRM_WIDE)],
    ids=["registered wide", "registered narrow"],
)


def register(scenario: Scenario, number: str, firm: str) -> None:
    """Give the holder's certificate this number and its enterprise this name."""
    with transaction(scenario.session):
        certificate = scenario.certificate()
        certificate.number, certificate.unit_name = number, firm
        scenario.firm(0).name = firm


@either
def test_verification_and_searches(
    scenario: Scenario, tmp_path: Path, kept: str, typed: str, firm: str, firm_typed: str
) -> None:
    register(scenario, kept, firm)
    found = check_number(scenario.session, typed, scenario.certificate().holder_name)
    assert found is not None
    assert found.number == kept
    with open_portal(scenario, tmp_path) as clients:
        holder = Holder(clients, scenario.holder)
        for words in (firm_typed, firm_typed[2:8]):
            answer = holder.browser.get("/my/enterprises", query_string={"q": words})
            assert [one["label"] for one in answer.json] == [firm]
    with open_office(scenario, tmp_path) as office:
        browser = office.enter("reviewer")
        for listed, words, shown in (
            ("certificates", typed, kept),
            ("enterprises", firm_typed[:8], firm),
        ):
            browser.get(f"/panel/{listed}/")
            answer = browser.post(f"/panel/{listed}/find", search=words)
            assert shown in browser.get(answer.location).text, (listed, words)


@either
def test_imports_find_the_registered_one(
    scenario: Scenario, kept: str, typed: str, firm: str, firm_typed: str
) -> None:
    register(scenario, kept, firm)
    one = scenario.certificate()
    person, code = scenario.holder.person, scenario.firm(0).uscc
    days = [str(day) for day in (one.first_issued, one.valid_from, one.valid_until)]
    head = ("证件号码", "证书类别", "电子证书编号", "工作单位", "首次发证日期", "有效期开始", "有效期结束")
    data = csv_file(head, (person.document_number, "B", typed, firm_typed, *days))
    batch = check_import(scenario, "certificates", data)
    assert (batch.state, batch.made) == ("checked", 0), sentences(scenario, batch)
    data = csv_file(("统一社会信用代码", "企业名称"), (code, firm_typed))
    batch = check_import(scenario, "enterprises", data)
    assert (batch.state, batch.made) == ("checked", 0), sentences(scenario, batch)


def test_one_number_in_both_widths_is_a_duplicate_in_a_file(scenario: Scenario) -> None:
    one = scenario.certificate()
    days = [str(day) for day in (one.first_issued, one.valid_from, one.valid_until)]
    head = ("证件号码", "证书类别", "纸质证书编号", "工作单位", "首次发证日期", "有效期开始", "有效期结束")
    rows = [
        (account.person.document_number, "C", number, scenario.firm(0).uscc, *days)
        for account, number in ((scenario.stranger, WIDE), (scenario.paper_holder, NARROW))
    ]
    batch = check_import(scenario, "certificates", csv_file(head, *rows))
    assert "与第 2 行重复" in " ".join(words for _, _, words in sentences(scenario, batch))
