"""Promises: what holds for every matter of the catalogue, on both databases.

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
from anguan.services.review import claims, decisions, register_changes
from anguan.services.review.new_editions import queue_edition
from anguan.services.review.review_view import current_value, dossier_of, load_review, round_items
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from tests.support.factories import Scenario

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
"""Words in the text of an approval that announce a new certificate to the holder."""

WRITES_NOTHING = "it writes no fact: what becomes true is a new edition, which another promise looks for"
ANNOUNCES_NONE = "nobody is told of a new certificate"
NO_NUMBER = "it writes no document number, so there is none that somebody else could hold"
NOT_FOR: Mapping[str, Mapping[str, str]] = {
    "test_approval_writes_each_fact": {"certificate_reissue": WRITES_NOTHING},
    "test_an_announced_certificate_is_made_and_rendered": dict.fromkeys(
        ("certificate_cancellation", "profile_change", "certificate_sanction", "phone_correction"),
        ANNOUNCES_NONE,
    ),
    "test_a_block_is_overridden_only_by_a_senior_with_a_reason": dict.fromkeys(
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
"""Promise, matter, and the reason why the one is not tested for the other."""


def announces(matter: Matter) -> bool:
    """Whether the holder is told that a new certificate comes."""
    return matter.reprints or bool(ANNOUNCES.search(matter.approved_text))


HOLDS: Mapping[str, Callable[[Matter], bool]] = {
    WRITES_NOTHING: lambda matter: not any(field.writes for field in matter.fields),
    ANNOUNCES_NONE: lambda matter: not announces(matter),
    NO_NUMBER: lambda matter: all(rule.code != "people.number_is_free" for rule in matter.rules),
}
"""Condition under which a reason holds for a matter."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each promise for every matter to which it applies."""
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
    """Each matter of the catalogue, and one more that is defined in this file."""
    monkeypatch.setattr(catalog, "CATALOG", MATTERS)
    return request.param


def counts(scenario: Scenario, request: ChangeRequest) -> tuple[int, int]:
    """Transitions and messages of a request so far; the begin event is no transition."""
    events = select(func.count()).where(
        Event.request_id == request.id,
        Event.verb.in_(("submit", "withdraw", "revise", "decide", "take_effect", "lapse")),
    )
    notices = select(func.count()).where(Notice.request_id == request.id)
    return scenario.session.scalar(events) or 0, scenario.session.scalar(notices) or 0


