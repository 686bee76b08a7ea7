"""The result of a certificate verification: its current status, and masked facts."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.field_types.name import tidy_name
from anguan.core.field_types.text_cleaning import bracket_spellings, strip_blanks
from anguan.core.lifecycle import APPROVED
from anguan.core.masks import mask_document, mask_name
from anguan.domain.certificates import status_on
from anguan.domain.editions import NOTE, latest_edition, printed_facts
from anguan.domain.register_fields import REGISTER_FIELDS
from anguan.models import Certificate, CertificateStatus, ChangeItem, ChangeRequest, Edition
from anguan.public.words import LABELS, SENTENCES, STATUS_SENTENCES, TONES, WORDS, Item, Result
from anguan.services.codes import StatusCode
from anguan.services.requests.status import certificate_status
from anguan.services.words import STATUS_WORDS


@dataclass(frozen=True)
class Row:
    """One line of the result: label, text, and whether a newer edition differs in it."""

    item: Item
    text: str
    changed: bool = False

    @property
    def label(self) -> str:
        """The label in words."""
        return LABELS[self.item]


@dataclass(frozen=True)
class VerificationResult:
    """The result, its messages, and the lines of the certificate."""

    result: Result
    word: str
    sentence: str
    rows: tuple[Row, ...]
    note: str = ""
    number: str = ""

    @property
    def tone(self) -> str:
        """The tone of the result: ok, warn or bad."""
        return TONES[self.result]


def check_token(session: Session, token: str) -> VerificationResult | None:
    """The result for the edition with this QR token; None when there is none."""
    edition = session.scalar(select(Edition).where(Edition.qr_token == token))
    if edition is None:
        return None
    certificate = edition.certificate
    latest = latest_edition(session, certificate.id)
    facts = json.loads(edition.facts)
    if latest is None or latest.version == edition.version:
        return _judge(session, certificate, facts, _name_edition(edition))
    if _is_valid(session, certificate):
        since = clock.beijing(latest.made_at).date()
        return VerificationResult(
            Result.SUPERSEDED,
            WORDS[Result.SUPERSEDED],
            SENTENCES[Result.SUPERSEDED].format(version=edition.version, since=_day(since.isoformat())),
            _rows(
                facts, f"{_name_edition(edition)}，{_day(since.isoformat())}起停用", json.loads(latest.facts)
            ),
            number=certificate.number or "",
        )
    return _judge(
        session, certificate, facts, f"{_name_edition(edition)}，{STATUS_WORDS[StatusCode.SUPERSEDED]}"
    )


def check_number(session: Session, number: str, name: str) -> VerificationResult | None:
    """The result for the certificate with this number, if `name` is its holder's; else None."""
    spelt = bracket_spellings(strip_blanks(number))
    certificate = session.scalar(select(Certificate).where(Certificate.number.in_(spelt)))
    held = tidy_name(certificate.holder_name) if certificate else ""
    same = hmac.compare_digest(held.casefold().encode(), tidy_name(name).casefold().encode())
    if certificate is None or not held or not same:
        return None
    latest = latest_edition(session, certificate.id)
    return _judge(session, certificate, printed_facts(certificate), _name_edition(latest) if latest else "")


def _is_valid(session: Session, certificate: Certificate) -> bool:
    return status_on(certificate, clock.today()) == CertificateStatus.VALID


def _judge(
    session: Session, certificate: Certificate, facts: Mapping[str, str], edition: str
) -> VerificationResult:
    """The current status: green for a valid certificate, red for everything else."""
    status = certificate_status(session, certificate)
    number = certificate.number or ""
    if _is_valid(session, certificate):
        result = Result.VALID
        return VerificationResult(
            result, WORDS[result], SENTENCES[result], _rows(facts, edition), status.detail, number
        )
    pending = status.code == StatusCode.RENEWAL_PENDING
    result = Result.RENEWAL_PENDING if pending else Result.INVALID
    sentence = SENTENCES[result]
    if not pending:
        sentence = STATUS_SENTENCES.get(status_on(certificate, clock.today()), sentence)
    since = _changed_on(session, certificate)
    rows = (Row(Item.STATUS, f"{status.word}，{since}" if since else status.word), *_rows(facts, edition))
    return VerificationResult(result, WORDS[result].format(status=status.word), sentence, rows, number=number)


def _changed_on(session: Session, certificate: Certificate) -> str:
    """The day on which an approved request changed the certificate's status; '' when none did."""
    moment = session.scalar(
        select(func.max(ChangeRequest.decided_at))
        .join(ChangeItem, ChangeItem.request_id == ChangeRequest.id)
        .where(
            ChangeItem.certificate_id == certificate.id,
            ChangeItem.path == "certificate.status",
            ChangeItem.after == certificate.status,
            ChangeRequest.state == APPROVED,
        )
    )
    return _day(clock.beijing(moment).date().isoformat()) if moment else ""


def _rows(facts: Mapping[str, str], edition: str, newer: Mapping[str, str] | None = None) -> tuple[Row, ...]:
    def differs(*names: str) -> bool:
        return newer is not None and any(facts[name] != newer[name] for name in names)

    gender = REGISTER_FIELDS["certificate.gender"].kind.show(facts["gender"])
    shown = [
        Row(Item.NUMBER, facts["number"]),
        Row(Item.KIND, f"{facts['kind_code']}-{facts['kind_title']}", differs("kind_code")),
        Row(
            Item.HOLDER, f"{mask_name(facts['holder_name'])[:3]}，{gender}", differs("holder_name", "gender")
        ),
        Row(Item.DOCUMENT, mask_document(facts["document_number"]), differs("document_number")),
        Row(Item.UNIT, facts["unit_name"], differs("unit_name")),
        Row(Item.FIRST_ISSUED, _day(facts["first_issued"]), differs("first_issued")),
        Row(Item.VALID_UNTIL, _day(facts["valid_until"]), differs("valid_until")),
    ]
    return tuple([*shown, Row(Item.EDITION, edition)] if edition else shown)


def _name_edition(edition: Edition) -> str:
    note = json.loads(edition.facts).get(NOTE)
    which = f"第 {edition.version} 版{f'（{note}）' if note else ''}"
    return f"{which}，{_day(clock.beijing(edition.made_at).date().isoformat())}制证"


def _day(text: str) -> str:
    """2026年1月9日 from 2026-01-09."""
    year, month, day = (int(part) for part in text.split("-"))
    return f"{year}年{month}月{day}日"
