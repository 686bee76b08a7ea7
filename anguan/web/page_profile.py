"""`?profile=1`: what a page took, as a block at its end; for administrators, never in production."""

import time
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, before_render_template, g, request, template_rendered
from markupsafe import Markup
from sqlalchemy import event

from anguan.extensions import db
from anguan.web.access import current_visitor

PARAMETER = "profile"
_LONGEST = 600
_WANTED = "page_profile"


@dataclass
class PageProfile:
    """Milliseconds of a page, of each of its templates and of each of its statements."""

    begun: float = field(default_factory=time.perf_counter)
    statements: list[tuple[float, str]] = field(default_factory=list)
    templates: list[tuple[float, str]] = field(default_factory=list)
    rendering: list[float] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report; statements without their parameters, which are personal data."""
        in_database, in_templates = (sum(ms for ms, _ in each) for each in (self.statements, self.templates))
        total = _ms_since(self.begun)
        return [
            f"{total:.1f} ms: {len(self.statements)} statements {in_database:.1f} ms, "
            f"templates {in_templates:.1f} ms (with statements that they cause)",
            *(f"{ms:8.1f} ms  {name}" for ms, name in self.templates),
            *(f"{ms:8.1f} ms  {' '.join(text.split())[:_LONGEST]}" for ms, text in self.statements),
        ]


def register_page_profile(app: Flask) -> None:
    """Register the hooks, except in production."""
    if app.extensions["anguan_config"].production:
        return
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", _begin_statement)
    event.listen(engine, "after_cursor_execute", _end_statement)
    before_render_template.connect(_begin_template, app)
    template_rendered.connect(_end_template, app)
    app.before_request(_begin)
    app.after_request(_append)


def _ms_since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


def _current() -> PageProfile | None:
    profile: PageProfile | None = g.get(_WANTED) if g else None
    return profile


def _begin() -> None:
    if request.args.get(PARAMETER) == "1" and current_visitor().role == "administrator":
        setattr(g, _WANTED, PageProfile())


def _append(response: Response) -> Response:
    profile = _current()
    if profile is not None and response.mimetype == "text/html" and not response.is_streamed:
        block = Markup('<pre class="profile">{}</pre>').format("\n".join(profile.lines()))
        page = response.get_data(as_text=True)
        body, end, rest = page.rpartition("</body>")
        response.set_data(f"{body}{block}{end}{rest}" if end else f"{page}{block}")
    return response


def _begin_statement(
    _connection: Any, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool
) -> None:
    context.page_profile_begun = time.perf_counter()


def _end_statement(_connection: Any, _cursor: Any, sql: str, _values: Any, context: Any, _many: bool) -> None:
    profile = _current()
    if profile is not None:
        profile.statements.append((_ms_since(context.page_profile_begun), sql))


def _begin_template(_app: Flask, **_more: Any) -> None:
    profile = _current()
    if profile is not None:
        profile.rendering.append(time.perf_counter())


def _end_template(_app: Flask, template: Any, **_more: Any) -> None:
    profile = _current()
    if profile is not None and profile.rendering:
        profile.templates.append((_ms_since(profile.rendering.pop()), str(template.name)))
