"""The words of this package: for each code the sentence or word that people read."""

from collections.abc import Mapping
from enum import StrEnum

from anguan.records.vocabulary import CERTIFICATE_STATUSES


class StatusCode(StrEnum):
    """操作状态 of a request, 证书状态 and 电子证 of a certificate, as its holder reads them."""

    NONE = "none"
    UNSUBMITTED = "unsubmitted"
    WAITING = "waiting"
    REVIEWING = "reviewing"
    RETURNED = "returned"
    REJECTED = "rejected"
    APPROVED = "approved"
    PRODUCING = "producing"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"

    VALID = "valid"
    EXPIRING = "expiring"
    RENEWAL_PENDING = "renewal_pending"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    ANNULLED = "annulled"
    CANCELLED = "cancelled"
    MOVED_OUT = "moved_out"
    REVOKED = "revoked"

    READY = "ready"
    NO_EDITION = "no_edition"


STATUS_OF: Mapping[str, StatusCode] = {
    "valid": StatusCode.VALID,
    "suspended": StatusCode.SUSPENDED,
    "annulled": StatusCode.ANNULLED,
    "cancelled": StatusCode.CANCELLED,
    "lapsed": StatusCode.EXPIRED,
    "moved_out": StatusCode.MOVED_OUT,
    "revoked": StatusCode.REVOKED,
}
"""What is shown for each stored status of a certificate."""

STATUS_WORDS: Mapping[StatusCode, str] = {
    StatusCode.NONE: "无",
    StatusCode.UNSUBMITTED: "草稿未提交",
    StatusCode.WAITING: "已提交待审核",
    StatusCode.REVIEWING: "审核中",
    StatusCode.RETURNED: "退回补正",
    StatusCode.REJECTED: "审批不通过",
    StatusCode.APPROVED: "已通过",
    StatusCode.PRODUCING: "制证中",
    StatusCode.WITHDRAWN: "已撤销",
    StatusCode.DISCARDED: "已作废",
    StatusCode.EXPIRING: "即将到期",
    StatusCode.RENEWAL_PENDING: "有效期已过，延续审核中",
    StatusCode.READY: "✓",
    StatusCode.NO_EDITION: "—",
    **{shown: CERTIFICATE_STATUSES[stored] for stored, shown in STATUS_OF.items()},
}


def remarks_opinion(count: int) -> str:
    """The opinion of a return whose reviewer wrote nothing but the remarks on `count` items."""
    return f"有 {count} 项需要补正"
