"""Rules about requests, and the locks that a request needs."""

from sqlalchemy import select

from anguan.core.check_result import FILING, OPENING, Cause, CheckResult, blocks, passes, rule
from anguan.domain.certificates import is_paper
from anguan.domain.dossier import Dossier
from anguan.domain.field_changes import field_changes_of
from anguan.models import ChangeRequest, Lock


def locks_needed(dossier: Dossier) -> list[str]:
    """The lock keys of the subject and of every record that the request will write, sorted."""
    keys = {dossier.subject_key}
    for change in field_changes_of(dossier):
        if change.mode in ("asked", "computed") and change.changed:
            keys.add(_key(dossier, change.lock))
    return sorted(keys)


def _key(dossier: Dossier, lock: str) -> str:
    if ":" in lock:
        return lock
    record = dossier.record(lock)
    return f"{lock}:{record.id}" if record is not None else lock


@rule("requests.no_other_open", "没有其他在办申请", at=OPENING, cause=Cause.OTHER_REQUEST)
def no_other_open(dossier: Dossier) -> CheckResult:
    """No other open request will write one of the same records."""
    own, keys = dossier.request.id if dossier.request else 0, locks_needed(dossier)
    other = (
        select(ChangeRequest)
        .join(Lock, Lock.request_id == ChangeRequest.id)
        .where(Lock.key.in_(keys), ChangeRequest.id != own)
        .limit(1)
    )
    row = dossier.look_up(("other_open", own, *keys), lambda: dossier.session.scalar(other))
    if row is not None:
        return blocks(f"申请 {row.number} 还在办理中，请等该申请办结或撤销后再办")
    return passes("没有其他在办申请")


@rule("requests.something_changes", "有变更内容", at=FILING)
def something_changes(dossier: Dossier) -> CheckResult:
    """At least one field changes; the conversion of a paper certificate counts as a change."""
    if is_paper(dossier):
        return passes("纸质证书换发电子证书")
    if any(change.mode == "asked" and change.changed for change in field_changes_of(dossier)):
        return passes("有变更内容")
    return blocks("没有变更任何内容，请把要改的项目改成新的内容再提交")
