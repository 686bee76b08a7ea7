"""审核步骤 and 回避: several reviewers in turn, within their region, never about their own firm or kin."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select

from anguan.core import clock
from anguan.domain.review_permissions import is_reviewable_by
from anguan.infra import settings
from anguan.infra.events import Actor
from anguan.infra.transaction import transaction
from anguan.models import Account, ChangeRequest, Recusal, StepConfig
from anguan.services.refusals import NotFound, Refused
from anguan.services.review import claims
from anguan.services.review.decisions import DecisionInput, decide
from tests.campaigns.support.bulk import gather
from tests.campaigns.support.office import Office, draw, fresh_office

PAPER = draw(4)
CLERK = Actor(None, "测试")
MATTER = "profile_change"
CITY_THEN_PROVINCE = (("州市初审", "reviewer", True), ("省级复审", "reviewer", False))


@pytest.fixture
def office(kind: str) -> Iterator[Office]:
    """An office with a reviewer in the city where everybody works."""
    with fresh_office(kind) as opened:
        with transaction(opened.session):
            for login, region in (("CITY", "590100"), ("CITY2", "590100")):
                opened.session.add(
                    Account(login=login, name=login, role="reviewer", region=region, created_at=clock.now())
                )
        yield opened


def publish_steps(office: Office, steps: tuple[tuple[str, str, bool], ...]) -> None:
    """Publish these steps instead of the declared one."""

    def write(session: object) -> None:
        office.session.execute(delete(StepConfig))
        for place, (title, role, regional) in enumerate(steps, 1):
            office.session.add(
                StepConfig(
                    matter=MATTER,
                    code=f"step_{place}",
                    title=title,
                    role=role,
                    regional=regional,
                    position=place,
                )
            )

    settings.change(office.session, CLERK, f"matter:{MATTER}", "步骤", write)


def file(office: Office) -> tuple[int, int]:
    (person,) = gather(office, 1)
    return person, office.filed_title(person, "高级工程师", PAPER)


def waiting_for(office: Office, login: str) -> list[int]:
    """The requests that wait for this reviewer."""
    office.session.rollback()
    return list(office.session.scalars(select(ChangeRequest.id).where(is_reviewable_by(office.staff(login)))))


def decide_as(office: Office, login: str, request_id: int, verdict: str) -> str:
    seen = office.decision_input(request_id, verdict)
    remarks = {"paper:title_proof": "看不清"} if verdict == "return" else {}
    decision_input = DecisionInput(verdict, seen.seen_version, seen.seen_digest, remarks=remarks)
    return str(decide(office.session, office.storage, office.staff(login), request_id, decision_input).state)


def test_the_city_reviews_first_and_the_province_second(office: Office) -> None:
    publish_steps(office, CITY_THEN_PROVINCE)
    _, one = file(office)
    assert [waiting_for(office, login) for login in ("CITY", "REVIEWER1", "REGIONAL")] == [[one], [one], []]
    assert decide_as(office, "CITY", one, "approve") == "submitted"
    request = office.request(one)
    assert (request.step, request.awaits_role, request.awaits_province) == (1, "reviewer", True)
    assert [waiting_for(office, login) for login in ("CITY", "CITY2", "REVIEWER1", "SENIOR")] == [
        [],
        [],
        [one],
        [one],
    ]
    with pytest.raises(Refused, match="省级"):
        decide_as(office, "CITY2", one, "approve")
    assert decide_as(office, "REVIEWER1", one, "approve") == "approved"
    assert [decision.verdict for decision in office.request(one).decisions] == ["pass", "approve"]


def test_nobody_reviews_two_steps_of_one_request_even_after_a_return(office: Office) -> None:
    publish_steps(office, CITY_THEN_PROVINCE)
    person, one = file(office)
    decide_as(office, "REVIEWER1", one, "approve")
    with pytest.raises(Refused, match="换一个人"):
        decide_as(office, "REVIEWER1", one, "approve")
    assert decide_as(office, "REVIEWER2", one, "return") == "returned"
    office.submit(person, one)
    assert (office.request(one).step, office.request(one).round) == (1, 2)
    assert waiting_for(office, "REVIEWER1") == []
    assert claims.claim_next(office.session, office.staff("REVIEWER1")) is None
    with pytest.raises(Refused, match="换一个人"):
        decide_as(office, "REVIEWER1", one, "approve")
    assert decide_as(office, "REVIEWER2", one, "approve") == "approved"


def test_a_request_keeps_the_steps_with_which_it_was_filed(office: Office) -> None:
    publish_steps(office, CITY_THEN_PROVINCE)
    _, old = file(office)
    publish_steps(office, (("一次审核", "senior_reviewer", False),))
    _, new = file(office)
    assert decide_as(office, "CITY", old, "approve") == "submitted"
    with pytest.raises(NotFound):
        decide_as(office, "REGIONAL", new, "approve")
    assert waiting_for(office, "REVIEWER1") == [old]
    assert decide_as(office, "SENIOR", new, "approve") == "approved"
    publish_steps(office, ())
    _, plain = file(office)
    assert decide_as(office, "REVIEWER1", plain, "approve") == "approved"
    assert decide_as(office, "REVIEWER1", old, "approve") == "approved"


@pytest.mark.parametrize("about", ["enterprise", "person"])
def test_a_reviewer_does_not_review_their_firm_and_kin(office: Office, about: str) -> None:
    person, one = file(office)
    mine = office.staff("REVIEWER1")
    row = office.request(one)
    whom = {"person_id": row.person_id}
    if about == "enterprise":
        whom = {"enterprise_id": office.certificate_of(person).enterprise_id}
    with transaction(office.session):
        office.session.add(Recusal(account_id=mine.id, why="亲属", **whom))
    assert (waiting_for(office, "REVIEWER1"), waiting_for(office, "REVIEWER2")) == ([], [one])
    assert claims.claim_next(office.session, office.staff("REVIEWER1")) is None
    with pytest.raises(Refused, match="回避"):
        decide_as(office, "REVIEWER1", one, "approve")
    with transaction(office.session):
        office.session.execute(delete(Recusal))
    assert decide_as(office, "REVIEWER1", one, "approve") == "approved"


def test_a_firm_is_left_wherever_it_stands_in_the_request(office: Office) -> None:
    person, _ = file(office)
    other = office.draft_cancellation(gather(office, 1)[0], PAPER)
    office.submit(office.request(other).filer_id, other)
    firm = office.certificate_of(person).enterprise_id
    with transaction(office.session):
        office.session.add(Recusal(account_id=office.staff("REVIEWER1").id, enterprise_id=firm, why="任职"))
        held = office.session.get_one(ChangeRequest, other)
        held.person_id = None  # only its certificate names the firm
    assert waiting_for(office, "REVIEWER1") == []
    assert other in waiting_for(office, "REVIEWER2")


def test_nobody_reviews_their_own_filing(office: Office) -> None:
    _, one = file(office)
    with transaction(office.session):
        office.session.get_one(ChangeRequest, one).filer_id = office.staff("REVIEWER1").id
    assert (waiting_for(office, "REVIEWER1"), waiting_for(office, "REVIEWER2")) == ([], [one])
    with pytest.raises(NotFound):
        claims.claim(office.session, office.staff("REVIEWER1"), one)
