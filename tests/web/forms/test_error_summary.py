"""The error summary: in the order of the page, each line a link to its input, counted by inputs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from anguan.core.matter import Matter
from anguan.matters.catalog import CATALOG
from tests.support.client import AppClients
from tests.support.databases import copy_of, drop_database
from tests.support.factories import Scenario
from tests.support.office_data import build
from tests.support.paths import ROOT
from tests.support.portal_client import Holder, open_portal, upload

OWN = [matter for matter in CATALOG if matter.filed_by == "applicant"]
LINK = re.compile(r'<li><a href="#([^"]+)">')


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[AppClients]:
    """SQLite only: pages are looked at, not rows."""
    scenario = Scenario(copy_of("sqlite", build))
    with open_portal(scenario, tmp_path) as opened:
        yield opened
    scenario.close()
    drop_database(scenario.url)


def summary(page: str) -> tuple[list[str], int]:
    """The inputs that the error summary links to, and the count in its heading."""
    box = page[page.index('class="errors"') :]
    found = re.search(r"<span data-count>(\d+)</span> 处没填好", box)
    return LINK.findall(box[: box.index("</ul>")]), int(found[1]) if found else 0


@pytest.mark.parametrize("matter", OWN, ids=lambda matter: matter.code)
def test_lines_follow_the_page_and_lead_to_inputs(clients: AppClients, matter: Matter) -> None:
    holder = Holder(clients, clients.scenario.holder)
    certificate = clients.scenario.certificate() if matter.subject == "certificate" else None
    id = holder.begin(matter.code, certificate)
    texts = [field.path for field in matter.asked]
    last = matter.materials[-1].code if matter.materials else "none"
    files = {f"paper.{last}": upload("坏.pdf", b"%PDF-1.4 nothing")}
    answer = holder.save(id, go="1", **dict.fromkeys(texts, "？"), **files)
    assert answer.status_code == 422
    targets, count = summary(holder.page)
    places = [holder.page.find(f'id="{target}"') for target in targets]
    assert -1 not in places, dict(zip(targets, places, strict=True))
    assert places == sorted(places)
    assert count == len(set(targets)) > 0


def test_a_time_to_wait_is_no_fault_of_filling_in(clients: AppClients) -> None:
    browser = clients.browser()
    for _ in range(30):
        browser.get("/login")
        answer = browser.post("/login", login="590101199003070125", password="Wrong-password-1")
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert "现在还不能继续" in browser.page
    assert "处没填好" not in browser.page
    wrong = [
        path.name
        for path in Path(ROOT / "anguan/account").glob("*.py")
        if re.search(r"\.error = [^\n]*\.?wait\}", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_unchanged_values_stand_as_text_with_a_way_to_change_them(clients: AppClients) -> None:
    holder = Holder(clients, clients.scenario.holder)
    id = holder.begin("certificate_change", clients.scenario.certificate())
    holder.open(f"/my/requests/{id}/edit")
    folds = holder.page.count('<details class="edit">')
    assert folds >= 4
    assert "没有变化" in holder.text
    assert 'name="certificate.position"' in holder.page
    holder.save(id, save="1", **{"certificate.position": "总工程师"})
    holder.open(f"/my/requests/{id}/edit")
    assert holder.page.count('<details class="edit">') == folds - 1
    holder.save(id, save="1", **{"certificate.position": "总工😀"})
    holder.open(f"/my/requests/{id}/edit")
    assert holder.page.count('<details class="edit">') == folds - 1
    assert 'id="certificate.position-error"' in holder.page
    holder.open(f"/my/requests/{id}/edit?find=certificate.unit&q=水")
    assert "certificate.unit" in holder.page
    assert holder.page.count('<details class="edit">') == folds - 2
