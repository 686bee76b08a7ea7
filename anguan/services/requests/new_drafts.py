"""A draft before and at its first save: the form that opening shows without a row, and the row itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.matter import Matter
from anguan.domain.certificates import MIRRORED_FIELDS
from anguan.domain.masking import is_picture
from anguan.domain.register_fields import register_field
from anguan.infra.events import actor_of, record_event
from anguan.infra.portraits import NAME
from anguan.infra.transaction import transaction
from anguan.models import Account, Attachment, Certificate, ChangeRequest, DraftValue, Person, StoredFile
from anguan.services.codes import Refusal
from anguan.services.edit_conflicts import Saw, saw_all
from anguan.services.photos.id_photos import waiting_photo
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests.draft_writes import attach_photo, write_values
from anguan.services.requests.eligibility import Eligibility, check_eligibility, may_file
from anguan.services.requests.filing import save, write_typed
from anguan.services.requests.subjects import subject_of
from anguan.services.transitions import lock_request


@dataclass(frozen=True)
class _Start:
    """What a draft is about, and whether it may be started."""

    offer: Eligibility
    certificate: Certificate | None
    person: Person | None


def unsaved_draft(
    session: Session,
    account: Account,
    code: str,
    certificate_id: int | None = None,
    fill: bool = False,
    person_id: int | None = None,
) -> ChangeRequest:
    """The draft that exists, or one without a row that holds what its form begins with; writes nothing.

    `fill` begins with the person's facts where the certificate differs; `person_id` names the person about
    whom the office files. Raises NotFound, Refused.
    """
    start = _start(session, account, code, certificate_id, person_id)
    if start.offer.draft is not None:
        return start.offer.draft
    request = _new(account, start)
    request.person, request.certificate, request.filer = start.person, start.certificate, account
    values, photos = _initial(session, account, start, fill)
    photos_typed = {path: file.sha256 for path, file in photos.items()}
    request.values = [DraftValue(name=name, typed=typed) for name, typed in (values | photos_typed).items()]
    request.attachments = [
        Attachment(round=1, material=path, file=file, file_id=file.id, position=1, original_name=NAME)
        for path, file in photos.items()
    ]
    return request


def begin(
    session: Session,
    account: Account,
    code: str,
    certificate_id: int | None = None,
    *,
    person_id: int | None = None,
    fill: bool = False,
    typed: Mapping[str, str] | None = None,
    saw: Saw = saw_all,
    theirs: Collection[str] = (),
) -> ChangeRequest:
    """Save a form for the first time: create the draft, or write into the one that exists already.

    `person_id` names the person about whom the office files; `typed`, `saw` and `theirs` as in `filing.save`.
    Raises NotFound, Refused with the reason, EditConflict.
    """
    account_id = account.id
    try:
        with transaction(session):
            account = session.get_one(Account, account_id)
            start = _start(session, account, code, certificate_id, person_id)
            if start.offer.draft is not None:
                request = lock_request(session, start.offer.draft.id)
                write_typed(session, request, typed or {}, saw, theirs)
                return request
            return _create(session, account, start, fill, typed or {})
    except IntegrityError:
        # Two tabs started at once: the draft of the other one is written.
        session.rollback()
        again = session.get_one(Account, account_id)
        found = _start(session, again, code, certificate_id, person_id).offer.draft
        if found is None:
            raise
        save(session, again, found.id, typed or {}, saw, theirs)
        return found


def _create(
    session: Session,
    account: Account,
    start: _Start,
    fill: bool,
    typed: Mapping[str, str],
) -> ChangeRequest:
    request = _new(account, start)
    session.add(request)
    session.flush()
    values, photos = _initial(session, account, start, fill)
    write_values(request, values)
    for path, file in photos.items():
        attach_photo(session, request, path, file, NAME)
    write_typed(session, request, typed)
    title = start.offer.matter.title
    record_event(session, "begin", f"开始填写{title}", actor_of(account), request=request)
    return request


def _start(
    session: Session, account: Account, code: str, certificate_id: int | None, person_id: int | None
) -> _Start:
    certificate, person = subject_of(session, account, certificate_id, person_id)
    offer = check_eligibility(session, account, code, certificate, person)
    if (certificate is not None) != (offer.matter.subject == "certificate"):
        raise NotFound(Refusal.NO_MATTER)
    if not may_file(offer.matter, account):
        raise NotFound(Refusal.NO_MATTER)
    if offer.draft is None and not offer.open:
        raise Refused(Refusal.NOT_OFFERED, sentence=offer.sentence)
    return _Start(offer, certificate, person)


def _new(account: Account, start: _Start) -> ChangeRequest:
    """The row of the draft, not yet in the session."""
    now = clock.now()
    certificate, person = start.certificate, start.person
    person_id = person.id if person else None
    return ChangeRequest(
        matter=start.offer.matter.code,
        state="draft",
        round=0,
        step=0,
        version=1,
        definition=0,
        frozen_policies="",
        filer_id=account.id,
        person_id=person_id,
        certificate_id=certificate.id if certificate else None,
        subject_key=f"certificate:{certificate.id}" if certificate else f"person:{person_id}",
        applicant_name=person.name if person else account.name,
        created_at=now,
        changed_at=now,
    )


def _initial(
    session: Session, account: Account, start: _Start, fill: bool
) -> tuple[dict[str, str], dict[str, StoredFile]]:
    """The values and the photos that a new draft begins with, by path."""
    certificate = start.certificate
    filled = _differing(certificate) if fill and certificate else {}
    values = {path: value for path, value in filled.items() if not is_picture(path)}
    photos: dict[str, StoredFile] = {}
    for path in photo_fields(start.offer.matter) if account.person_id else ():
        file = waiting_photo(session, account)
        sha256 = filled.get(path) or _first_photo(certificate)
        if file is None and sha256:
            file = session.scalar(select(StoredFile).where(StoredFile.sha256 == sha256))
        if file is not None:
            photos[path] = file
    return values, photos


def photo_fields(matter: Matter) -> list[str]:
    """The paths of the fields that ask for a photo."""
    return [field.path for field in matter.asked if field.resolved.is_picture]


def _differing(certificate: Certificate) -> dict[str, str]:
    """The holder's registered value of each field in which the certificate differs from it."""
    person = certificate.person
    return {
        mine: register_field(theirs).read(person)
        for mine, theirs, _ in MIRRORED_FIELDS
        if register_field(theirs).read(person)
        and register_field(mine).read(certificate) != register_field(theirs).read(person)
    }


def _first_photo(certificate: Certificate | None) -> str:
    """The registered photo, where the certificate has none yet."""
    if certificate is None or certificate.photo or not certificate.person.photo:
        return ""
    return certificate.person.photo