def register(scenario: Scenario) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the register's tables."""
    scenario.session.rollback()
    names = ("person", "certificate", "employment", "enterprise", "edition")
    return {
        name: sorted(tuple(row) for row in scenario.session.execute(select(Base.metadata.tables[name])).all())
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


def test_a_blank_form_names_each_missing_field(scenario: Scenario, matter: Matter) -> None:
    request = scenario.begin(matter)
    asked_fields = read_draft(scenario.session, request).matter.asked
    filing.save(scenario.session, request.filer, request.id, {field.path: "" for field in asked_fields})
    with pytest.raises(InvalidSubmission) as faulty:
        scenario.submit(request)
    anchors = {fault.anchor for fault in faulty.value.faults}
    kept = {field.path for field in asked_fields if field.resolved.sensitive}
    """Sent empty because it was shown masked: the registered value stays."""
    required = {field.path for field in asked_fields if field.required}
    assert {f"field:{path}" for path in required - kept} <= anchors
    draft = read_draft(scenario.session, request)
    assert {f"paper:{slot.material.code}" for slot in draft.slots if slot.material.required} <= anchors
    assert request.state == "draft"
    assert request.number is None


def test_the_sample_submits_and_before_equals_the_register(scenario: Scenario, matter: Matter) -> None:
    untouched = register(scenario)
    request = scenario.filed(matter)
    assert request.state == "submitted"
    assert request.number.startswith(matter.prefix)
    dossier = dossier_of(scenario.session, request)
    for item in round_items(request):
        assert item.before == current_value(scenario.session, dossier, item), item.path
        if item.mode == "asked" and not item.mirror_of and not item.path.endswith("document_type"):
            assert item.changed, item.path
    assert register(scenario) == untouched
    assert counts(scenario, request) == (1, 1)


def test_approval_writes_the_register(scenario: Scenario, matter: Matter) -> None:
    request = scenario.filed(matter)
    scenario.approve(request)
    assert request.state == "approved"
    steps = len(matter.steps)
    assert counts(scenario, request) == (1 + 2 * steps, 1 + steps)
    assert scenario.session.scalar(select(func.count(Lock.key))) == 0


def test_approval_writes_each_fact(scenario: Scenario, matter: Matter) -> None:
    request = scenario.filed(matter)
    scenario.approve(request)
    dossier = dossier_of(scenario.session, request)
    written = [item for item in round_items(request) if item.mode in ("asked", "computed")]
    assert any(item.changed for item in written)
    for item in written:
        assert current_value(scenario.session, dossier, item) == item.after, item.path


def check_editions(
    scenario: Scenario, request: ChangeRequest, known: frozenset[int] = frozenset()
) -> list[Edition]:
    """The editions besides the `known` ones: each is queued once and logged once."""
    made = list(scenario.session.scalars(select(Edition)))
    keys = sorted(scenario.session.scalars(select(Outbox.key).where(Outbox.kind == "draw_edition")))
    assert keys == sorted(f"draw_edition:{edition.id}" for edition in made)
    noted = scenario.session.scalars(
        select(Event.certificate_id).where(Event.verb == "make_edition", Event.request_id == request.id)
    )
    new = [edition for edition in made if edition.id not in known]
    assert sorted(noted) == sorted(edition.certificate_id for edition in new)
    return new


def check_announced(scenario: Scenario, matter: Matter) -> None:
    """What is announced to the holder comes: AssertionError for a matter that announces and makes nothing."""
    with transaction(scenario.session) as session:
        for certificate in session.scalars(select(Certificate).where(Certificate.number.is_not(None))).all():
            queue_edition(session, make_edition(session, certificate))
    known = frozenset(scenario.session.scalars(select(Edition.id)))
    request = scenario.filed(matter)
    scenario.approve(request)
    made = check_editions(scenario, request, known)
    assert made, f"{matter.code} announces a new certificate and makes none"
    if request.certificate_id is not None:
        assert request.certificate_id in {edition.certificate_id for edition in made}
    drain(scenario.session, JobContext(scenario.storage, "https://kaohe.example.org"))
    assert set(scenario.session.scalars(select(CertificateJob.state))) == {"ready"}


def test_an_announced_certificate_is_made_and_rendered(scenario: Scenario, matter: Matter) -> None:
    check_announced(scenario, matter)


def test_every_edition_is_queued_once_whether_announced_or_not(scenario: Scenario, matter: Matter) -> None:
    request = scenario.filed(matter)
    scenario.approve(request)
    check_editions(scenario, request)


def test_a_matter_that_announces_and_makes_none_fails(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    liar = replace(NICKNAME, code="liar", approved_text="电话已更正，电子证书一般 24 小时内推送。")
    monkeypatch.setattr(catalog, "CATALOG", (liar,))
    assert announces(liar)
    with pytest.raises(AssertionError, match="makes none"):
        check_announced(scenario, liar)


def test_rejection_changes_nothing_and_carries_its_opinion(scenario: Scenario, matter: Matter) -> None:
    request = scenario.filed(matter)
    untouched = register(scenario)
    with scenario.refused("原因"):
        scenario.decide(request, "reject")
    scenario.decide(request, "reject", opinion="材料与申请不符")
    assert request.state == "rejected"
    assert register(scenario) == untouched
    assert status.request_status(scenario.session, request).reason == "材料与申请不符"
    notice = scenario.session.scalars(
        select(Notice).where(Notice.request_id == request.id).order_by(Notice.id.desc())
    ).first()
    assert "材料与申请不符" in notice.body
    assert counts(scenario, request) == (3, 2)


def test_return_reopens_only_what_is_flagged(scenario: Scenario, matter: Matter) -> None:
    request = scenario.filed(matter)
    slot = next(
        code
        for code in (m.code for m in matter.materials)
        if code in load_review(scenario.session, request).documents
    )
    scenario.decide(request, "return", remarks={f"paper:{slot}": "请重新拍清楚"})
    assert request.state == "returned"
    draft = read_draft(scenario.session, request)
    typed = {value.name: value.typed for value in request.values}
    filing.save(scenario.session, request.filer, request.id, dict.fromkeys(typed, "改掉"))
    assert {value.name: value.typed for value in request.values} == typed
    assert draft.reopened(f"paper:{slot}")
    scenario.attach(request, slot)
    others = [m.code for m in matter.materials if m.code != slot and m.code in draft.dossier.attached]
    for code in others[:1]:
        with scenario.refused("没有退回"):
            scenario.attach(request, code)
    scenario.submit(request)
    assert request.round == 2
    assert {row.material for row in request.attachments if row.round == 1} <= {
        row.material for row in request.attachments if row.round == 2
    }
    scenario.approve(request)
    assert request.state == "approved"
    steps = len(matter.steps)
    assert counts(scenario, request) == (4 + 2 * steps, 3 + steps)


def test_withdraw_only_until_decided(scenario: Scenario, matter: Matter) -> None:
    request = scenario.filed(matter)
    filing.withdraw(scenario.session, request.filer, request.id)
    assert request.state == "withdrawn"
    assert scenario.session.scalar(select(func.count(Lock.key))) == 0
    assert counts(scenario, request) == (2, 2)
    with pytest.raises(Refused):
        scenario.decide(request, "approve")


def test_an_approved_request_is_not_withdrawn(scenario: Scenario, matter: Matter) -> None:
    request = scenario.filed(matter)
    scenario.approve(request)
    with scenario.refused("不能再做"):
        filing.withdraw(scenario.session, request.filer, request.id)
    assert request.state == "approved"


def test_revise_keeps_the_number_and_the_documents(scenario: Scenario, matter: Matter) -> None:
    request = scenario.filed(matter)
    number = request.number
    filing.revise(scenario.session, request.filer, request.id)
    assert (request.state, request.number) == ("draft", number)
    assert not [fault for fault in read_draft(scenario.session, request).faults if "paper" in fault.anchor]
    scenario.submit(request)
    assert (request.state, request.number, request.round) == ("submitted", number, 2)
    scenario.decide(request, "reject", opinion="不符")
    filing.revise(scenario.session, request.filer, request.id)
    assert request.number == number


def test_no_second_open_request_on_a_record_it_writes(scenario: Scenario, matter: Matter) -> None:
    first = scenario.begin(matter)
    scenario.fill(first)
    scenario.submit(first)
    try:
        second = scenario.begin(matter)
        scenario.fill(second)
        scenario.submit(second)
    except Refused as refused:
        sentence = refused.faults[0].sentence if isinstance(refused, InvalidSubmission) else refused.sentence
        assert "办理" in sentence
    else:
        raise AssertionError("two open requests")
    open_ = select(func.count()).where(ChangeRequest.state == "submitted")
    assert scenario.session.scalar(open_) == 1


def test_a_stranger_finds_nothing(scenario: Scenario, matter: Matter) -> None:
    request = scenario.filed(matter)
    for act in (
        lambda: filing.own_request(scenario.session, scenario.stranger, request.id),
        lambda: filing.withdraw(scenario.session, scenario.stranger, request.id),
        lambda: filing.revise(scenario.session, scenario.stranger, request.id),
        lambda: filing.submit(scenario.session, scenario.stranger, request.id, True),
        lambda: filing.save(scenario.session, scenario.stranger, request.id, {}),
        lambda: claims.claim(scenario.session, scenario.account("REGIONAL"), request.id),
        lambda: decisions.decide(
            scenario.session,
            scenario.storage,
            scenario.account("REGIONAL"),
            request.id,
            scenario.decision_input(request, "approve"),
        ),
        lambda: decisions.decide(
            scenario.session,
            scenario.storage,
            scenario.account("ADMIN"),
            request.id,
            scenario.decision_input(request, "approve"),
        ),
    ):
        with pytest.raises(NotFound):
            act()
    assert request.state == "submitted"


def drift(scenario: Scenario, request: ChangeRequest) -> None:
    """Another write changes a field of this request in the register."""
    items = [i for i in round_items(request) if not i.mirror_of and i.mode != "answered"]
    written = [i for i in items if i.mode in ("asked", "computed")] or items
    item = next(i for i in written if i.path != "certificate.status")
    known = register_field(item.path)
    with transaction(scenario.session):
        record = request.person if known.record == "person" else request.certificate
        if item.path in ("certificate.photo", "person.photo"):
            known.write(scenario.session, record, "")
        elif item.path == "certificate.status_reason":
            known.write(scenario.session, record, "别处写入")
        elif item.path == "certificate.valid_until":
            record.valid_until -= timedelta(days=1)
        elif known.kind.control == "reference":
            known.write(scenario.session, record, item.after or "")
        else:
            other = (
                scenario.another(item.path, known.kind, word) for word in (item.before, item.after or "")
            )
            known.write(scenario.session, record, next(word for word in other if word != item.before))


def test_drift_is_refused_until_it_is_read_again(scenario: Scenario, matter: Matter) -> None:
    request = scenario.filed(matter)
    opened = scenario.decision_input(request, "approve")
    drift(scenario, request)
    with pytest.raises(StaleRequest):
        decisions.decide(scenario.session, scenario.storage, scenario.reviewer, request.id, opened)
    with pytest.raises(StaleRequest):
        scenario.decide(request, "approve")
    assert request.state == "submitted"
    assert scenario.session.scalar(select(func.count(Decision.id))) == 0
    assert load_review(scenario.session, request).drifted
    register_changes.refresh_before_values(scenario.session, scenario.reviewer, request.id, request.version)
    assert not load_review(scenario.session, request).drifted
    scenario.approve(request)
    assert request.state == "approved"


def test_a_block_is_overridden_only_by_a_senior_with_a_reason(scenario: Scenario, matter: Matter) -> None:
    request = scenario.filed(matter)
    assert not load_review(scenario.session, request).blocks
    number = next(i.after for i in round_items(request) if i.path.endswith("document_number"))
    with transaction(scenario.session):
        scenario.stranger.person.document_number = number
    assert load_review(scenario.session, request).blocks
    with scenario.refused("不符合"):
        scenario.decide(request, "approve")
    with scenario.refused("高级审核员"):
        scenario.decide(request, "approve", override="特殊情况")
    if len(matter.steps) > 1:
        scenario.decide(request, "approve", by=scenario.senior, override="特殊情况")
        assert (request.state, request.step) == ("submitted", 1)
        return
    with scenario.refused("相同的证件号码"):
        scenario.decide(request, "approve", by=scenario.senior, override="特殊情况")
    assert request.state == "submitted"
