"""Context that a consequence receives when a decision takes effect, within its transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.domain.policies import Policies
from anguan.models import Certificate, ChangeItem, ChangeRequest, Person


@dataclass(frozen=True)
class ApprovalContext:
    """An approved request with the change items just written. A consequence returns what it did, or ''."""

    session: Session
    request: ChangeRequest
    items: Sequence[ChangeItem]
    policies: Policies
    moment: datetime
    person: Person | None
    certificate: Certificate | None

    @property
    def today(self) -> date:
        """The date on which the approval takes effect, in Beijing."""
        return clock.beijing(self.moment).date()

    def wrote(self, *paths: str) -> bool:
        """True when one of these fields was changed."""
        return any(item.path in paths and item.changed for item in self.items)
