"""Forms that were sent after the login had ended: encrypted, for the account that had them open."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from anguan.auth.encryption import decrypt, encrypt
from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import KeptForm

PURPOSE = "kept_form"
KEEP = timedelta(hours=24)
LONGEST = 300_000
"""Characters of one form; the longest form of the product has a tenth of that."""


@dataclass(frozen=True)
class KeptValues:
    """What was typed into the form of `url`."""

    url: str
    values: Mapping[str, list[str]]


def keep_form(session: Session, account_id: int, url: str, values: Mapping[str, list[str]]) -> bool:
    """Keep the latest form of the account; one that is too long is not kept."""
    text = json.dumps({"url": url, "values": values}, ensure_ascii=False)
    if len(text) > LONGEST:
        return False
    with transaction(session):
        session.execute(delete(KeptForm).where(KeptForm.account_id == account_id))
        session.add(KeptForm(account_id=account_id, sealed=encrypt(PURPOSE, text), kept_at=clock.now()))
    return True


def find_kept_form(session: Session, account_id: int) -> KeptValues | None:
    """The form that is kept for this account; None without one, or when the master key has changed."""
    row = session.scalar(
        select(KeptForm).where(KeptForm.account_id == account_id, KeptForm.kept_at > clock.now() - KEEP)
    )
    text = decrypt(PURPOSE, row.sealed) if row is not None else None
    return KeptValues(**json.loads(text)) if text else None


def forget_kept_form(session: Session, account_id: int) -> None:
    """Delete the form that is kept for this account."""
    with transaction(session):
        session.execute(delete(KeptForm).where(KeptForm.account_id == account_id))
