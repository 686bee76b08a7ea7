"""No page of any matter shows a full document or telephone number to anybody who did not ask for it."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from anguan.core.matter import Matter
from anguan.matters.catalog import CATALOG
from anguan.matters.in_force import in_force
from anguan.models import ChangeRequest
from anguan.services.requests.drafts import read_draft
from tests.support.client import SECRET, AppClients, Browser
from tests.support.factories import Scenario
from tests.support.office_data import picture
from tests.support.portal_client import open_portal

PHONE = "13911112222"
FILE = "材料590103199003091018.jpg"
MATTERS = [matter.code for matter in CATALOG if matter.filed_by in ("applicant", "office")]


@dataclass
class Filing:
    """One request of a matter, with the pages of its filer and of a reviewer."""

    scenario: Scenario
    clients: AppClients
    matter: Matter
    request: ChangeRequest
    filer: Browser
    reviewer: Browser

    @property
    def root(self) -> str:
        """URL of the request for its filer."""
        return f"/my/requests/{self.request.id}" if self.matter.filed_by == "applicant" else self._panel

    @property
    def _panel(self) -> str:
        return f"/panel/filing/{self.request.id}"

    @property
    def pages(self) -> list[tuple[Browser, str]]:
        """All pages about the request that open with a GET, and by whom."""
        names = ("", "/edit", "/edit?check=1", "/confirm", "/receipt", "/check")
        general = ("/my/", "/my/profile", "/my/certificates", "/my/requests", "/my/messages")
        urls = [f"{self.root}{name}" for name in names]
        urls += general if self.matter.filed_by == "applicant" else ("/panel/filing/",)
        files = [f"{self.root}/file/{row.id}" for row in self.request.attachments]
        if self.matter.filed_by == "applicant":
            files = [f"/my/files/{row.id}" for row in self.request.attachments]
        found = [(self.filer, url) for url in (*urls, *files)]
        review = (f"/panel/requests/{self.request.id}", "/panel/requests/", "/panel/queue/", "/panel/events/")
        return [*found, *((self.reviewer, url) for url in review)]

    @property
    def numbers(self) -> set[str]:
        """Every sensitive value of the request, registered or asked for, as stored and as shown."""
        draft = read_draft(self.scenario.session, self.request)
        found: set[str] = {FILE[2:20], PHONE}
        for field in draft.matter.fields:
            if field.mode == "answered" or not field.resolved.sensitive:
                continue
            for value in (draft.dossier.before(field.path), draft.typed.get(field.path, "")):
                if value:
                    found |= {value, field.resolved.show(value)}
        self.scenario.session.rollback()
        return found

    def leaks(self) -> list[str]:
        """The pages and headers that show a full number."""
        numbers, leaks, opened = self.numbers, [], 0
        for browser, url in self.pages:
            answer = browser.get(url)
            opened += answer.status_code == 200
            if any(number in f"{answer.headers}{browser.page}" for number in numbers):
                leaks.append(url)
        assert opened >= 4, self.pages
        return leaks


@pytest.fixture
def filing(request: pytest.FixtureRequest, scenario: Scenario, tmp_path: Path) -> Iterator[Filing]:
    """A draft of the matter with new values in all fields and named files."""
    matter = in_force(scenario.session, request.param)
    account = scenario.holder if matter.filed_by == "applicant" else scenario.clerk
    draft = scenario.begin(matter, account)
    typed = {field.path: PHONE for field in matter.asked if field.path.endswith("phone")}
    scenario.fill(draft, account, **typed)
    for row in draft.attachments:
        row.original_name = FILE
    scenario.session.commit()
    with open_portal(scenario, tmp_path) as clients:
        browsers = []
        for number, who in enumerate((account, scenario.reviewer)):
            browsers.append(clients.browser(f"192.0.2.{number + 1}"))
            browsers[-1].log_in(clients.give_password(who), SECRET)
        yield Filing(scenario, clients, matter, draft, *browsers)


@pytest.mark.parametrize("filing", MATTERS, indirect=True)
def test_no_page_of_a_request_shows_a_number_unasked(filing: Filing) -> None:
    """As a draft, with errors, submitted, returned with one item flagged, and decided."""
    assert filing.leaks() == []
    scenario = filing.scenario
    filed = scenario.submit(scenario.session.get_one(ChangeRequest, filing.request.id))
    assert filing.leaks() == []
    item = next(iter(filing.matter.materials), None)
    scenario.decide(filed, "return", remarks={f"paper:{item.code}" if item else "": "请重新上传"})
    if item:
        assert filing.leaks() == []
        scenario.attach(filed, item.code, data=picture(ink="purple"))
        scenario.submit(filed)
    assert filing.leaks() == []


@pytest.mark.parametrize("filing", ["identity_change", "profile_change", "certificate_change"], indirect=True)
def test_a_masked_value_is_kept_by_an_empty_input_and_shown_when_asked_for(filing: Filing) -> None:
    asked = [field for field in filing.matter.asked if field.resolved.sensitive]
    draft = read_draft(filing.scenario.session, filing.request)
    typed = {field.path: draft.typed[field.path] for field in asked}
    filing.scenario.session.rollback()
    filing.filer.get(f"{filing.root}/edit")
    for field in asked:
        page = filing.filer.page
        assert f"已填 {field.resolved.mask(typed[field.path])}" in page
        answer = filing.filer.post(f"{filing.root}/edit", reveal=field.path, **{field.path: ""})
        assert f'value="{typed[field.path]}"' in answer.text
        assert filing.filer.post(f"{filing.root}/edit", save="1", **{field.path: ""}).status_code == 302
        wrong = typed[field.path][:-2]
        answer = filing.filer.post(f"{filing.root}/edit", go="1", **{field.path: wrong})
        assert f'value="{wrong}"' in answer.text
        filing.filer.post(f"{filing.root}/edit", save="1", **{field.path: typed[field.path]})
        filing.filer.get(f"{filing.root}/edit")
    answer = filing.filer.post(f"{filing.root}/confirm")
    assert all(field.resolved.show(typed[field.path]) in answer.text for field in asked)


def test_a_file_name_with_a_number_is_shown_masked(scenario: Scenario, tmp_path: Path) -> None:
    with open_portal(scenario, tmp_path) as clients:
        browser = clients.browser()
        browser.log_in(clients.give_password(scenario.holder), SECRET)
        draft = scenario.begin("certificate_renewal")
        id = draft.id
        scenario.session.rollback()
        browser.get(f"/my/requests/{id}/edit")
        browser.post(
            f"/my/requests/{id}/edit",
            save="1",
            **{"paper.commitment": (io.BytesIO(picture(120, 156)), FILE)},
        )
        page = browser.get(f"/my/requests/{id}/edit").text
        assert FILE[2:20] not in page
        assert "材料590103" in page
