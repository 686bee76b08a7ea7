"""Settings: rows that override declared defaults, a version and an event for each save, and restoring."""

import json

import pytest

from anguan.core import clock
from anguan.domain.policies import load_policies
from anguan.infra import settings
from anguan.infra.events import Actor
from anguan.infra.transaction import transaction
from anguan.matters.in_force import declared, in_force
from anguan.models import (
    DictionaryEntry,
    Event,
    LoginSession,
    MaterialConfig,
    PolicyValue,
    Reason,
    RuleConfig,
    SettingVersion,
    Training,
)
from tests.support.client import Browser
from tests.support.factories import Scenario
from tests.support.panel_client import Office
from tests.support.rules import as_declared

RENEWAL = "certificate_renewal"
PAPER = {"hint": "看清", "required": "1", "accept": "image,pdf", "limit_mb": "10", "position": "0"}
CLERK = Actor(None, "测试")


@pytest.fixture
def admin(office: Office) -> Browser:
    browser = office.enter("administrator")
    browser.get("/panel/matters/")
    return browser


def now_in_force(office: Office, code: str = RENEWAL):
    office.scenario.session.rollback()
    return in_force(office.scenario.session, code)


def test_a_declared_material_is_listed_before_it_has_a_row(office: Office, admin: Browser) -> None:
    page = admin.get(f"/panel/matters/{RENEWAL}").text
    for material in declared(RENEWAL).materials:
        assert material.title in page
    for rule in declared(RENEWAL).rules:
        assert rule.title in page
    form = admin.get(f"/panel/materials/new/?matter={RENEWAL}&code=training").text
    assert "有效期内每年不少于" in form


def test_rewording_a_material_is_in_force_at_once_and_can_be_reset(office: Office, admin: Browser) -> None:
    address = f"/panel/materials/new/?matter={RENEWAL}&code=training"
    assert admin.post(address, title="年度教育证明", **PAPER).status_code == 302
    found = {material.code: material for material in now_in_force(office).materials}
    assert found["training"].title == "年度教育证明"
    assert found["training"].hint == "看清"
    assert [material.code for material in now_in_force(office).materials] == [
        material.code for material in declared(RENEWAL).materials
    ]
    (event,) = office.events("change_setting")
    assert event.actor == "管理员"
    assert json.loads(event.after)["materials"][0]["title"] == "年度教育证明"
    (version,) = office.clients.all(SettingVersion)
    assert (version.scope, version.version) == (f"matter:{RENEWAL}", 1)
    assert (
        admin.post("/panel/versions/restore", scope=f"matter:{RENEWAL}", version="previous").status_code
        == 302
    )
    assert now_in_force(office).materials == as_declared(RENEWAL).materials
    assert not office.clients.all(MaterialConfig)
    assert office.events("restore_setting")
    assert now_in_force(office).version == 2


def test_a_new_material_is_asked_of_whom_it_concerns_and_can_be_removed(
    office: Office, admin: Browser
) -> None:
    address = f"/panel/materials/new/?matter={RENEWAL}"
    paper = PAPER | {"position": "5", "when_code": "is_kind_b"}
    assert (
        admin.post(address, code="accident_insurance", title="意外伤害保险凭证", **paper).status_code == 302
    )
    first = now_in_force(office).materials[0]
    assert (first.code, first.title) == ("accident_insurance", "意外伤害保险凭证")
    request = office.scenario.begin(RENEWAL)
    office.scenario.fill(request)
    assert office.scenario.submit(request).state == "submitted"
    assert "accident_insurance" in {row.material for row in request.attachments}
    answer = admin.post(address, code="accident_insurance", title="再来一次", **paper)
    assert answer.status_code == 400
    assert "这个代码已经有了" in answer.text
    row = office.clients.all(MaterialConfig)[0]
    assert admin.post("/panel/materials/delete/", id=str(row.id)).status_code == 302
    assert now_in_force(office).materials == as_declared(RENEWAL).materials
    office.scenario.session.rollback()
    assert request.definition == 1


def test_errors_are_shown_at_the_field_and_nothing_is_saved(office: Office, admin: Browser) -> None:
    answer = admin.post(
        f"/panel/materials/new/?matter={RENEWAL}",
        code="Nein!",
        title="",
        hint="留着",
        limit_mb="99",
        accept="exe",
    )
    assert answer.status_code == 400
    for words in ("只用小写字母", "请填写", "1 到 20 之间", "请从列表中选择一项", "留着"):
        assert words in answer.text, words
    assert not office.clients.all(SettingVersion)
    assert admin.get("/panel/materials/new/?matter=nothing").status_code == 404
    assert admin.get("/panel/rules/new/?matter=certificate_renewal&rule=nothing").status_code == 404


