"""Contents of the person's file, limited to what the visitor may see of the register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from anguan.core.masks import mask_document, mask_phone
from anguan.domain.masking import is_picture
from anguan.domain.region_scope import in_region
from anguan.domain.review_permissions import is_filed
from anguan.extensions import db
from anguan.models import (
    Attachment,
    Certificate,
    ChangeItem,
    ChangeRequest,
    Constructor,
    Employment,
    Enterprise,
    Insurance,
    Person,
    Training,
)
from anguan.panel.register.register import certificates_where, seen_ids, url_of
from anguan.services.requests.drafts import definition
from anguan.services.review.document_reads import document_titles, order_documents
from anguan.services.review.review_view import round_attachments, round_items

MOST_REQUESTS = 20
MOST_ROWS = 60


@dataclass(frozen=True)
class FiledPhoto:
    """One ID photo: the URL of the picture, where it comes from, and when it was submitted."""

    url: str
    source: str
    at: datetime | None = None


@dataclass(frozen=True)
class FiledDocument:
    """A document of an earlier request: the URL of its first page, its title and number of pages."""

    url: str
    title: str
    pages: int


@dataclass(frozen=True)
class EarlierRequest:
    """Another submitted request about the person, with the documents of its last round."""

    request: ChangeRequest
    documents: Sequence[FiledDocument]


def person_file(found: ChangeRequest, person: Person) -> dict[str, Any]:
    """Template values of the file of this person, opened from a request about them.

    What is registered about somebody who works in another region is left out for staff of a region.
    """
    registered = person.id in seen_ids(Person, {person.id})
    requests = _requests(person)
    return {
        "person": person,
        "registered": registered,
        "person_url": url_of("panel_person", person.id, request=found.id) if registered else "",
        "facts": _facts(person) if registered else (),
        "photos": _photos(person, requests, registered),
        "certificates": certificates_where(Certificate.person_id == person.id),
        "earlier": [_earlier(row) for row in requests if row.id != found.id],
        "employments": _employments(found, person) if registered else (),
        "training": _rows(Training, person, Training.year.desc()),
        "insurance": _rows(Insurance, person, Insurance.last_month.desc()),
        "constructors": _rows(Constructor, person, Constructor.valid_until.desc()),
    }


def _facts(person: Person) -> list[tuple[str, str]]:
    facts = [
        ("证件号码", mask_document(person.document_number)),
        ("文化程度", person.education),
        ("技术职称", person.title),
        ("职位", person.position),
        ("手机", mask_phone(person.phone) if person.phone else ""),
    ]
    return [(label, value) for label, value in facts if value]


def _requests(person: Person) -> Sequence[ChangeRequest]:
    """The latest submitted requests about the person that the visitor may see."""
    return db.session.scalars(
        select(ChangeRequest)
        .where(ChangeRequest.person_id == person.id, *is_filed(current_user.region))
        .options(
            selectinload(ChangeRequest.items),
            selectinload(ChangeRequest.attachments).joinedload(Attachment.file),
        )
        .order_by(ChangeRequest.id.desc())
        .limit(MOST_REQUESTS)
    ).all()


def _photos(person: Person, requests: Sequence[ChangeRequest], registered: bool) -> list[FiledPhoto]:
    """The registered photo, then each other photo that stood in a request before or after it."""
    photos, seen = [], set()
    if registered and person.photo:
        photos.append(FiledPhoto(url_for("panel_person.photo", id=person.id), "现在登记的"))
        seen.add(person.photo)
    for row in requests:
        for item in round_items(row):
            for when, sha in _pictures(item):
                if sha and sha not in seen:
                    seen.add(sha)
                    url = url_for("panel_request.photo", id=row.id, item=item.id, when=when)
                    source = "申请换成的" if when == "after" else "申请时登记的"
                    photos.append(FiledPhoto(url, f"{row.number} {source}", row.submitted_at))
    return photos


def _pictures(item: ChangeItem) -> tuple[tuple[str, str | None], ...]:
    if item.mirror_of or not is_picture(item.path):
        return ()
    return ("after", item.after), ("before", item.before)


def _earlier(row: ChangeRequest) -> EarlierRequest:
    titles = document_titles(definition(db.session, row))
    documents = [
        FiledDocument(
            url_for("panel_document.scan", id=row.id, attachment=one.id, page=1),
            titles.get(one.material, one.material),
            one.file.pages,
        )
        for one in order_documents(round_attachments(row), titles)
        if not is_picture(one.material)
    ]
    return EarlierRequest(row, documents)


def _employments(found: ChangeRequest, person: Person) -> list[tuple[Employment, str]]:
    """Employments with the URL of the enterprise, or '' where the visitor may not open it."""
    rows = db.session.scalars(
        select(Employment)
        .where(Employment.person_id == person.id)
        .options(joinedload(Employment.enterprise).selectinload(Enterprise.qualifications))
        .order_by(Employment.started_on.desc(), Employment.id.desc())
        .limit(MOST_ROWS)
    ).all()
    inside = seen_ids(Enterprise, {row.enterprise_id for row in rows})
    return [
        (
            row,
            url_of("panel_enterprise", row.enterprise_id, request=found.id)
            if row.enterprise_id in inside
            else "",
        )
        for row in rows
    ]


def _rows(model: Any, person: Person, order: Any) -> Sequence[Any]:
    """External records of the person that the visitor may see, the latest first."""
    query = select(model).where(model.person_id == person.id, *in_region(model, current_user.region))
    if hasattr(model, "enterprise"):
        query = query.options(joinedload(model.enterprise))
    return db.session.scalars(query.order_by(order).limit(MOST_ROWS)).all()
