"""May I file this, and if not, why not, and from when?"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.grammar.finding import OPENING, Finding, blocks
from anguan.grammar.lifecycle import DRAFT
from anguan.grammar.matter import Matter
from anguan.matters.in_force import all_in_force, in_force
from anguan.models import Account, Certificate, ChangeRequest
from anguan.records.dossier import Dossier, open_dossier


@dataclass(frozen=True)
class Offer:
    """A matter as offered for one subject. Blocked: `findings` say why, `since` from when it opens."""

    matter: Matter
    findings: tuple[Finding, ...]
    draft: ChangeRequest | None = None

    @property
    def open(self) -> bool:
        """True when a draft may be begun or continued."""
        return not self.findings

    @property
    def sentence(self) -> str:
        """Why not, in words."""
        return "；".join(finding.sentence for finding in self.findings)

    @property
    def since(self) -> date | None:
        """The day from which it opens, when that is known."""
        return next((finding.since for finding in self.findings if finding.since), None)


def offer(session: Session, account: Account, code: str, certificate: Certificate | None = None) -> Offer:
    """Judge one matter for one subject of this account."""
    matter = in_force(session, code)
    dossier = open_dossier(session, matter, person=account.person, certificate=certificate)
    return Offer(matter, _blocking(dossier), _draft(session, account, dossier))


def offers(session: Session, account: Account, certificate: Certificate | None = None) -> list[Offer]:
    """Every matter that concerns the person (or one certificate), in menu order."""
    subject = "certificate" if certificate is not None else "person"
    return [
        offer(session, account, matter.code, certificate)
        for matter in all_in_force(session)
        if matter.subject == subject and matter.filed_by == account.role
    ]


def _blocking(dossier: Dossier) -> tuple[Finding, ...]:
    if not dossier.matter.enabled:
        return (blocks("本事项暂停受理"),)
    found = (rule(dossier) for rule in dossier.matter.rules if rule.at == OPENING)
    return tuple(finding for finding in found if finding.outcome == "block")


def _draft(session: Session, account: Account, dossier: Dossier) -> ChangeRequest | None:
    return session.scalar(
        select(ChangeRequest).where(
            ChangeRequest.filer_id == account.id,
            ChangeRequest.matter == dossier.matter.code,
            ChangeRequest.subject_key == dossier.subject_key,
            ChangeRequest.state == DRAFT,
        )
    )
