"""The same click from eight tabs at once, in threads of one process as in a web server."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from anguan.infra.idempotency import KeyReused
from anguan.infra.transaction import Busy
from anguan.models import Account, ChangeItem, ChangeRequest, Event, IdempotencyKey, Lock, Notice
from anguan.services.refusals import Refused
from anguan.services.requests import filing, new_drafts
from tests.campaigns.support.bulk import gather
from tests.campaigns.support.invariants import check_invariants
from tests.campaigns.support.office import Office, draw, fresh_place
from tests.campaigns.support.race import attempt
from tests.campaigns.support.report import Report

TABS = 8


def click(kind: str, count: int, seed: int = 0) -> Report:
    """For `count` accounts, eight tabs start and eight submit."""
    report = Report()
    with fresh_place(kind) as place:
        office = Office(place)
        for index, who in enumerate(gather(office, count)):
            _begin(office, report, who)
            request_id = office.draft_title(who, "高级工程师", draw(seed))
            _submit(office, report, who, request_id, f"form-{index}")
            report.note("one request")
        report.violations += check_invariants(office.session, office.storage)
        office.close()
    return report


def _in_tabs(office: Office, task: Callable[[Session], object]) -> list[object]:
    """What each tab gets; a busy answer is tried again, as the page says."""
    barrier = Barrier(TABS)

    def tab(_: int) -> object:
        barrier.wait(60)
        for _again in range(20):
            with Session(office.engine) as session:
                try:
                    return task(session)
                except Busy:
                    continue
                except Refused as refused:
                    return refused.sentence
                except SQLAlchemyError as error:
                    return type(error).__name__
        return "busy for ever"

    with ThreadPoolExecutor(TABS) as threads:
        return list(threads.map(tab, range(TABS)))


def _begin(office: Office, report: Report, who: int) -> None:
    def begin(session: Session) -> int:
        return new_drafts.begin(session, session.get_one(Account, who), "profile_change").id

    drafts = set(_in_tabs(office, begin))
    rows = office.count(ChangeRequest, ChangeRequest.filer_id == who)
    if len(drafts) != 1 or rows != 1:
        report.add_violation(f"account {who} has {rows} drafts, the tabs show {drafts}")


def _submit(office: Office, report: Report, who: int, request_id: int, key: str) -> None:
    def submit(session: Session) -> tuple[int, str | None, str]:
        request = filing.submit(session, session.get_one(Account, who), request_id, True, key, "same")
        return request.id, request.number, request.state

    answers = set(_in_tabs(office, submit))
    if len(answers) != 1:
        report.add_violation(f"request {request_id} was answered {answers}")
    request = office.request(request_id)
    seen = (
        request.state,
        request.round,
        office.count(Event, Event.request_id == request_id, Event.verb == "submit"),
        office.count(Notice, Notice.request_id == request_id),
        office.count(Lock, Lock.request_id == request_id),
        office.count(IdempotencyKey, IdempotencyKey.account_id == who),
        office.count(ChangeItem, ChangeItem.request_id == request_id, ChangeItem.path == "person.title"),
    )
    if seen != ("submitted", 1, 1, 1, 2, 1, 1):
        report.add_violation(f"request {request_id} stands {seen}")
    other = attempt(
        lambda: filing.submit(office.session, office.account(who), request_id, True, key, "another body")
    )
    if other != KeyReused.__name__:
        report.add_violation(f"the key of request {request_id} with another body: {other}")
