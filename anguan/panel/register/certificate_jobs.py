"""制证: certificate jobs, their errors, and the button that retries a job."""

from typing import Any

from flask import flash, redirect
from sqlalchemy.orm import joinedload

from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.infra.events import actor_of
from anguan.infra.transaction import transaction
from anguan.models import CertificateJob, Edition
from anguan.models.certificates import CERTIFICATE_JOB_STATES, ProductionState
from anguan.panel.common import formatting
from anguan.panel.common.guard import REGISTER, current_account
from anguan.panel.common.routing import expose
from anguan.panel.lists.filters import OneOf
from anguan.panel.lists.list_query import Order
from anguan.panel.lists.listing import GuardedView
from anguan.panel.register.register import url_of
from anguan.web.access import require_roles
from anguan.web.status_signs import Sign
from anguan.worker.certificate_jobs import try_again

SIGNS = {
    "waiting": Sign.PRODUCING, "drawing": Sign.PRODUCING, "ready": Sign.GOOD, "failed": Sign.BAD,
}  # fmt: skip


UNFINISHED = tuple(state for state in CERTIFICATE_JOB_STATES if state != ProductionState.READY)


class CertificateJobView(GuardedView):
    """制证."""

    allowed_roles = REGISTER
    stock_routes = frozenset({"index_view"})
    can_view_details = can_export = False
    list_template = "admin/certificate_jobs.html"
    row_actions = True
    noun = "张"
    cut = ("holder", "error")
    nothing = ("没有等待或失败的制证。", "")
    column_list = ("number", "holder", "version", "state", "attempts", "error", "made_at")
    column_labels = {
        "number": "证书编号", "holder": "姓名", "version": "版本", "state": "状态", "attempts": "次数",
        "error": "原因", "made_at": "生成时间",
    }  # fmt: skip
    cells = {
        "number": lambda row: formatting.link(
            url_of("panel_certificate", row.edition.certificate_id), row.edition.certificate.number
        ),
        "holder": lambda row: row.edition.certificate.holder_name,
        "version": lambda row: f"第 {row.edition.version} 版",
        "state": lambda row: formatting.signed(SIGNS[row.state], formatting.PRODUCTIONS[row.state]),
        "error": lambda row: row.error or formatting.QUIET,
        "made_at": lambda row: formatting.moment(row.edition.made_at),
    }
    options = (joinedload(CertificateJob.edition).joinedload(Edition.certificate),)
    order = Order(CertificateJob.id, descending=True)
    column_filters = (
        OneOf(
            "state", "状态", (("open", "未完成"), ("failed", "制证失败"), ("ready", "已生成")),
            lambda v: CertificateJob.state.in_(UNFINISHED if v == "open" else (v,)),
        ),
    )  # fmt: skip

    def describe_row(self, row: CertificateJob) -> str:
        """Number of the certificate."""
        return row.edition.certificate.number or ""

    @expose("/<id:id>/again", methods=("POST",))
    @require_roles(*REVIEWERS, "administrator")
    def again(self, id: int) -> Any:
        """重新制证."""
        edition = self.get_one(str(id)).edition_id
        who = actor_of(current_account())
        with transaction(db.session):
            try_again(db.session, who, edition)
        flash("已安排重新制证，一般几分钟内完成。", "ok")
        return redirect(self.link("index_view", flt_state="open"))
