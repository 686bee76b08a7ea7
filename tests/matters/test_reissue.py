"""证书补办: the same certificate again with its own mark; the old edition is superseded."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from anguan.core.matter import Matter
from anguan.domain.editions import latest_edition, make_edition, printed_facts
from anguan.infra.transaction import transaction
from anguan.matters import catalog
from anguan.matters import in_force as module
from anguan.matters.certificate_reissue import LOST, MATTER
from anguan.models import Certificate, Edition, Outbox
from anguan.public.verification_result import check_token
from anguan.public.words import Result
from anguan.services.refusals import InvalidSubmission, Refused
from anguan.services.requests import filing
from anguan.services.requests.drafts import read_draft
from anguan.services.review.new_editions import enqueue_rendering
from anguan.worker.certificate_jobs import read_facts
from tests.support.factories import Scenario
from tests.support.rules import write

REASON = "question.reissue_reason"


def reissue(scenario: Scenario, reason: str = LOST) -> Edition:
    """An approved request; gives the edition that it made."""
    scenario.approve(scenario.filed(MATTER, **{REASON: reason}))
    edition = latest_edition(scenario.session, scenario.certificate().id)
    assert edition is not None
    return edition


def edition_before(scenario: Scenario) -> Edition:
    """The edition that the holder has."""
    with transaction(scenario.session) as session:
        edition = make_edition(session, scenario.certificate())
        enqueue_rendering(session, edition.id)
    return edition


def facts_of(certificate: Certificate) -> dict[str, object]:
    """What must stay: number, dates and state, and everything printed."""
    return printed_facts(certificate) | {"status": certificate.status}


def test_the_same_certificate_is_made_again_and_the_old_edition_superseded(scenario: Scenario) -> None:
    old = edition_before(scenario)
    before = facts_of(scenario.certificate())
    new = reissue(scenario)
    scenario.session.expire_all()
    assert facts_of(scenario.certificate()) == before
    assert (old.version, new.version) == (1, 2)
    assert json.loads(new.facts) == json.loads(old.facts) | {"note": "补"}
    assert read_facts(scenario.session, new)["note"] == "补"
    stale, valid = check_token(scenario.session, old.qr_token), check_token(scenario.session, new.qr_token)
    assert stale is not None
    assert (stale.result, stale.word) == (Result.SUPERSEDED, "这一版已被新版本替代")
    assert valid is not None
    assert valid.tone == "ok"
    assert any("第 2 版（补）" in row.text for row in valid.rows)


def test_nothing_else_makes_it_a_third_time_and_a_changed_fact_drops_the_mark(scenario: Scenario) -> None:
    second = reissue(scenario)
    scenario.approve(
        scenario.filed("profile_change", **{"person.title": "工程师", "person.phone": "13911112222"})
    )
    assert latest_edition(scenario.session, scenario.certificate().id) == second
    scenario.approve(scenario.filed("profile_change", **{"person.title": "高级工程师"}))
    third = latest_edition(scenario.session, scenario.certificate().id)
    assert third is not None
    assert (third.version, json.loads(third.facts)["title"]) == (2, "高级工程师")
    assert "note" not in json.loads(third.facts)


def test_a_lost_one_wants_its_statement_and_a_damaged_one_does_not(scenario: Scenario) -> None:
    request = scenario.begin(MATTER)
    filing.save(scenario.session, request.filer, request.id, {REASON: "damaged"})
    assert [slot.material.code for slot in read_draft(scenario.session, request).slots] == ["application"]
    scenario.attach(request, "application")
    filing.save(scenario.session, request.filer, request.id, {REASON: LOST})
    with pytest.raises(InvalidSubmission) as faulty:
        scenario.submit(request)
    assert {fault.anchor for fault in faulty.value.faults} == {"paper:loss_statement"}
    filing.save(scenario.session, request.filer, request.id, {REASON: "damaged"})
    assert scenario.submit(request).state == "submitted"


@pytest.mark.parametrize("typed", ["", "stolen", "补"])
def test_no_other_reason_is_taken(scenario: Scenario, typed: str) -> None:
    request = scenario.begin(MATTER)
    scenario.fill(request, **{REASON: typed})
    with pytest.raises(InvalidSubmission) as faulty:
        scenario.submit(request)
    assert f"field:{REASON}" in {fault.anchor for fault in faulty.value.faults}


def test_a_paper_certificate_is_sent_to_its_change(scenario: Scenario) -> None:
    with scenario.refused("请先点“变更”换发电子证书"):
        scenario.begin(MATTER, scenario.paper_holder)


def test_what_ended_while_it_waited_is_not_made_again(scenario: Scenario) -> None:
    request = scenario.filed(MATTER)
    write(scenario, scenario.certificate(), status="cancelled")
    with scenario.refused("不能再通过"):
        scenario.approve(request)
    assert scenario.session.scalars(select(Edition)).all() == []


def test_the_engine_refuses_to_announce_what_it_cannot_make(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its rules the matter could be approved for a certificate that has no number."""
    lax: Matter = replace(MATTER, rules=())
    monkeypatch.setattr(catalog, "CATALOG", (lax,))
    request = scenario.filed(lax, scenario.paper_holder)
    with pytest.raises(Refused, match="不能制作"):
        scenario.approve(request)
    assert request.state == "submitted"
    assert scenario.session.scalars(select(Outbox.key).where(Outbox.kind == "draw_edition")).all() == []


def test_a_question_of_the_office_does_not_replace_the_declared_one(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {
        "code": "reissue_reason", "label": "别的问题", "kind": "text", "options": "", "required": True,
        "hint": "", "position": 0, "retired": False,
    }  # fmt: skip
    rows = {"questions": [row, {**row, "code": "other"}]}
    monkeypatch.setattr(module, "newest", lambda *_: {MATTER.code: (1, rows)})
    labels = [field.label for field in module.in_force(scenario.session, MATTER.code).asked]
    assert labels == ["补办原因", "别的问题"]


def test_only_a_certificate_is_printed_again() -> None:
    with pytest.raises(ValueError, match="only a certificate"):
        replace(MATTER, subject="person")
    with pytest.raises(ValueError, match="a note needs"):
        replace(MATTER, reprints=False)


def test_the_dates_are_those_of_the_register(scenario: Scenario) -> None:
    write(scenario, scenario.certificate(), first_issued=date(2016, 5, 4))
    assert json.loads(reissue(scenario, "damaged").facts)["first_issued"] == "2016-05-04"
