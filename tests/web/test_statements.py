"""Pages keep to `benchmarks/budgets.toml`: SQL statements, template macros and addresses of each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from anguan.extensions import db
from anguan.models import Certificate
from anguan.services.figures.daily import refresh_figures
from anguan.services.requests import drafts
from anguan.services.stored_findings import refresh_findings
from tests.support.client import AppClients
from tests.support.factories import Scenario
from tests.support.office_data import picture
from tests.support.panel_client import open_office
from tests.support.portal_client import Holder, open_portal, upload
from tests.support.statements import Budget, counted_work, exceeded, read_budgets

TITLE = {"certificate.title": "高级工程师"}


class Draft:
    """A draft of a certificate change with a document for every material."""

    def __init__(self, clients: AppClients) -> None:
        self.clients, self.holder = clients, Holder(clients, clients.scenario.holder)
        with clients.app.app_context():
            self.engine = db.engine
        chosen: Certificate = clients.scenario.certificate()
        self.id = self.holder.begin("certificate_change", chosen)
        self.holder.save(self.id, save="1", **TITLE)
        self.holder.attach_materials(self.id)

    def count(self, action: Callable[[], Any]) -> Budget:
        """The work of one request to the application."""
        with counted_work(self.engine) as work:
            action()
        return work

    def actions(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        """Actions to count, in an order that ends with the submission."""
        holder, id = self.holder, self.id
        page = f"/my/requests/{id}"
        yield "home", lambda: holder.open("/my/")
        yield "my certificates", lambda: holder.open("/my/certificates")
        yield "fill in", lambda: holder.open(f"{page}/edit")
        yield "save", lambda: holder.save(id, save="1", **TITLE)
        yield "save and go on", lambda: holder.save(id, go="1", **TITLE)
        yield "save with a file", lambda: holder.save(id, save="1", **{"paper.application": upload()})
        yield "confirm page", lambda: holder.open(f"{page}/confirm")
        form = holder.open_confirm(id)
        yield "submit", lambda: holder.submit(id, **form)


@pytest.fixture
def draft(scenario: Scenario, tmp_path: Path) -> Iterator[Draft]:
    with open_portal(scenario, tmp_path) as clients:
        yield Draft(clients)


@contextmanager
def passes(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Counts how often a draft is read and how often all its rules are run."""
    seen = {"read": 0, "checked": 0}
    understand, findings = drafts._understand, drafts.Draft.findings.func

    def read(*args: Any) -> Any:
        seen["read"] += 1
        return understand(*args)

    def judge(self: drafts.Draft) -> Any:
        seen["checked"] += 1
        return findings(self)

    with monkeypatch.context() as patch:
        patch.setattr(drafts, "_understand", read)
        patch.setattr(drafts.Draft.findings, "func", judge)
        yield seen


def test_statements_of_the_pages_of_a_holder(draft: Draft) -> None:
    spent = {name: draft.count(action) for name, action in draft.actions()}
    assert draft.holder.row(draft.id).state == "submitted"
    assert exceeded(read_budgets("portal"), spent) == {}


def test_statements_of_a_visit_with_four_files(draft: Draft) -> None:
    page, files = f"/my/requests/{draft.id}", {row.material for row in draft.holder.row(draft.id).attachments}
    sent = {f"paper.{code}": upload(f"{code}.jpg", picture(ink="teal")) for code in sorted(files)[:4]}
    spent = [draft.count(lambda: draft.holder.save(draft.id, go="1", **TITLE, **sent))]
    spent.append(draft.count(lambda: draft.holder.open(f"{page}/confirm")))
    form = draft.holder.open_confirm(draft.id)
    spent.append(draft.count(lambda: draft.holder.submit(draft.id, **form)))
    assert draft.holder.row(draft.id).state == "submitted"
    whole = {"statements": sum(one["statements"] for one in spent)}
    assert exceeded(read_budgets("visit"), {"four files": whole}) == {}, spent


def test_statements_of_the_pages_of_a_reviewer(scenario: Scenario, tmp_path: Path) -> None:
    filed = scenario.filed("certificate_change").id
    refresh_findings(scenario.session)
    while refresh_figures(scenario.session):
        pass
    with open_office(scenario, tmp_path) as office:
        browser = office.enter("reviewer")
        with office.clients.app.app_context():
            engine = db.engine
        spent, budgets = {}, read_budgets("panel")
        for path in budgets:
            assert browser.get(path.format(filed)).status_code == 200
            with counted_work(engine) as spent[path]:
                browser.get(path.format(filed))
    assert exceeded(budgets, spent) == {}


def test_a_draft_is_read_and_checked_once_per_post(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    most = {"save": (0, 0), "save and go on": (1, 1), "save with a file": (1, 0), "submit": (1, 1)}
    for name, action in draft.actions():
        with passes(monkeypatch) as seen:
            action()
        assert name not in most or (seen["read"], seen["checked"]) == most[name], name