def test_the_texts_and_dates_of_a_matter(office: Office, admin: Browser) -> None:
    address = f"/panel/matters/new/?matter={RENEWAL}"
    words = {
        "title": "证书延续",
        "guide": declared(RENEWAL).guide,
        "approved_text": "好了",
        "promised_days": "12",
    }
    assert (
        admin.post(address, enabled="1", opens_on="20260101", closes_on="2099.1.1", **words).status_code
        == 302
    )
    matter = now_in_force(office)
    assert (matter.promised_days, matter.approved_text, matter.enabled) == (12, "好了", True)
    assert matter.title == declared(RENEWAL).title
    answer = admin.get(address)
    assert answer.status_code == 302
    form = admin.get(answer.location).text
    assert "2099-01-01" in form
    assert admin.post(answer.location, **(words | {"promised_days": "0"})).status_code == 400
    assert (
        "截止日不能早于开始日"
        in admin.post(answer.location, opens_on="2026-02-01", closes_on="2026-01-01", **words).text
    )
    assert admin.post(answer.location, **words).status_code == 302
    assert not now_in_force(office).enabled


def test_a_question_is_asked_and_its_answer_kept(office: Office, admin: Browser) -> None:
    address = "/panel/questions/new/?matter=profile_change"
    assert (
        admin.post(address, code="reason", label="为什么改", kind="choice", options="一个").status_code == 400
    )
    form = {"code": "reason", "label": "为什么改", "kind": "choice", "options": "搬家，换号", "required": "1"}
    assert admin.post(address, **form).status_code == 302
    matter = now_in_force(office, "profile_change")
    assert matter.field("question.reason").label == "为什么改"
    filed = office.scenario.filed("profile_change")
    browser = office.enter("reviewer")
    page = browser.get(f"/panel/requests/{filed.id}").text
    assert "为什么改" in page
    assert "搬家" in page


def test_the_severity_of_a_rule_is_lowered_and_reset(office: Office, admin: Browser) -> None:
    rule = declared(RENEWAL).rules[-2].code
    address = f"/panel/rules/new/?matter={RENEWAL}&rule={rule}"
    assert admin.post(address, severity="off").status_code == 302
    assert rule not in {found.code for found in now_in_force(office).rules}
    row = office.clients.all(RuleConfig)[0]
    admin.post("/panel/rules/delete/", id=str(row.id))
    assert rule in {found.code for found in now_in_force(office).rules}


def test_policies_accept_valid_values_and_can_be_reset(office: Office, admin: Browser) -> None:
    address = "/panel/policies/edit/?id=training_hours_per_year"
    assert "12" in admin.get(address).text
    answer = admin.post(address, value="很多")
    assert answer.status_code == 400
    assert "请填 0 到 200 之间的整数" in answer.text
    assert admin.post(address, value="16").status_code == 302
    office.scenario.session.rollback()
    assert load_policies(office.scenario.session).training_hours_per_year == 16
    admin.post("/panel/policies/delete/", id="training_hours_per_year")
    office.scenario.session.rollback()
    assert load_policies(office.scenario.session).training_hours_per_year == 12
    assert admin.get("/panel/policies/edit/?id=demo").status_code == 404
    assert admin.post("/panel/policies/edit/?id=demo", value="x").status_code == 404
    for pattern in (
        "{kind}{year}",
        "{kind.__class__}{year}{seq}",
        "{kind}{year}{seq:099999999d}",
        "{",
        "{x}{kind}{year}{seq}",
    ):
        assert admin.post("/panel/policies/edit/?id=certificate_number", value=pattern).status_code == 400, (
            pattern
        )
    good = admin.post(
        "/panel/policies/edit/?id=certificate_number", value="滇{prov}水安{kind}{year}{seq:07d}"
    )
    assert good.status_code == 302


def test_the_state_before_the_first_save_is_kept_too(office: Office, admin: Browser) -> None:
    first = office.clients.all(PolicyValue, name="edit_minutes")[0].value
    admin.post("/panel/policies/edit/?id=edit_minutes", value="7")
    assert [row.version for row in office.clients.all(SettingVersion, scope="policies")] == [1, 2]
    admin.post("/panel/versions/restore", scope="policies", version="previous")
    assert office.clients.all(PolicyValue, name="edit_minutes")[0].value == first
    assert "恢复到第 1 版" in office.events("restore_setting")[0].sentence
    admin.post("/panel/versions/restore", scope="policies", version="0")
    assert "恢复为系统默认" in " ".join(event.sentence for event in office.events("restore_setting"))
    assert "修改" in admin.get("/panel/versions/?scope=policies").text


