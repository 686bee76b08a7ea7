"""全部材料合成一个 PDF: what is in it, and the download."""

from threading import BoundedSemaphore
from typing import Any

from flask import abort, flash, redirect

from anguan.domain.policies import load_policies
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import ChangeRequest
from anguan.panel.common.guard import GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.printing import bundle
from anguan.panel.printing.unreadable import UnreadablePapers
from anguan.panel.requests.request_access import get_visible_or_404
from anguan.pdf.renderer import RenderError
from anguan.services.review.damaged_files import DamagedFile, DamagedFiles, record_damage
from anguan.web.access import require_roles
from anguan.web.responses import send_bytes

_one = BoundedSemaphore(1)
"""One bundle at a time in a process: the pages of other readers are drawn meanwhile."""


class BundleMixin(GuardedMixin):
    """Routes of the bundle."""

    @expose("/<id:id>/bundle")
    def bundle(self, id: int) -> str:
        """The parts in their order, and the button that makes the PDF."""
        found = get_visible_or_404(id)
        parts = bundle.documents_of(found)
        return self.render(
            "admin/bundle.html",
            found=found,
            parts=parts,
            pages=sum(len(part.drawings) for part in parts),
            most=bundle.MOST_PAGES,
            edition=bundle.edition_of(found),
        )

    @expose("/<id:id>/bundle.pdf", methods=("POST",))
    @require_roles(*REVIEWERS, "auditor")
    def bundle_pdf(self, id: int) -> Any:
        """The PDF; it shows full numbers, so each download is recorded. Aborts with 503."""
        found = get_visible_or_404(id)
        pages = sum(len(part.drawings) for part in bundle.documents_of(found))
        if pages > bundle.MOST_PAGES:
            return redirect(self.link("bundle", id=id))
        if not _one.acquire(blocking=False):
            flash("正有别人在合成材料，请过一分钟再试。", "warn")
            return redirect(self.link("bundle", id=id))
        unreadable = UnreadablePapers()
        try:
            pdf = bundle.render_bundle(found, unreadable)
        except RenderError as error:
            abort(503, f"{error}。")
        finally:
            _one.release()
        number, who = found.number, actor_of(current_account())
        with transaction(db.session) as session:
            about = session.get_one(ChangeRequest, id)
            said = f"下载全部材料（{pages} 页，含完整号码）{unreadable.note}"
            record_event(session, "download_bundle", said, who, request=about, visible_to="audit")
            if unreadable.damaged:
                files = [DamagedFile(sha256, title) for sha256, title in unreadable.damaged.items()]
                record_damage(session, about, DamagedFiles(files, load_policies(session).support_phone), who)
        return send_bytes(pdf, "application/pdf", f"{number} 全部材料.pdf", download=True)
