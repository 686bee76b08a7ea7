"""Eligibility: whether an account may start a matter now, and if not, why and from when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core.check_result import OPENING, Cause, CheckResult, Outcome, blocks, strongest
from anguan.core.lifecycle import DRAFT
from anguan.core.matter import Matter
from anguan.domain.dossier import Dossier, open_dossier
from anguan.domain.review_permissions import REVIEWERS
from anguan.matters.in_force import all_in_force, in_force
from anguan.models import Account, Certificate, ChangeRequest, Person


@dataclass(frozen=True)
class Eligibility:
    """A matter for one subject. When blocked, `findings` give all reasons; the strongest alone is shown."""

    matter: Matter
    findings: tuple[CheckResult, ...]
    draft: ChangeRequest | None = None

    @property
    def open(self) -> bool:
        """True when a draft may be started or continued."""
        return not self.findings

    @property
    def sentence(self) -> str:
        """The strongest reason why not."""
        found = strongest(self.findings)
        return found.sentence if found else ""


def may_file(matter: Matter, account: Account) -> bool:
    """True when accounts of this role file the matter; matters of the office are filed by its reviewers."""
    return account.role in REVIEWERS if matter.filed_by == "office" else matter.filed_by == account.role


def check_eligibility(
    session: Session,
    account: Account,
    code: str,
    certificate: Certificate | None = None,
    person: Person | None = None,
) -> Eligibility:
    """Eligibility of one matter for one subject of this account; the office names the person."""
    matter = in_force(session, code)
    dossier = open_dossier(session, matter, person=person or account.person, certificate=certificate)
    return _check(dossier, _drafts(account, dossier))


def list_eligibility(
    session: Session, account: Account, certificate: Certificate | None = None, person: Person | None = None
) -> list[Eligibility]:
    """Eligibility of every matter this account may file for the person or certificate, in menu order."""
    subject = "certificate" if certificate is not None else "person"
    offered = [
        matter for matter in all_in_force(session) if matter.subject == subject and may_file(matter, account)
    ]
    if not offered:
        return []
    dossier = open_dossier(session, offered[0], person=person or account.person, certificate=certificate)
    drafts = _drafts(account, dossier)
    return [_check(replace(dossier, matter=matter), drafts) for matter in offered]


def _check(dossier: Dossier, drafts: Mapping[str, ChangeRequest]) -> Eligibility:
    return Eligibility(dossier.matter, _blocking(dossier), drafts.get(dossier.matter.code))


def _blocking(dossier: Dossier) -> tuple[CheckResult, ...]:
    found = [rule(dossier) for rule in dossier.matter.rules if rule.at == OPENING]
    if not dossier.matter.enabled:
        found.append(replace(blocks("本事项暂停受理"), cause=Cause.SERVICE))
    return tuple(finding for finding in found if finding.outcome == Outcome.BLOCK)


def _drafts(account: Account, dossier: Dossier) -> dict[str, ChangeRequest]:
    """The account's drafts about this subject, by matter."""
    drafts = select(ChangeRequest).where(
        ChangeRequest.filer_id == account.id,
        ChangeRequest.subject_key == dossier.subject_key,
        ChangeRequest.state == DRAFT,
    )
    return {row.matter: row for row in dossier.session.scalars(drafts.order_by(ChangeRequest.id.desc()))}
