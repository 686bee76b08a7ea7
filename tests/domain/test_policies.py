"""Policies: one declaration each, typed, and texts that are filled from them or refused."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from anguan.core.placeholders import fill, names_in
from anguan.domain.policies import (
    DECLARED,
    Policies,
    freeze_policies,
    load_policies,
    read_policies,
    thaw_policies,
)
from anguan.infra.events import actor_of
from anguan.infra.settings import change
from anguan.matters.catalog import CATALOG
from anguan.matters.in_force import in_force
from anguan.models import Base, MaterialConfig, MatterConfig
from tests.support.factories import Scenario
from tests.support.panel_client import Office, open_office

RENEWAL = "certificate_renewal"
TYPES = {"whole": int, "switch": bool, "text": str, "choice": str}


@pytest.fixture
def office(scenario: Scenario, tmp_path: Path) -> Iterator[Office]:
    with open_office(scenario, tmp_path) as opened:
        yield opened


def publish(office: Office, *rows: Base) -> None:
    """Publish rows for the renewal without the validation of the forms."""
    scenario = office.scenario
    actor = actor_of(scenario.account("ADMIN"))
    change(scenario.session, actor, f"matter:{RENEWAL}", "改设置", lambda session: session.add_all(rows))


def test_each_policy_has_its_declaration_and_a_default_of_its_type() -> None:
    hints = get_type_hints(Policies)
    assert [one.name for one in fields(Policies)] == list(DECLARED) == list(hints)
    for name, policy in DECLARED.items():
        value = getattr(Policies(), name)
        assert policy.value(policy.default) == value, name
        assert policy.value(policy.text(value)) == value, name
        assert policy.title
        if policy.kind == "choice":
            assert {code for code, _ in policy.options} == set(get_args(hints[name])), name
        elif policy.kind == "date":
            assert value is None, name
        else:
            assert hints[name] is type(value) is TYPES[policy.kind], name
        if policy.kind == "whole":
            assert policy.unit, name
            assert policy.minimum <= value <= policy.maximum, name


def test_an_unknown_name_is_no_policy_and_a_wrong_value_says_so() -> None:
    assert read_policies({"demo": "2026-01-01"}) == Policies()
    assert not hasattr(Policies(), "renewal_yers")
    with pytest.raises(ValueError, match="每年安全教育学时"):
        read_policies({"training_hours_per_year": "many"})


def test_what_is_kept_of_a_request_are_the_fixed_policies_and_the_others_stay_new() -> None:
    then = read_policies({"training_hours_per_year": "5", "one_filing": "off", "review_phone": "1"})
    now = read_policies({"training_hours_per_year": "20", "review_phone": "2", "undo_seconds": "7"})
    judged = thaw_policies(freeze_policies(then), now)
    assert (judged.training_hours_per_year, judged.one_filing) == (5, False)
    assert (judged.review_phone, judged.undo_seconds) == ("2", 7)
    assert thaw_policies("", now) == now


def test_every_placeholder_of_the_catalogue_is_a_policy() -> None:
    spoken = {name for matter in CATALOG for name in names_in(repr(matter))}
    assert {"renewal_open_months", "training_hours_per_year", "photo_min_width"} <= spoken
    assert spoken <= set(DECLARED)


def test_the_texts_of_a_matter_follow_the_policies(scenario: Scenario) -> None:
    scenario.policy("training_hours_per_year", "17")
    scenario.policy("renewal_close", "on_day")
    matter = in_force(scenario.session, RENEWAL)
    training = next(material for material in matter.materials if material.code == "training")
    assert training.hint == "有效期内每年不少于 17 学时。"
    assert "每年不少于 17 学时" in "".join(matter.commitments)
    assert "最迟到期当日24:00前提交" in matter.guide
    assert "{" not in repr(matter)


def test_the_size_of_files_is_that_of_the_materials(office: Office) -> None:
    page = office.clients.browser()
    assert "每份不超过 10 MB" in page.get(f"/guide/{RENEWAL}").text
    limits = {"training": 4, "application": 15}
    publish(office, *(MaterialConfig(matter=RENEWAL, code=code, limit_mb=mb) for code, mb in limits.items()))
    assert "每份不超过 4～15 MB" in page.get(f"/guide/{RENEWAL}").text


def test_a_value_is_not_read_as_a_placeholder_and_stray_braces_stay() -> None:
    assert fill("{a}", {"a": "{b}", "b": "x"}) == "｛b｝"
    for text in ("{", "}", "{}", "{{}}", "{0}", "{x!r:>9}", "{unknown}"):
        assert fill(text, Policies().placeholders) == text


def test_words_of_the_office_may_hold_placeholders_and_unknown_ones_are_refused(office: Office) -> None:
    admin = office.enter("administrator")
    address = f"/panel/matters/new/?matter={RENEWAL}"
    form = {"title": "证书延续", "promised_days": "8", "enabled": "y"}
    admin.get(address)
    for wrong, words in (("满 {hours} 学时", "没有这样的变量：{hours}"), ("满 {ready_hours", "花括号要成对")):
        answer = admin.post(address, guide=wrong, approved_text="好", **form)
        assert answer.status_code == 400
        assert words in answer.text
    assert not office.clients.all(MatterConfig)
    answer = admin.post(
        address, guide="满 {training_hours_per_year} 学时", approved_text="{ready_hours} 小时", **form
    )
    assert answer.status_code == 302
    office.clients.policy("training_hours_per_year", "19")
    assert "满 19 学时" in admin.get(f"/guide/{RENEWAL}").text
    paper = {"required": "y", "accept": "image,pdf", "limit_mb": "10", "position": "5", "when_code": ""}
    address = f"/panel/materials/new/?matter={RENEWAL}&code=training"
    admin.get(address)
    assert admin.post(address, title="记录", hint="{学时}", **paper).status_code == 400
    assert not office.clients.all(MaterialConfig)
    assert admin.post(address, title="记录", hint="满 {ready_hours} 时", **paper).status_code == 302
    assert "满 24 时" in admin.get(f"/guide/{RENEWAL}").text


def test_braces_that_stand_in_rows_already_do_no_harm(office: Office) -> None:
    publish(office, MatterConfig(matter=RENEWAL, guide="旧文字 {x} {0} {{ }"))
    office.clients.policy("certificate_number", "{prov}水安{kind}{year}{seq:07d}")
    admin = office.enter("administrator")
    assert "旧文字 {x} {0} {{ }" in admin.get(f"/guide/{RENEWAL}").text
    assert admin.get(f"/panel/matters/{RENEWAL}").status_code == 200
    assert load_policies(office.scenario.session) == read_policies({"edit_minutes": "0", "undo_seconds": "0"})


def test_the_page_of_the_policies_says_which_are_not_retroactive(office: Office) -> None:
    admin = office.enter("administrator")
    for name, policy in DECLARED.items():
        page = admin.get(f"/panel/policies/edit/?id={name}").text
        assert ("对已提交的申请不起作用" in page) == policy.fixed, name
