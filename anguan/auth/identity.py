"""The identity behind a request, as a value without a database row."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from anguan.core import clock
from anguan.models import STAFF

FULL = "full"
STAGES = ("activation", "second_factor", "rotation", FULL)
"""Stages of a login session: each but the last opens one account page only."""

PROOF_LASTS = timedelta(minutes=10)

ROLE_TITLES = {
    "applicant": "个人",
    "enterprise": "企业",
    "reviewer": "审核员",
    "senior_reviewer": "高级审核员",
    "exam_officer": "考务员",
    "administrator": "系统管理员",
    "auditor": "审计员",
}


@dataclass(frozen=True)
class Identity:
    """The account behind a request; only a session of the last stage counts as authenticated."""

    id: int = 0
    name: str = ""
    role: str = ""
    region: str | None = None
    person_id: int | None = None
    enterprise_id: int | None = None
    stage: str = ""
    session_id: int | None = None
    proved_at: datetime | None = None

    @property
    def is_authenticated(self) -> bool:
        """True once all stages of the login are done."""
        return self.stage == FULL

    @property
    def is_active(self) -> bool:
        """Required by Flask-Login; a disabled account has no session at all."""
        return self.is_authenticated

    @property
    def is_anonymous(self) -> bool:
        """True without a session, and while the login is not complete."""
        return not self.is_authenticated

    @property
    def is_staff(self) -> bool:
        """True for the roles of the office."""
        return self.role in STAFF

    @property
    def role_title(self) -> str:
        """The role in words."""
        return ROLE_TITLES.get(self.role, "")

    @property
    def is_fresh(self) -> bool:
        """True when the password was entered within the last ten minutes."""
        return self.proved_at is not None and clock.now() - self.proved_at < PROOF_LASTS

    def get_id(self) -> str:
        """Required by Flask-Login: the id of the account as text."""
        return str(self.id)


ANONYMOUS = Identity()
