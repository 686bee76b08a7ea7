"""What stands in a PDF of several papers where one of them cannot be read."""

from collections.abc import Callable
from dataclasses import dataclass, field

from anguan.core import clock
from anguan.domain.policies import load_policies
from anguan.extensions import db
from anguan.infra.blob_store import Damaged
from anguan.infra.page_images import UnreadablePage
from anguan.pdf.form import FormRow
from anguan.pdf.html import show_minute
from anguan.pdf.unreadable import render_unreadable

DAMAGED = "文件丢失，或与上传时的校验值不一致。"
KEPT = "其余各份照常合成。请把这一页交给技术支持。"


@dataclass
class UnreadablePapers:
    """The papers of one PDF that could not be read: their titles, and those of damaged files by hash."""

    titles: list[str] = field(default_factory=list)
    damaged: dict[str, str] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """For the log; '' when all could be read."""
        return f"，无法读取：{'、'.join(self.titles)}" if self.titles else ""

    def read(self, title: str, sha256: str, name: str, make: Callable[[], bytes]) -> tuple[str, bytes]:
        """Bookmark and PDF of a paper: what `make` gives, or a sheet that says why there is nothing.

        Raises UnreadablePage where a retry may succeed, and RenderError.
        """
        try:
            return title, make()
        except Damaged:
            reason = DAMAGED
            self.damaged[sha256] = title
        except UnreadablePage as fault:
            if fault.later:
                raise
            reason = fault.sentence
        self.titles.append(title)
        return f"{title}（无法读取）", self._sheet(title, name, reason)

    def _sheet(self, title: str, name: str, reason: str) -> bytes:
        policies = load_policies(db.session)
        rows = [FormRow("材料", title), FormRow("文件名", name), FormRow("原因", reason)]
        return render_unreadable(
            [row for row in rows if row.value],
            remedy=f"{KEPT}{f'电话 {policies.support_phone}。' if policies.support_phone else ''}",
            organ=policies.authority_name,
            printed=f"{show_minute(clock.now())} 由系统生成",
        )
