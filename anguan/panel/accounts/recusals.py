"""回避: enterprises and persons whose requests a reviewer may not decide, edited on the account's page."""

from typing import Any

from flask import flash, redirect, request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from anguan.core.field_types import normalise_login
from anguan.core.masks import mask_document
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import Account, Enterprise, Person, Recusal
from anguan.panel.common.guard import GuardedMixin, current_account, id_from_text
from anguan.panel.common.routing import expose
from anguan.panel.common.search import is_exactly
from anguan.web.access import ask_password_again, require_roles

ID = "<id:id>"
LONGEST = 100


def list_recusals(row: Account) -> list[dict[str, Any]] | None:
    """Recusals for the page of an account; None when the account is no reviewer."""
    if row.role not in REVIEWERS:
        return None
    found = db.session.scalars(select(Recusal).where(Recusal.account_id == row.id).order_by(Recusal.id))
    return [{"id": one.id, "whom": format_recused(one), "why": one.why} for one in found]


def format_recused(row: Recusal) -> str:
    """The enterprise with its code, or the person with the masked document number."""
    if row.enterprise is not None:
        return f"{row.enterprise.name}（{row.enterprise.uscc}）"
    return f"{row.person.name}（{mask_document(row.person.document_number)}）" if row.person else ""


class RecusalView(GuardedMixin):
    """Add and remove recusals; each change is an event."""

    allowed_roles = ("administrator",)

    def is_visible(self) -> bool:
        """Hidden in the menu: it is opened from the page of an account."""
        return False

    @expose("/")
    def index(self) -> Any:
        """Recusals are listed on the pages of their accounts."""
        return redirect(self.get_url("panel_account.index_view"))

    @expose(f"/{ID}/add", methods=("POST",))
    @require_roles("administrator")
    def add(self, id: int) -> Any:
        """Add a recusal by credit code or document number, with a reason."""
        row = db.session.get(Account, id)
        typed = normalise_login(request.form.get("whom", ""))
        why = request.form.get("why", "").strip()[:LONGEST]
        firm = db.session.scalar(select(Enterprise).where(Enterprise.uscc == typed))
        person = db.session.scalar(select(Person).where(is_exactly(Person.document_number, typed)).limit(1))
        if row is None or row.role not in REVIEWERS:
            flash("只有审核员和高级审核员有回避登记。", "warn")
        elif firm is None and person is None:
            flash("没有登记这个统一社会信用代码的企业，也没有这个证件号码的人，请核对。", "bad")
        elif not why:
            flash("请写明回避的原因，例如“曾在该单位任职”。", "bad")
        else:
            self._add(row.id, firm.id if firm else None, person.id if person and not firm else None, why)
        return self._back(id)

    @expose(f"/{ID}/remove", methods=("POST",))
    @require_roles("administrator")
    def remove(self, id: int) -> Any:
        """Remove a recusal."""
        if away := ask_password_again():
            return away
        key, who = id_from_text(request.form.get("recusal", "")), actor_of(current_account())
        with transaction(db.session):
            row = db.session.get(Recusal, key)
            if row is not None and row.account_id == id:
                words = f"解除{row.account.name}的回避：{format_recused(row)}"
                record_event(db.session, "unrecuse", words, who, visible_to="audit")
                db.session.delete(row)
        flash("回避已解除。", "ok")
        return self._back(id)

    def _add(self, id: int, enterprise_id: int | None, person_id: int | None, why: str) -> None:
        who = actor_of(current_account())
        try:
            with transaction(db.session):
                row = Recusal(account_id=id, enterprise_id=enterprise_id, person_id=person_id, why=why)
                db.session.add(row)
                db.session.flush()
                words = f"登记{row.account.name}回避：{format_recused(row)}，{why}"
                record_event(db.session, "recuse", words, who, visible_to="audit")
        except IntegrityError:
            flash("这一条回避已经登记过了。", "warn")
        else:
            flash("已登记回避，今后不会收到相关申请。", "ok")

    def _back(self, id: int) -> Any:
        return redirect(self.get_url("panel_account.details_view", id=id, _anchor="recusals"))
