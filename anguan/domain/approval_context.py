"""What a consequence gets when a decision takes effect, inside the one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.domain.policies import Policies
from anguan.models import Certificate, ChangeItem, ChangeRequest, Person


@dataclass(frozen=True)
class ApprovalContext:
    """An approved request with the cells just written. A consequence returns what it did, or ''."""

    session: Session
    request: ChangeRequest
    items: Sequence[ChangeItem]
    policies: Policies
    moment: datetime
    person: Person | None
    certificate: Certificate | None

    @property
    def today(self) -> date:
        """The day on which it becomes true, in Beijing."""
        return clock.beijing(self.moment).date()

    def wrote(self, *paths: str) -> bool:
        """True when one of these facts was changed."""
        return any(item.path in paths and item.changed for item in self.items)
