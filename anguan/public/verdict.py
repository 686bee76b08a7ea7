"""What a check says about a certificate: its state now, and masked facts."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from anguan.desk.status import certificate_status
from anguan.grammar import clock
from anguan.grammar.kinds.cleaning import squeeze
from anguan.grammar.kinds.name import tidy_name
from anguan.grammar.lifecycle import APPROVED
from anguan.grammar.masks import mask_document, mask_name
from anguan.models import Certificate, ChangeItem, ChangeRequest, Edition
from anguan.records.certificates import standing
from anguan.records.editions import NOTE, latest_edition, printed_facts
from anguan.records.vocabulary import FACTS

SENTENCES = {
    "lapsed": "有效期已过，没有延续。此证书不能作为任职依据。",
    "cancelled": "此证书不能作为任职依据。",
    "suspended": "暂扣期间，此证书不能作为任职依据。",
    "moved_out": "已办理转出，在本省不能作为任职依据。",
}
NEVER = "此证书不能作为任职依据。"
PENDING = "延续申请在到期前已经提交，正在审核，以审核结果为准。"


@dataclass(frozen=True)
class Verdict:
    """`tone` is ok, warn (an old edition) or bad; `rows` are label, text and whether that has changed."""

    tone: str
    word: str
    sentence: str
    rows: tuple[tuple[str, str, bool], ...]
    note: str = ""
    number: str = ""


def check_token(session: Session, token: str) -> Verdict | None:
    """The verdict on the sheet that carries this token; None when there is no such sheet."""
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
        return Verdict(
            "warn",
            "这一版已被新版本替代",
            f"二维码属于第 {edition.version} 版，{_day(since.isoformat())}起不再使用。请持证人出示新版证书。",
            _rows(
                facts, f"{_name_edition(edition)}，{_day(since.isoformat())}起停用", json.loads(latest.facts)
            ),
            number=certificate.number or "",
        )
    return _judge(session, certificate, facts, f"{_name_edition(edition)}，已被新版本替代")


def check_number(session: Session, number: str, name: str) -> Verdict | None:
    """The verdict on the certificate with this number, if it is this holder's; None in every other case."""
    certificate = session.scalar(select(Certificate).where(Certificate.number == squeeze(number)))
    held = tidy_name(certificate.holder_name) if certificate else ""
    same = hmac.compare_digest(held.casefold().encode(), tidy_name(name).casefold().encode())
    if certificate is None or not held or not same:
        return None
    latest = latest_edition(session, certificate.id)
    return _judge(session, certificate, printed_facts(certificate), _name_edition(latest) if latest else "")


def _is_valid(session: Session, certificate: Certificate) -> bool:
    return standing(certificate, clock.today()) == "valid"


def _judge(session: Session, certificate: Certificate, facts: Mapping[str, str], edition: str) -> Verdict:
    """The state as it is at this moment; green for one that is in force, red for everything else."""
    status = certificate_status(session, certificate)
    number = certificate.number or ""
    if _is_valid(session, certificate):
        sentence = "这是现行版本，内容与登记一致。"
        return Verdict("ok", "有效", sentence, _rows(facts, edition), status.detail, number)
    state = standing(certificate, clock.today())
    pending = state == "lapsed" and certificate.status != "lapsed" and "审核中" in status.word
    sentence = PENDING if pending else SENTENCES.get(state, NEVER)
    word = status.word if pending else f"无效，{status.word}"
    since = _changed_on(session, certificate)
    rows = (("证书状态", f"{status.word}，{since}" if since else status.word, False), *_rows(facts, edition))
    return Verdict("bad", word, sentence, rows, number=number)


def _changed_on(session: Session, certificate: Certificate) -> str:
    """The day on which a request changed the state of this certificate, when one did."""
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


def _rows(
    facts: Mapping[str, str], edition: str, newer: Mapping[str, str] | None = None
) -> tuple[tuple[str, str, bool], ...]:
    def differs(*names: str) -> bool:
        return newer is not None and any(facts[name] != newer[name] for name in names)

    gender = FACTS["certificate.gender"].kind.show(facts["gender"])
    shown = [
        ("证书编号", facts["number"], False),
        ("证书类型", f"{facts['kind_code']}-{facts['kind_title']}", differs("kind_code")),
        ("姓名、性别", f"{mask_name(facts['holder_name'])[:3]}，{gender}", differs("holder_name", "gender")),
        ("证件号码", mask_document(facts["document_number"]), differs("document_number")),
        ("工作单位", facts["unit_name"], differs("unit_name")),
        ("首次发证日期", _day(facts["first_issued"]), differs("first_issued")),
        ("有效期结束", _day(facts["valid_until"]), differs("valid_until")),
    ]
    return tuple([*shown, ("版本", edition, False)] if edition else shown)


def _name_edition(edition: Edition) -> str:
    note = json.loads(edition.facts).get(NOTE)
    which = f"第 {edition.version} 版{f'（{note}）' if note else ''}"
    return f"{which}，{_day(clock.beijing(edition.made_at).date().isoformat())}制证"


def _day(text: str) -> str:
    """2026年1月9日 from 2026-01-09."""
    year, month, day = (int(part) for part in text.split("-"))
    return f"{year}年{month}月{day}日"
