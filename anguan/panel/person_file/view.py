"""The page of the person's file; the review page shows it in a fold, read when it is opened."""

from typing import Any

from flask import abort

from anguan.extensions import db
from anguan.panel.common import formatting
from anguan.panel.common.guard import GuardedMixin
from anguan.panel.common.routing import expose
from anguan.panel.person_file.contents import person_file
from anguan.panel.requests.request_access import get_visible_or_404, record_once


class PersonFileMixin(GuardedMixin):
    """Route of the person's file."""

    @expose("/<id:id>/person")
    def person_file(self, id: int) -> Any:
        """The file of the person of this request; the first look in a round is recorded. Aborts with 404."""
        found = get_visible_or_404(id)
        if found.person_id is None:
            abort(404)
        record_once(found, "read_file", f"查看{found.applicant_name}的本人档案", visible_to="audit")
        found = get_visible_or_404(id)
        person = found.person or abort(404)
        return self.render(
            "admin/person_file.html",
            found=found,
            titles=formatting.matter_titles(db.session),
            states=formatting.STATES,
            **person_file(found, person),
        )
