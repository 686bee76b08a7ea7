"""The promises: what holds for every matter of the catalogue, unasked, on both databases.

`NOT_FOR` says which promise does not apply to which matter, and why; no other exception is made.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from anguan.core.field import asked, shown
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain.editions import make_edition
from anguan.domain.register_fields import register_field
from anguan.domain.requests import no_other_open, something_changes
from anguan.infra.transaction import transaction
from anguan.matters import catalog
from anguan.models import (
    Base,
    Certificate,
    CertificateJob,
    ChangeRequest,
    Decision,
    Edition,
    Event,
    Lock,
    Notice,
    Outbox,
    Person,
)
from anguan.services.refusals import InvalidSubmission, NotFound, Refused, StaleRequest
from anguan.services.requests import filing, status
from anguan.services.requests.drafts import read_draft
from anguan.services.review import claims, decisions
from anguan.services.review.new_editions import queue_edition
from anguan.services.review.review_view import current_value, dossier_of, load_review, round_items
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from tests.support.factories import World

NICKNAME = Matter(
    code="phone_correction",
    title="联系电话更正",
    prefix="DH",
    action="更正电话",
    filed_by="applicant",
    subject="person",
    fields=(shown("person.name", "姓名"), asked("person.phone", "手机号码")),
    materials=(Material("proof", "号码证明"),),
    rules=(something_changes, no_other_open),
)
MATTERS = (*catalog.CATALOG, NICKNAME)
ANNOUNCES = re.compile("推送|换发|补办|新版本|原版本|新证书")
"""Words in the sentence of an approval by which a holder expects a new certificate."""

WRITES_NOTHING = "it writes no fact: what becomes true is a new edition, which another promise looks for"
ANNOUNCES_NONE = "nobody is told of a new certificate"
NO_NUMBER = "it writes no document number, so there is none that somebody else could hold"
NOT_FOR: Mapping[str, Mapping[str, str]] = {
    "test_approval_writes_each_fact": {"certificate_reissue": WRITES_NOTHING},
    "test_an_announced_certificate_is_made_and_drawn": dict.fromkeys(
        ("certificate_cancellation", "profile_change", "certificate_sanction", "phone_correction"),
        ANNOUNCES_NONE,
    ),
    "test_a_block_is_passed_over_only_by_a_senior_with_a_reason": dict.fromkeys(
        (
            "certificate_renewal",
            "certificate_reissue",
            "certificate_cancellation",
            "profile_change",
            "certificate_correction",
            "certificate_sanction",
            "phone_correction",
        ),
        NO_NUMBER,
    ),
}
"""Promise, matter, and the reason why the one is not asked of the other."""


def announces(matter: Matter) -> bool:
    """Is the holder told that a new certificate comes?"""
    return matter.reprints or bool(ANNOUNCES.search(matter.approved_text))


HOLDS: Mapping[str, Callable[[Matter], bool]] = {
    WRITES_NOTHING: lambda matter: not any(field.writes for field in matter.fields),
    ANNOUNCES_NONE: lambda matter: not announces(matter),
    NO_NUMBER: lambda matter: all(rule.code != "people.number_is_free" for rule in matter.rules),
}
"""When a reason is true of a matter."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each promise is asked of every matter to which it applies."""
    if "matter" in metafunc.fixturenames:
        left_out = NOT_FOR.get(metafunc.function.__name__, {})
        asked_of = [matter for matter in MATTERS if matter.code not in left_out]
        metafunc.parametrize("matter", asked_of, ids=lambda matter: matter.code, indirect=True)


@pytest.mark.parametrize("promise", NOT_FOR)
def test_no_exception_is_stale_and_none_is_missing(promise: str) -> None:
    reasons = NOT_FOR[promise]
    assert callable(globals()[promise])
    meant = {
        (matter.code, reason)
        for matter in MATTERS
        for reason in set(reasons.values())
        if HOLDS[reason](matter)
    }
    assert set(reasons.items()) == meant