def test_dictionaries_and_reasons(office: Office, admin: Browser) -> None:
    form = {"dictionary": "region", "code": "12", "label": "示例州", "position": "3"}
    assert admin.post("/panel/dictionaries/new/", **form).status_code == 400
    assert admin.post("/panel/dictionaries/new/", **(form | {"code": "590900"})).status_code == 302
    row = office.clients.all(DictionaryEntry, dictionary="region")[0]
    assert "示例州" in admin.get("/panel/dictionaries/?flt_dictionary=region").text
    assert (
        admin.post(f"/panel/dictionaries/edit/?id={row.id}", label="示例二州", code="999999").status_code
        == 302
    )
    row = office.clients.all(DictionaryEntry, dictionary="region")[0]
    assert (row.code, row.label) == ("590900", "示例二州")
    items = ["paper:employment", "paper:training"]
    reason = {"code": "blurred", "items": items, "sentence": "看不清", "remedy": "请重拍"}
    assert admin.post("/panel/reasons/new/", **reason).status_code == 302
    saved = office.clients.all(Reason)[0]
    assert (saved.sentence, saved.items, saved.matters) == ("看不清", tuple(sorted(items)), ())
    assert (
        admin.post("/panel/reasons/new/", **(reason | {"code": "x", "items": "paper:nothing"})).status_code
        == 400
    )


def test_dangerous_settings_ask_for_the_password_again(office: Office, admin: Browser) -> None:
    with office.clients.rows() as session:
        for row in session.query(LoginSession):
            row.proved_at = clock.now() - clock.now().resolution * 60_000_000 * 11
    answer = admin.post("/panel/policies/edit/?id=training_hours_per_year", value="16")
    assert answer.status_code == 302
    assert "/reauth" in answer.location
    assert not office.events("change_setting")


def test_a_save_that_changes_nothing_makes_no_version(office: Office, admin: Browser) -> None:
    admin.post("/panel/policies/edit/?id=training_hours_per_year", value="16")
    before = len(office.clients.all(SettingVersion))
    admin.post("/panel/policies/edit/?id=training_hours_per_year", value="16")
    assert len(office.clients.all(SettingVersion)) == before


def test_restoring_brings_back_every_table_of_the_scope(scenario: Scenario) -> None:
    session = scenario.session
    scope = f"matter:{RENEWAL}"

    def add(opened) -> None:
        opened.add(MaterialConfig(matter=RENEWAL, code="one", title="一"))
        opened.add(RuleConfig(matter=RENEWAL, rule="people.is_complete", severity="warn"))

    settings.change(session, CLERK, scope, "加", add)
    whole = settings.read_scope(session, scope)
    settings.change(session, CLERK, scope, "清", lambda s: [s.delete(row) for row in s.query(MaterialConfig)])
    assert settings.restore_previous(session, CLERK, scope) == 3
    assert settings.read_scope(session, scope) == whole
    with pytest.raises(settings.NoEarlierVersion):
        settings.restore(session, CLERK, scope, 9)
    with pytest.raises(LookupError):
        settings.read_scope(session, "nothing")
    assert len(session.query(Event).filter(Event.verb == "change_setting").all()) == 2


def test_hours_are_entered_for_a_person_who_is_registered(office: Office) -> None:
    browser = office.enter("senior_reviewer")
    person = office.scenario.holder.person
    browser.get("/panel/training/new/")
    answer = browser.post("/panel/training/new/", person="590101198001010013", year="2031", hours="12")
    assert answer.status_code == 400
    assert "没有登记这个证件号码的人" in answer.text
    form = {"person": person.document_number.lower(), "year": "2031", "hours": "14"}
    assert browser.post("/panel/training/new/", **form).status_code == 302
    (row,) = office.clients.all(Training, year=2031)
    assert row.person_id == person.id
    assert "已经登记过" in browser.post("/panel/training/new/", **form).text
    assert (
        browser.post(f"/panel/training/edit/?id={row.id}", year="2031", hours="20", person_id="2").status_code
        == 302
    )
    assert browser.post("/panel/training/delete/", id=str(row.id)).status_code == 302
    said = [event.sentence for event in office.events("change_fact")]
    assert [sentence[:2] for sentence in said] == ["登记", "修改", "删除"]
    assert {event.person_id for event in office.events("change_fact")} == {person.id}


def test_lists_of_a_reason_are_kept_by_an_unchanged_save_and_by_a_restored_version(
    office: Office, admin: Browser
) -> None:
    with transaction(office.scenario.session) as session:
        session.add(Reason(code="one", sentence="甲", items=("paper:gone", "paper:training"), kinds=("B",)))
    (row,) = office.clients.all(Reason)
    page = admin.get(f"/panel/reasons/edit/?id={row.id}").text
    assert "paper:gone（已停用）" in page
    form = {"sentence": "乙", "items": ["paper:gone", "paper:training"], "kinds": ["B"], "position": "0"}
    assert admin.post(f"/panel/reasons/edit/?id={row.id}", **form).status_code == 302
    form |= {"items": "paper:training", "kinds": ["A", "B"], "matters": "certificate_change"}
    assert admin.post(f"/panel/reasons/edit/?id={row.id}", **form).status_code == 302
    (row,) = office.clients.all(Reason)
    assert (row.items, row.kinds, row.matters) == (("paper:training",), ("A", "B"), ("certificate_change",))
    admin.post("/panel/versions/restore", scope="reasons", version="2")
    (row,) = office.clients.all(Reason)
    assert (row.sentence, set(row.items), row.kinds, row.matters) == (
        "乙", {"paper:gone", "paper:training"}, ("B",), (),
    )  # fmt: skip
