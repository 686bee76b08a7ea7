"""Hostile strings in every text field and column: no page, PDF or export executes or breaks on them."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from anguan.domain.masking import is_sensitive
from anguan.infra.transaction import transaction
from anguan.models import (
    Account,
    Attachment,
    Base,
    Certificate,
    ChangeItem,
    ChangeRequest,
    Decision,
    DictionaryEntry,
    DraftValue,
    Enterprise,
    Event,
    Notice,
    NumberClaim,
    Person,
    Remark,
    RequestNote,
)
from anguan.web.access import PUBLIC, access_table
from anguan.web.errors import STALE, STALE_KEPT, TIMED_OUT
from tests.support.client import AppClients
from tests.support.factories import Scenario
from tests.support.hostile import HOSTILE, Forms, find_harm, shows, squeeze
from tests.support.portal_client import Holder, open_portal
from tests.web.test_every_route import LOGOUT, Site, is_static, role, rules

MATTERS = (
    "certificate_renewal",
    "certificate_change",
    "certificate_cancellation",
    "identity_change",
    "profile_change",
)
KEPT = [words for words in HOSTILE if "\x00" not in words]
PRINTABLE = KEPT[:-2]
"""Without the last two, whose characters no font has: rendering them is refused with a sentence."""
POISONED: dict[type[Base], tuple[str, ...]] = {
    Person: ("name", "title", "position"),
    Enterprise: ("name", "legal_representative", "address"),
    Certificate: ("holder_name", "unit_name", "position", "title", "status_reason"),
    ChangeRequest: ("applicant_name",),
    ChangeItem: ("label", "before_text", "after_text"),
    Attachment: ("original_name",),
    DraftValue: ("typed",),
    Decision: ("opinion",),
    Remark: ("label", "sentence"),
    Event: ("actor", "sentence", "before", "after"),
    Notice: ("title", "body"),
    Account: ("name",),
    NumberClaim: ("name", "opinion"),
    RequestNote: ("author", "text"),
    DictionaryEntry: ("label",),
}
"""Every column that holds text typed by people."""
STALE_PAGE = re.compile("|".join(map(re.escape, (STALE, STALE_KEPT, TIMED_OUT))))
"""Says that a form came without a valid token: then its fields were not read."""
WRITERS = ("anonymous", "owner", "own enterprise", "reviewer", "senior_reviewer", "administrator")
PRINTS = ("/my/requests/{filed}/application.pdf", "/my/requests/{filed}/receipt.pdf")


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    with open_portal(scenario, tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_every_text_field_of_every_matter_takes_every_string(clients: AppClients) -> None:
    """Each string is saved and shown as typed on the form, the confirm page and the list of requests."""
    holder = Holder(clients, clients.scenario.holder)
    for code in MATTERS:
        _type_all(clients, holder, code)


def _type_all(clients: AppClients, holder: Holder, code: str) -> None:
    certificate = clients.scenario.certificate() if code.startswith("certificate") else None
    id = holder.begin(code, certificate)
    assert holder.browser.get(f"/my/requests/{id}/edit").status_code == 200
    form = next(form for form in Forms(holder.page).forms if form.action.endswith(f"/{id}/edit"))
    fields = [name for name in form.texts if not name.endswith(".find")]
    for turn in range(len(HOSTILE)):
        typed = {name: HOSTILE[(turn + place) % len(HOSTILE)] for place, name in enumerate(fields)}
        if not typed and turn:
            break
        answer = holder.save(id, **typed, save="1")
        nul = any("\x00" in words for words in typed.values())
        assert answer.status_code in ((400,) if nul else (302, 400)), (code, turn)
        assert holder.browser.get(f"/my/requests/{id}/edit").status_code == 200, (code, turn)
        assert find_harm(holder.page) == []
        kept = {} if nul else holder.typed(id)
        for name, words in typed.items():
            assert is_sensitive(name) or shows(holder.page, kept.get(name, "")), (name, words)
    assert holder.browser.get(f"/my/requests/{id}/confirm").status_code in (200, 302)
    assert find_harm(holder.page) == []
    assert holder.browser.get("/my/requests").status_code in (200, 308)
    assert find_harm(holder.page) == []


def test_a_nul_is_refused_and_breaks_nothing(clients: AppClients) -> None:
    """PostgreSQL stores no NUL: it is refused in a form, a path and a query string."""
    browser = clients.browser()
    browser.get("/check")
    assert browser.get("/check/a%00b").status_code == 400
    assert browser.get("/check?number=a%00b&name=c").status_code == 400
    assert browser.post("/login", login="a\x00b", password="c").status_code == 400


class Poisoned(Site):
    """The site of test_every_route with a hostile string in every column of `POISONED`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        words = cycle(KEPT)
        with transaction(self.scenario.session) as session:
            for table, columns in POISONED.items():
                for row in session.scalars(select(table)):
                    if isinstance(row, ChangeItem) and row.path.endswith(".photo"):
                        continue
                    for column in columns:
                        setattr(row, column, next(words))
                    next(words)  # another string for the same column of the next row

    def pages(self, actor: str) -> Iterator[tuple[str, str]]:
        """URL and HTML of every page that the actor may open."""
        known, browser = access_table(self.app), self.browsers[actor]
        for rule in rules(self, "GET"):
            allowed = known.get(rule.endpoint, frozenset())
            if is_static(rule.endpoint) or rule.endpoint in LOGOUT or not allowed & {PUBLIC, role(actor)}:
                continue
            address = self.address(rule)
            answer = browser.get(address)
            unprinted = answer.status_code == 503 and re.search("无法打印|打印不出来", answer.text)
            assert answer.status_code < 500 or unprinted, (actor, address)
            if answer.mimetype == "text/html":
                yield address, answer.text


