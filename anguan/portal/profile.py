"""个人信息: registered facts, pending changes, and the matters that change them."""

from dataclasses import dataclass, replace

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from anguan.core.lifecycle import OPEN
from anguan.core.masks import mask_document
from anguan.domain.dossier import Dossier, open_dossier
from anguan.domain.employers import current_employer
from anguan.domain.masking import is_picture, mask
from anguan.domain.people import NEEDED, holds_no_certificate
from anguan.domain.register_fields import register_field
from anguan.extensions import db
from anguan.models import Account, ChangeItem, ChangeRequest
from anguan.portal.blueprint import portal
from anguan.portal.visitor import crumbs, current_account
from anguan.services.photos.id_photos import request_using_photo, waiting_photo
from anguan.services.requests.eligibility import Eligibility, list_eligibility
from anguan.web.access import require_roles


@dataclass(frozen=True)
class ProfileFact:
    """One registered fact, and its requested value while a request is open."""

    path: str
    label: str
    now: str
    wanted: str
    printed: bool
    secret: bool
    photo: bool
    hidden: str = ""


@dataclass(frozen=True)
class ProfileGroup:
    """The facts that one matter changes, with its heading and button."""

    title: str
    offer: Eligibility
    facts: tuple[ProfileFact, ...]
    pending: ChangeRequest | None


@portal.get("/profile", endpoint="profile")
@require_roles("applicant")
def show_profile() -> ResponseReturnValue:
    """Render the page."""
    return _show()


@portal.post("/profile/reveal", endpoint="reveal")
@require_roles("applicant")
def reveal_number() -> ResponseReturnValue:
    """The same page with the own document number in full, once."""
    return _show(whole=True)


def _show(whole: bool = False) -> str:
    me = current_account()
    person = me.person
    eligibilities = list_eligibility(db.session, me)
    dossier = open_dossier(db.session, eligibilities[0].matter, person=person) if eligibilities else None
    employer = current_employer(person) if person else None
    return render_template(
        "portal/profile.html",
        crumbs=crumbs(("个人信息", None)),
        groups=[
            _group(me, offer, replace(dossier, matter=offer.matter), whole)
            for offer in eligibilities
            if dossier
        ],
        person=person,
        employer=employer.name if employer else "",
        moves_by_certificate=dossier is not None and not holds_no_certificate(dossier),
        missing=missing_facts(me),
        waiting=(waiting := waiting_photo(db.session, me)),
        waiting_in=request_using_photo(db.session, me, waiting) if waiting else None,
        login=mask_document(me.login),
        whole=whole,
    )


def missing_facts(me: Account) -> list[str]:
    """Labels of the facts that must be registered before a certificate matter can be started."""
    if me.person is None:
        return []
    return [label for path, label in NEEDED if not register_field(path).read(me.person)]


def _group(me: Account, offer: Eligibility, dossier: Dossier, whole: bool) -> ProfileGroup:
    pending = db.session.scalar(
        select(ChangeRequest)
        .where(
            ChangeRequest.person_id == me.person_id,
            ChangeRequest.matter == offer.matter.code,
            ChangeRequest.state.in_(OPEN),
        )
        .order_by(ChangeRequest.id.desc())
        .limit(1)
    )
    wanted = {item.path: item for item in pending.items if item.round == pending.round} if pending else {}
    facts = []
    for field in offer.matter.asked:
        if field.mode == "answered" or me.person is None or not field.when(dossier):
            continue
        known = register_field(field.path)
        stands = known.read(me.person)
        words = known.text(db.session, stands)
        facts.append(
            ProfileFact(
                field.path,
                field.label,
                words if whole else mask(known.path, stands, words),
                _wanted(wanted.get(field.path)),
                field.propagate or any(place.startswith("certificate.") for place in field.mirrors),
                bool(stands) and known.kind.sensitive,
                known.kind.is_picture,
                mask(known.path, stands, ""),
            )
        )
    return ProfileGroup(offer.matter.title.removesuffix("变更"), offer, tuple(facts), pending)


def _wanted(item: ChangeItem | None) -> str:
    if item is None or not item.changed or item.mirror_of:
        return ""
    if is_picture(item.path):
        return "新照片"
    return mask(item.path, item.after or "", item.after_text)