@pytest.fixture
def matter(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Matter:
    """Each matter of the catalogue, and one more that is defined in these few lines."""
    monkeypatch.setattr(catalog, "CATALOG", MATTERS)
    return request.param


def counts(world: World, request: ChangeRequest) -> tuple[int, int]:
    """Moves and messages of a request so far: the begin event is no move."""
    events = select(func.count()).where(
        Event.request_id == request.id,
        Event.verb.in_(("submit", "withdraw", "revise", "decide", "take_effect", "lapse")),
    )
    notices = select(func.count()).where(Notice.request_id == request.id)
    return world.session.scalar(events) or 0, world.session.scalar(notices) or 0


def register(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the register's tables."""
    world.session.rollback()
    names = ("person", "certificate", "employment", "enterprise", "edition")
    return {
        name: sorted(tuple(row) for row in world.session.execute(select(Base.metadata.tables[name])).all())
        for name in names
    }


def test_every_path_names_a_mapped_column(matter: Matter) -> None:
    models = {"person": Person, "certificate": Certificate}
    for field in matter.fields:
        if field.mode == "answered":
            continue
        for path in (field.path, *field.mirrors):
            known = register_field(path)
            if known.record in models:
                assert hasattr(models[known.record], known.column), path


def test_a_blank_form_names_each_missing_field(world: World, matter: Matter) -> None:
    request = world.begin(matter)
    asked_fields = read_draft(world.session, request).matter.asked
    filing.save(world.session, request.filer, request.id, {field.path: "" for field in asked_fields})
    with pytest.raises(InvalidSubmission) as faulty:
        world.submit(request)
    anchors = {fault.anchor for fault in faulty.value.faults}
    assert {f"field:{field.path}" for field in asked_fields if field.required} <= anchors
    draft = read_draft(world.session, request)
    assert {f"paper:{slot.material.code}" for slot in draft.slots if slot.material.required} <= anchors
    assert request.state == "draft"
    assert request.number is None


def test_the_sample_submits_and_before_equals_the_register(world: World, matter: Matter) -> None:
    untouched = register(world)
    request = world.filed(matter)
    assert request.state == "submitted"
    assert request.number.startswith(matter.prefix)
    dossier = dossier_of(world.session, request)
    for item in round_items(request):
        assert item.before == current_value(world.session, dossier, item), item.path
        if item.mode == "asked" and not item.mirror_of and not item.path.endswith("document_type"):
            assert item.changed, item.path
    assert register(world) == untouched
    assert counts(world, request) == (1, 1)


def test_approval_makes_it_true(world: World, matter: Matter) -> None:
    request = world.filed(matter)
    world.approve(request)
    assert request.state == "approved"
    steps = len(matter.steps)
    assert counts(world, request) == (1 + 2 * steps, 1 + steps)
    assert world.session.scalar(select(func.count(Lock.key))) == 0


def test_approval_writes_each_fact(world: World, matter: Matter) -> None:
    request = world.filed(matter)
    world.approve(request)
    dossier = dossier_of(world.session, request)
    written = [item for item in round_items(request) if item.mode in ("asked", "computed")]
    assert any(item.changed for item in written)
    for item in written:
        assert current_value(world.session, dossier, item) == item.after, item.path


def check_editions(
    world: World, request: ChangeRequest, known: frozenset[int] = frozenset()
) -> list[Edition]:
    """The editions besides the `known` ones: each is queued once and noted once in the log."""
    made = list(world.session.scalars(select(Edition)))
    keys = sorted(world.session.scalars(select(Outbox.key).where(Outbox.kind == "draw_edition")))
    assert keys == sorted(f"draw_edition:{edition.id}" for edition in made)
    noted = world.session.scalars(
        select(Event.certificate_id).where(Event.verb == "make_edition", Event.request_id == request.id)
    )
    new = [edition for edition in made if edition.id not in known]
    assert sorted(noted) == sorted(edition.certificate_id for edition in new)
    return new


def check_announced(world: World, matter: Matter) -> None:
    """What the holder is told of comes: AssertionError for a matter that announces and makes nothing."""
    with transaction(world.session) as session:
        for certificate in session.scalars(select(Certificate).where(Certificate.number.is_not(None))).all():
            queue_edition(session, make_edition(session, certificate))
    known = frozenset(world.session.scalars(select(Edition.id)))
    request = world.filed(matter)
    world.approve(request)
    made = check_editions(world, request, known)
    assert made, f"{matter.code} announces a new certificate and makes none"
    if request.certificate_id is not None:
        assert request.certificate_id in {edition.certificate_id for edition in made}
    drain(world.session, JobContext(world.storage, "https://kaohe.example.org"))
    assert set(world.session.scalars(select(CertificateJob.state))) == {"ready"}


def test_an_announced_certificate_is_made_and_drawn(world: World, matter: Matter) -> None:
    check_announced(world, matter)


def test_every_edition_is_queued_once_whether_announced_or_not(world: World, matter: Matter) -> None:
    request = world.filed(matter)
    world.approve(request)
    check_editions(world, request)


def test_a_matter_that_announces_and_makes_none_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    liar = replace(NICKNAME, code="liar", approved_text="电话已更正，电子证书一般 24 小时内推送。")
    monkeypatch.setattr(catalog, "CATALOG", (liar,))
    assert announces(liar)
    with pytest.raises(AssertionError, match="makes none"):
        check_announced(world, liar)


def test_rejection_changes_nothing_and_carries_its_opinion(world: World, matter: Matter) -> None:
    request = world.filed(matter)
    untouched = register(world)
    with world.refused("原因"):
        world.decide(request, "reject")
    world.decide(request, "reject", opinion="材料与申请不符")
    assert request.state == "rejected"
    assert register(world) == untouched
    assert status.request_status(world.session, request).reason == "材料与申请不符"
    notice = world.session.scalars(
        select(Notice).where(Notice.request_id == request.id).order_by(Notice.id.desc())
    ).first()
    assert "材料与申请不符" in notice.body
    assert counts(world, request) == (3, 2)


def test_return_reopens_only_what_is_flagged(world: World, matter: Matter) -> None:
    request = world.filed(matter)
    slot = next(
        code
        for code in (m.code for m in matter.materials)
        if code in load_review(world.session, request).papers
    )
    world.decide(request, "return", remarks={f"paper:{slot}": "请重新拍清楚"})
    assert request.state == "returned"
    draft = read_draft(world.session, request)
    typed = {value.name: value.typed for value in request.values}
    filing.save(world.session, request.filer, request.id, dict.fromkeys(typed, "改掉"))
    assert {value.name: value.typed for value in request.values} == typed
    assert draft.reopened(f"paper:{slot}")
    world.attach(request, slot)
    others = [m.code for m in matter.materials if m.code != slot and m.code in draft.dossier.papers]
    for code in others[:1]:
        with world.refused("没有退回"):
            world.attach(request, code)
    world.submit(request)
    assert request.round == 2
    assert {row.material for row in request.attachments if row.round == 1} <= {
        row.material for row in request.attachments if row.round == 2
    }
    world.approve(request)
    assert request.state == "approved"
    steps = len(matter.steps)
    assert counts(world, request) == (4 + 2 * steps, 3 + steps)


def test_withdraw_only_until_decided(world: World, matter: Matter) -> None:
    request = world.filed(matter)
    filing.withdraw(world.session, request.filer, request.id)
    assert request.state == "withdrawn"
    assert world.session.scalar(select(func.count(Lock.key))) == 0
    assert counts(world, request) == (2, 2)
    with pytest.raises(Refused):
        world.decide(request, "approve")


def test_an_approved_request_is_not_withdrawn(world: World, matter: Matter) -> None:
    request = world.filed(matter)
    world.approve(request)
    with world.refused("不能再做"):
        filing.withdraw(world.session, request.filer, request.id)
    assert request.state == "approved"


def test_revise_keeps_the_number_and_the_papers(world: World, matter: Matter) -> None:
    request = world.filed(matter)
    number = request.number
    filing.revise(world.session, request.filer, request.id)
    assert (request.state, request.number) == ("draft", number)
    assert not [fault for fault in read_draft(world.session, request).faults if "paper" in fault.anchor]
    world.submit(request)
    assert (request.state, request.number, request.round) == ("submitted", number, 2)
    world.decide(request, "reject", opinion="不符")
    filing.revise(world.session, request.filer, request.id)
    assert request.number == number


def test_no_second_open_request_on_a_record_it_writes(world: World, matter: Matter) -> None:
    first = world.begin(matter)
    world.fill(first)
    world.submit(first)
    try:
        second = world.begin(matter)
        world.fill(second)
        world.submit(second)
    except Refused as refused:
        sentence = refused.faults[0].sentence if isinstance(refused, InvalidSubmission) else refused.sentence
        assert "办理" in sentence
    else:
        raise AssertionError("two open requests")
    open_ = select(func.count()).where(ChangeRequest.state == "submitted")
    assert world.session.scalar(open_) == 1


def test_a_stranger_finds_nothing(world: World, matter: Matter) -> None:
    request = world.filed(matter)
    for act in (
        lambda: filing.own_request(world.session, world.stranger, request.id),
        lambda: filing.withdraw(world.session, world.stranger, request.id),
        lambda: filing.revise(world.session, world.stranger, request.id),
        lambda: filing.submit(world.session, world.stranger, request.id, True),
        lambda: filing.save(world.session, world.stranger, request.id, {}),
        lambda: claims.claim(world.session, world.account("REGIONAL"), request.id),
        lambda: decisions.decide(
            world.session,
            world.storage,
            world.account("REGIONAL"),
            request.id,
            world.ruling(request, "approve"),
        ),
        lambda: decisions.decide(
            world.session,
            world.storage,
            world.account("ADMIN"),
            request.id,
            world.ruling(request, "approve"),
        ),
    ):
        with pytest.raises(NotFound):
            act()
    assert request.state == "submitted"


def drift(world: World, request: ChangeRequest) -> None:
    """Something else writes a fact of this request into the register."""
    items = [i for i in round_items(request) if not i.mirror_of and i.mode != "answered"]
    written = [i for i in items if i.mode in ("asked", "computed")] or items
    item = next(i for i in written if i.path != "certificate.status")
    known = register_field(item.path)
    with transaction(world.session):
        record = request.person if known.record == "person" else request.certificate
        if item.path in ("certificate.photo", "person.photo"):
            known.write(world.session, record, "")
        elif item.path == "certificate.status_reason":
            known.write(world.session, record, "别处写入")
        elif item.path == "certificate.valid_until":
            record.valid_until -= timedelta(days=1)
        elif known.kind.control == "reference":
            known.write(world.session, record, item.after or "")
        else:
            other = (world.another(item.path, known.kind, word) for word in (item.before, item.after or ""))
            known.write(world.session, record, next(word for word in other if word != item.before))


def test_drift_is_refused_until_it_is_read_again(world: World, matter: Matter) -> None:
    request = world.filed(matter)
    opened = world.ruling(request, "approve")
    drift(world, request)
    with pytest.raises(StaleRequest):
        decisions.decide(world.session, world.storage, world.reviewer, request.id, opened)
    with pytest.raises(StaleRequest):
        world.decide(request, "approve")
    assert request.state == "submitted"
    assert world.session.scalar(select(func.count(Decision.id))) == 0
    assert load_review(world.session, request).drifted
    decisions.refresh_before_values(world.session, world.reviewer, request.id, request.version)
    assert not load_review(world.session, request).drifted
    world.approve(request)
    assert request.state == "approved"


def test_a_block_is_passed_over_only_by_a_senior_with_a_reason(world: World, matter: Matter) -> None:
    request = world.filed(matter)
    assert not load_review(world.session, request).blocks
    number = next(i.after for i in round_items(request) if i.path.endswith("document_number"))
    with transaction(world.session):
        world.stranger.person.document_number = number
    assert load_review(world.session, request).blocks
    with world.refused("不符合"):
        world.decide(request, "approve")
    with world.refused("复核"):
        world.decide(request, "approve", override="特殊情况")
    if len(matter.steps) > 1:
        world.decide(request, "approve", by=world.senior, override="特殊情况")
        assert (request.state, request.step) == ("submitted", 1)
        return
    with world.refused("相同的证件号码"):
        world.decide(request, "approve", by=world.senior, override="特殊情况")
    assert request.state == "submitted"
