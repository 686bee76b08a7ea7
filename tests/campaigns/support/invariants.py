"""What must hold of the whole application at any time: register, requests, files and logs agree."""

from collections import Counter as Tally
from collections import defaultdict

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from anguan.core.lifecycle import DRAFT, OPEN, TRANSITIONS
from anguan.domain.editions import is_up_to_date, latest_edition
from anguan.infra.blob_store import LocalStorage
from anguan.infra.files import list_damaged
from anguan.models import Certificate, ChangeRequest, Counter, Decision, Edition, Event, Lock, Outbox
from anguan.services.review.review_view import current_value, dossier_of

VERBS = {verb for _, verb in TRANSITIONS}


def check_invariants(session: Session, storage: LocalStorage, outsiders: bool = False) -> list[str]:
    """Every violated invariant, as sentences.

    With `outsiders` the register was also written without a request, so it is not compared with the requests.
    """
    session.rollback()
    session.expire_all()
    found = [
        *_files(session, storage),
        *_walks(session),
        *_decisions(session),
        *_locks(session),
        *_numbers(session),
        *_sheets(session),
        *_database(session),
    ]
    if not outsiders:
        found += _register(session)
    session.rollback()
    return found


def _files(session: Session, storage: LocalStorage) -> list[str]:
    return [f"row without its file {sha256[:12]}" for sha256 in list_damaged(session, storage)]


def _walks(session: Session) -> list[str]:
    """Each request's events are a legal path of transitions that ends in the request's state."""
    walks: dict[int, list[str]] = defaultdict(list)
    for request_id, verb in session.execute(select(Event.request_id, Event.verb).order_by(Event.id)):
        if request_id is not None and verb in VERBS:
            walks[request_id].append(verb)
    found = []
    for request in session.scalars(select(ChangeRequest)):
        states, walk = {DRAFT}, walks[request.id]
        for verb in walk:
            states = {to for state in states for to in TRANSITIONS.get((state, verb), ())}
        if request.state not in states:
            found.append(f"request {request.id} is {request.state} after {' '.join(walk)}")
        if request.version != 1 + len(walk):
            found.append(f"request {request.id} has version {request.version} after {len(walk)} moves")
    return found


def _decisions(session: Session) -> list[str]:
    rows = session.execute(
        select(Decision.request_id, Decision.round, Decision.step).where(Decision.undone_at.is_(None))
    )
    standing = Tally(tuple(row) for row in rows)
    found = [f"decided twice: request {key[0]}" for key, count in standing.items() if count > 1]
    decided = Tally(session.scalars(select(Decision.request_id)))
    for verb in ("decide", "take_effect"):
        told = Tally(session.scalars(select(Event.request_id).where(Event.verb == verb)))
        found += [f"{verb} told {told[n]} times of request {n}" for n in told if told[n] > decided[n]]
    return found


def _locks(session: Session) -> list[str]:
    holders: dict[int, list[str]] = defaultdict(list)
    for lock in session.scalars(select(Lock)):
        holders[lock.request_id].append(lock.key)
    found = []
    for request in session.scalars(select(ChangeRequest)):
        if request.state in OPEN and request.subject_key not in holders[request.id]:
            found.append(f"open request {request.id} holds no lock on its subject")
        if request.state not in OPEN and holders[request.id]:
            found.append(f"{request.state} request {request.id} still holds {holders[request.id]}")
    return found


def _numbers(session: Session) -> list[str]:
    """Request numbers run from 1 each year without a gap: a filing that fails takes none with it."""
    given: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number in session.scalars(select(ChangeRequest.number).where(ChangeRequest.number.is_not(None))):
        head, serial = number.split("-")
        given[(f"request:{head[:-4]}", int(head[-4:]))].append(int(serial))
    counters = {(row.kind, row.year): row.last for row in session.scalars(select(Counter))}
    return [
        f"numbers of {key} have gaps or doubles"
        for key, serials in given.items()
        if sorted(serials) != list(range(1, counters[key] + 1))
    ]


def _sheets(session: Session) -> list[str]:
    noted = set(session.scalars(select(Outbox.key).where(Outbox.kind == "draw_edition")))
    editions = list(session.scalars(select(Edition)))
    found = [f"edition {row.id} is not noted" for row in editions if f"draw_edition:{row.id}" not in noted]
    found += [f"edition {row.id} waits for no drawing" for row in editions if row.job is None]
    for certificate in session.scalars(select(Certificate).where(Certificate.status == "valid")):
        latest = latest_edition(session, certificate.id)
        if latest is not None and not is_up_to_date(latest):
            found.append(f"certificate {certificate.id} says other than its sheet")
    return found


def _register(session: Session) -> list[str]:
    """The last approved value of each field is what the register holds."""
    approved = select(ChangeRequest).where(ChangeRequest.state == "approved")
    last: dict[tuple[object, ...], tuple[ChangeRequest, object]] = {}
    for request in session.scalars(approved.order_by(ChangeRequest.decided_at, ChangeRequest.id)):
        for item in request.items:
            if item.round == request.round and item.mode in ("asked", "computed") and item.changed:
                owner = item.certificate_id or f"person {request.person_id}"
                last[(item.path, owner)] = (request, item)
    found = []
    for request, item in last.values():
        if current_value(session, dossier_of(session, request), item) != item.after:  # type: ignore[arg-type]
            found.append(f"request {request.id} is approved, {item.path} does not say so")  # type: ignore[attr-defined]
    return found


def _database(session: Session) -> list[str]:
    if session.get_bind().dialect.name != "sqlite":
        return []
    told = [row[0] for row in session.execute(text("PRAGMA integrity_check"))]
    broken = session.execute(text("PRAGMA foreign_key_check")).all()
    return [f"integrity: {line}" for line in told if line != "ok"] + [f"foreign key: {row}" for row in broken]
