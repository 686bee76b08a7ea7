"""证书补办: the same certificate once more, with its own mark; the old sheet is superseded."""

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
from tests.support.factories import World
from tests.support.rules import write

REASON = "question.reissue_reason"


def reissue(world: World, reason: str = LOST) -> Edition:
    """An approved request; gives the edition that it made."""
    world.approve(world.filed(MATTER, **{REASON: reason}))
    edition = latest_edition(world.session, world.certificate().id)
    assert edition is not None
    return edition


def drawn_before(world: World) -> Edition:
    """The sheet in the holder's hands."""
    with transaction(world.session) as session:
        edition = make_edition(session, world.certificate())
        enqueue_rendering(session, edition.id)
    return edition


def facts_of(certificate: Certificate) -> dict[str, object]:
    """What must stay: number, dates and state, and everything printed."""
    return printed_facts(certificate) | {"status": certificate.status}


def test_the_same_certificate_is_made_again_and_the_old_sheet_superseded(world: World) -> None:
    old = drawn_before(world)
    before = facts_of(world.certificate())
    new = reissue(world)
    world.session.expire_all()
    assert facts_of(world.certificate()) == before
    assert (old.version, new.version) == (1, 2)
    assert json.loads(new.facts) == json.loads(old.facts) | {"note": "补"}
    assert read_facts(world.session, new)["note"] == "补"
    stale, valid = check_token(world.session, old.qr_token), check_token(world.session, new.qr_token)
    assert stale is not None
    assert (stale.result, stale.word) == (Result.SUPERSEDED, "这一版已被新版本替代")
    assert valid is not None
    assert valid.tone == "ok"
    assert any("第 2 版（补）" in row.text for row in valid.rows)


def test_nothing_else_makes_it_a_third_time_and_a_changed_fact_drops_the_mark(world: World) -> None:
    second = reissue(world)
    world.approve(world.filed("profile_change", **{"person.title": "工程师", "person.phone": "13911112222"}))
    assert latest_edition(world.session, world.certificate().id) == second
    world.approve(world.filed("profile_change", **{"person.title": "高级工程师"}))
    third = latest_edition(world.session, world.certificate().id)
    assert third is not None
    assert (third.version, json.loads(third.facts)["title"]) == (2, "高级工程师")
    assert "note" not in json.loads(third.facts)


def test_a_lost_one_wants_its_statement_and_a_damaged_one_does_not(world: World) -> None:
    request = world.begin(MATTER)
    filing.save(world.session, request.filer, request.id, {REASON: "damaged"})
    assert [slot.material.code for slot in read_draft(world.session, request).slots] == ["application"]
    world.attach(request, "application")
    filing.save(world.session, request.filer, request.id, {REASON: LOST})
    with pytest.raises(InvalidSubmission) as faulty:
        world.submit(request)
    assert {fault.anchor for fault in faulty.value.faults} == {"paper:loss_statement"}
    filing.save(world.session, request.filer, request.id, {REASON: "damaged"})
    assert world.submit(request).state == "submitted"


@pytest.mark.parametrize("typed", ["", "stolen", "补"])
def test_no_other_reason_is_taken(world: World, typed: str) -> None:
    request = world.begin(MATTER)
    world.fill(request, **{REASON: typed})
    with pytest.raises(InvalidSubmission) as faulty:
        world.submit(request)
    assert f"field:{REASON}" in {fault.anchor for fault in faulty.value.faults}


def test_a_paper_certificate_is_sent_to_its_change(world: World) -> None:
    with world.refused("请先点“变更”换发电子证书"):
        world.begin(MATTER, world.paper_holder)


def test_what_ended_while_it_waited_is_not_made_again(world: World) -> None:
    request = world.filed(MATTER)
    write(world, world.certificate(), status="cancelled")
    with world.refused("不能再通过"):
        world.approve(request)
    assert world.session.scalars(select(Edition)).all() == []


def test_the_engine_refuses_to_announce_what_it_cannot_make(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its rules the matter could be approved about a certificate that has no number."""
    lax: Matter = replace(MATTER, rules=())
    monkeypatch.setattr(catalog, "CATALOG", (lax,))
    request = world.filed(lax, world.paper_holder)
    with pytest.raises(Refused, match="不能制作"):
        world.approve(request)
    assert request.state == "submitted"
    assert world.session.scalars(select(Outbox.key).where(Outbox.kind == "draw_edition")).all() == []


def test_a_question_of_the_office_does_not_displace_the_declared_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {
        "code": "reissue_reason", "label": "别的问题", "kind": "text", "options": "", "required": True,
        "hint": "", "position": 0, "retired": False,
    }  # fmt: skip
    rows = {"questions": [row, {**row, "code": "other"}]}
    monkeypatch.setattr(module, "newest", lambda *_: {MATTER.code: (1, rows)})
    labels = [field.label for field in module.in_force(world.session, MATTER.code).asked]
    assert labels == ["补办原因", "别的问题"]


def test_only_a_certificate_is_printed_again() -> None:
    with pytest.raises(ValueError, match="only a certificate"):
        replace(MATTER, subject="person")
    with pytest.raises(ValueError, match="a note needs"):
        replace(MATTER, reprints=False)


def test_the_dates_are_those_of_the_register(world: World) -> None:
    write(world, world.certificate(), first_issued=date(2016, 5, 4))
    assert json.loads(reissue(world, "damaged").facts)["first_issued"] == "2016-05-04"
