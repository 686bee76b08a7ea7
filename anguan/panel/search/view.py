"""查找: one box in the frame of the panel that finds requests, people, certificates and enterprises."""

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from anguan.core.field_types.phone import read_phone
from anguan.extensions import db
from anguan.panel.common.guard import REGISTER, GuardedMixin
from anguan.panel.common.routing import expose
from anguan.panel.common.search import normalise
from anguan.panel.common.url_privacy import contains_document_number
from anguan.panel.search.finding import SHOWN, find
from anguan.panel.search.groups import GROUPS
from anguan.web.access import current_visitor, may_open


class SearchView(GuardedMixin):
    """Results of the box, by kind of record."""

    allowed_roles = REGISTER

    def is_visible(self) -> bool:
        """No menu entry: the box is on every page."""
        return False

    @expose("/")
    def index(self) -> str | Response:
        """What was found for `q`. Document and telephone numbers are not read from URLs."""
        text = normalise(request.args.get("q"))
        if text and _is_private(text):
            flash("证件号码和手机号请在上面的框里查，不要放在网址里。", "warn")
            return redirect(self.link("index"))
        return self.show(text)

    @expose("/", methods=("POST",))
    def find(self) -> str | Response:
        """Search by POST, so that document and telephone numbers stay out of the URL; all else goes there."""
        text = normalise(request.form.get("q"))
        return self.show(text) if text and _is_private(text) else redirect(self.link("index", q=text or None))

    def show(self, text: str) -> str:
        """Page of the results."""
        who = current_visitor()
        open_to = [group for group in GROUPS if may_open(who, group.endpoint)]
        found = find(db.session, open_to, text, who) if text else []
        return self.render("admin/search.html", searched=text, found=found, shown=SHOWN, groups=open_to)


def _is_private(text: str) -> bool:
    return read_phone(text) is not None or contains_document_number(text)
