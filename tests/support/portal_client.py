"""The portal for tests: a logged-in applicant who fills in, submits and follows requests by page."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from anguan.models import Account, Certificate, ChangeRequest
from anguan.services.requests.drafts import read_draft
from tests.support.client import AppClients
from tests.support.factories import Scenario
from tests.support.office_data import picture

_TAGS = re.compile(r"<[^>]+>|\s+")


@contextmanager
def open_portal(scenario: Scenario, folder: Path) -> Iterator[AppClients]:
    """The application on the test data and its stored files, closed at the end of the block."""
    clients = AppClients(scenario, folder)
    clients.app.extensions["anguan_storage"] = scenario.storage
    try:
        yield clients
    finally:
        clients.close()


class Holder:
    """The logged-in browser of one applicant."""

    def __init__(self, clients: AppClients, account: Account) -> None:
        self.clients, self.scenario, self.account = clients, clients.scenario, account
        self.browser = clients.browser()
        clients.give_password(account)
        self.browser.enter(account)

    def open(self, path: str) -> str:
        """Open a page, following redirects; returns its text without tags and blanks (HTML in `page`)."""
        answer = self.browser.get(path)
        while answer.status_code == 302:
            answer = self.browser.get(answer.location)
        assert answer.status_code == 200, (path, answer.status_code)
        return self.text

    @property
    def page(self) -> str:
        """HTML of the last page."""
        return self.browser.page

    @property
    def text(self) -> str:
        """Text of the last page without tags and blanks."""
        return _TAGS.sub("", unescape(self.page))

    def send(self, path: str, **form: object) -> TestResponse:
        """Send a form with the CSRF token of the last page."""
        return self.browser.post(path, **form)

    def begin(self, code: str, certificate: Certificate | None = None, **form: object) -> int:
        """Open the form of a matter and save it as it is; returns the id of the draft."""
        self.browser.get("/my/")
        chosen = {"certificate": certificate.id} if certificate else {}
        answer = self.send(f"/my/start/{code}", **chosen, **{"save": "1"} | form)
        assert answer.status_code == 302, answer.text
        found = re.search(r"/my/requests/(\d+)/edit", answer.location)
        assert found, answer.location
        return int(found[1])

    def save(self, id: int, **form: object) -> TestResponse:
        """Send the request form."""
        return self.send(f"/my/requests/{id}/edit", **form)

    def save_heavy(
        self, id: int, files: dict[str, list[tuple[io.BytesIO, str]]], **form: object
    ) -> TestResponse:
        """Send the form with many files; the body is built in memory: the test client leaks a file."""
        parts = {name: [FileStorage(*one) for one in sent] for name, sent in files.items()}
        boundary, body = encode_multipart({"csrf_token": self.browser.token, **form, **parts})
        kind = f"multipart/form-data; boundary={boundary}"
        answer = self.browser.client.post(f"/my/requests/{id}/edit", data=body, content_type=kind)
        return self.browser._seen(answer)

    def attach_materials(self, id: int) -> None:
        """Upload a picture for each material by the request form."""
        slots = [slot.material.code for slot in read_draft(self.scenario.session, self.row(id)).slots]
        self.scenario.session.rollback()
        answer = self.save(id, save="1", **{f"paper.{code}": upload(f"{code}.jpg") for code in slots})
        assert answer.status_code == 302, self.text

    def open_confirm(self, id: int) -> dict[str, str]:
        """Open the confirm page; returns the fields that its form would send, with the commitment ticked."""
        self.open(f"/my/requests/{id}/confirm")
        hidden = dict(re.findall(r'name="(key|seen)" value="([^"]*)"', self.page))
        assert len(hidden) == 2, self.text
        return {**hidden, "promise": "1"}

    def submit(self, id: int, **form: str) -> TestResponse:
        """Send the form of the confirm page."""
        return self.send(f"/my/requests/{id}/submit", **form)

    def row(self, id: int) -> ChangeRequest:
        """The request, read again."""
        self.scenario.session.rollback()
        return self.scenario.session.scalars(
            select(ChangeRequest).where(ChangeRequest.id == id).execution_options(populate_existing=True)
        ).one()

    def typed(self, id: int) -> dict[str, str]:
        """Values of the draft by field, as typed."""
        return {value.name: value.typed for value in self.row(id).values}

    def files(self, id: int) -> list[str]:
        """Codes of the materials that have a file."""
        return sorted(row.material for row in self.row(id).attachments)


def upload(name: str = "材料.jpg", data: bytes | None = None) -> tuple[io.BytesIO, str]:
    """A file as the test client sends it in a form."""
    return io.BytesIO(picture(120, 156, "teal") if data is None else data), name


class _Inputs(HTMLParser):
    """Collects the values of inputs, selects and textareas."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name, kind = found.get("name", ""), found.get("type", "text")
        if tag == "input" and name and kind not in ("file", "submit"):
            if kind not in ("radio", "checkbox") or "checked" in found:
                self.values[name] = found.get("value", "")
        elif tag == "textarea":
            self.area, self.values[name] = name, ""
        elif tag == "select":
            self.select, self.values[name] = name, ""
        elif tag == "option" and "selected" in found and self.select:
            self.values[self.select] = found.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""


def inputs_of(page: str) -> dict[str, str]:
    """The values of all inputs of a page by name."""
    parser = _Inputs()
    parser.feed(page)
    return parser.values