Pages = dict[str, list[tuple[str, str]]]


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Poisoned]:
    site = Poisoned(tmp_path_factory.mktemp("poisoned"))
    yield site
    site.close()


@pytest.fixture(scope="module")
def opened(poisoned: Poisoned) -> Pages:
    """Address and HTML of every page, by actor, before anything is sent."""
    return {actor: list(poisoned.pages(actor)) for actor in poisoned.browsers}


def test_no_page_executes_a_stored_string(opened: Pages) -> None:
    seen: list[str] = []
    for actor, pages in opened.items():
        for address, page in pages:
            assert find_harm(page) == [], (actor, address)
            seen.append(page)
    together = "\n".join(seen)
    unseen = [words for words in KEPT if not shows(together, words)]
    assert not unseen


def test_exports_hold_text_only(poisoned: Poisoned) -> None:
    """No cell of an export is a formula, and every string is in some cell."""
    browser, cells = poisoned.browsers["senior_reviewer"], set()
    for listed in ("person", "enterprise", "certificate", "queue", "done", "number_claim"):
        page = browser.get(f"/panel/export/{listed}").text
        columns = [value for name, value in _checkboxes(page) if name == "column"]
        assert columns, listed
        for kind in ("xlsx", "csv"):
            answer = browser.client.post(
                f"/panel/export/{listed}",
                data={"csrf_token": browser.token, "column": columns, "kind": kind},
                environ_base={"REMOTE_ADDR": browser.address},
            )
            assert answer.status_code == 200, (listed, kind)
            data = answer.data
            answer.close()
            if kind == "xlsx":
                sheet = load_workbook(io.BytesIO(data)).worksheets[0]
                for row in sheet.iter_rows():
                    assert not [cell.coordinate for cell in row if cell.data_type == "f"]
                    cells |= {squeeze(str(cell.value)) for cell in row}
            else:
                for line in csv.reader(io.StringIO(data.decode("utf-8-sig"))):
                    assert not [cell for cell in line if cell[:1] in tuple("=+-@\t\r＝＋－＠")], line
    arrived = "\n".join(cells)
    assert len([words for words in PRINTABLE if squeeze(words) in arrived]) > 15


def _checkboxes(page: str) -> list[tuple[str, str]]:
    return Forms(page).checkboxes


def test_rendered_forms_print_the_strings(poisoned: Poisoned) -> None:
    """Every string with glyphs is in the filled form as it was typed."""
    with transaction(poisoned.scenario.session) as session:
        for table, columns in POISONED.items():
            for row in session.scalars(select(table)):
                for column in (name for name in columns if getattr(row, name) in KEPT[-2:]):
                    setattr(row, column, PRINTABLE[0])
        asked = select(ChangeItem).where(ChangeItem.request_id == poisoned.filed).order_by(ChangeItem.id)
        items = [row for row in session.scalars(asked) if row.path in ("person.title", "person.position")]
        for turn, item in enumerate(items):
            item.after_text = "　".join(PRINTABLE[turn :: len(items)])
            item.before_text = ""
            item.label = f"项{turn}"
    browser = poisoned.browsers["owner"]
    printed = ""
    for address in PRINTS:
        answer = browser.client.get(
            address.format(filed=poisoned.filed), environ_base={"REMOTE_ADDR": browser.address}
        )
        assert answer.status_code == 200, address
        assert answer.mimetype == "application/pdf"
        printed += squeeze("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages))
        answer.close()
    lost = [words for words in PRINTABLE if words.isascii() and squeeze(words) not in printed]
    assert not lost
    assert "49p5p" not in printed
    with transaction(poisoned.scenario.session) as session:
        session.get_one(ChangeItem, items[0].id).after_text = KEPT[-1]
    answer = browser.get(PRINTS[0].format(filed=poisoned.filed))
    assert answer.status_code == 503
    assert "打印不出来" in answer.text
    assert "fonts-hanazono" not in answer.text


def test_every_form_takes_every_string(poisoned: Poisoned, opened: Pages) -> None:
    """Every actor sends all strings in every form they may use; afterwards every page still opens."""
    done: set[tuple[str, ...]] = set()
    for actor in WRITERS:
        browser = poisoned.browsers[actor]
        for address, page in opened[actor]:
            for form in Forms(page).forms:
                action = form.action or address
                kind = (action.split("?")[0].strip("/0123456789"), *form.texts)
                if not form.texts or kind in done:
                    continue
                done.add(kind)
                browser.get(address)
                session = browser.sid
                for filling in form.fillings(len(done)):
                    answer = browser.post(action, **filling)
                    assert answer.status_code < 500, (actor, action, filling)
                    assert not STALE_PAGE.search(browser.page), (actor, action)
                    assert answer.mimetype != "text/html" or find_harm(answer.text) == [], (actor, action)
                    if browser.sid != session:  # the old token died with the session
                        browser.get(address)
                        session = browser.sid
    assert len(done) > 15
    for actor in WRITERS:
        for address, page in poisoned.pages(actor):
            assert find_harm(page) == [], (actor, address)
