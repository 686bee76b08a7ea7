"""A holder at his own browser: the errands of the portal, done through its pages."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from anguan.models import Account, Certificate, ChangeRequest
from anguan.services.requests.drafts import read_draft
from tests.support.client import SECRET, AppClients
from tests.support.factories import Scenario, picture

_TAGS = re.compile(r"<[^>]+>|\s+")


@contextmanager
def open_portal(scenario: Scenario, folder: Path) -> Iterator[AppClients]:
    """The house over this office and its files."""
    clients = AppClients(scenario, folder)
    clients.app.extensions["anguan_storage"] = scenario.storage
    try:
        yield clients
    finally:
        clients.close()


class Holder:
    """One applicant, logged in."""

    def __init__(self, clients: AppClients, account: Account) -> None:
        self.clients, self.scenario, self.account = clients, clients.scenario, account
        self.browser = clients.browser()
        self.browser.log_in(clients.give_password(account), SECRET)

    def open(self, path: str) -> str:
        """The text of a page, without tags and blanks; the page itself stays in `page`."""
        answer = self.browser.get(path)
        while answer.status_code == 302:
            answer = self.browser.get(answer.location)
        assert answer.status_code == 200, (path, answer.status_code)
        return self.text

    @property
    def page(self) -> str:
        """The last page as it was sent."""
        return self.browser.page

    @property
    def text(self) -> str:
        """The words of the last page."""
        return _TAGS.sub("", unescape(self.page))

    def send(self, path: str, **form: object) -> TestResponse:
        """Send a form; the token comes from the first page when none was seen yet."""
        return self.browser.post(path, **form)

    def begin(self, code: str, certificate: Certificate | None = None, **form: object) -> int:
        """Press 延续, 变更, … and land on the form."""
        self.browser.get("/my/")
        chosen = {"certificate": certificate.id} if certificate else {}
        answer = self.send(f"/my/start/{code}", **chosen, **form)
        assert answer.status_code == 302, answer.text
        found = re.search(r"/my/requests/(\d+)/edit", answer.location)
        assert found, answer.location
        return int(found[1])

    def save(self, id: int, **form: object) -> TestResponse:
        """Send the form page."""
        return self.send(f"/my/requests/{id}/edit", **form)

    def save_heavy(
        self, id: int, files: dict[str, list[tuple[io.BytesIO, str]]], **form: object
    ) -> TestResponse:
        """Send the form with many files. Its body is made in memory: the client itself would leak a file."""
        parts = {name: [FileStorage(*one) for one in sent] for name, sent in files.items()}
        boundary, body = encode_multipart({"csrf_token": self.browser.token, **form, **parts})
        kind = f"multipart/form-data; boundary={boundary}"
        answer = self.browser.client.post(f"/my/requests/{id}/edit", data=body, content_type=kind)
        return self.browser._seen(answer)

    def attach_materials(self, id: int) -> None:
        """A drawn paper into each empty slot, through the page."""
        slots = [slot.material.code for slot in read_draft(self.scenario.session, self.row(id)).slots]
        self.scenario.session.rollback()
        answer = self.save(id, save="1", **{f"paper.{code}": upload(f"{code}.jpg") for code in slots})
        assert answer.status_code == 302, self.text

    def sheet(self, id: int) -> dict[str, str]:
        """Open the check page; gives what its form would send, the promise ticked."""
        self.open(f"/my/requests/{id}/confirm")
        hidden = dict(re.findall(r'name="(key|seen)" value="([^"]*)"', self.page))
        assert len(hidden) == 2, self.text
        return {**hidden, "promise": "1"}

    def submit(self, id: int, **form: str) -> TestResponse:
        """Send a check page."""
        return self.send(f"/my/requests/{id}/submit", **form)

    def row(self, id: int) -> ChangeRequest:
        """The request as it stands now."""
        self.scenario.session.rollback()
        return self.scenario.session.scalars(
            select(ChangeRequest).where(ChangeRequest.id == id).execution_options(populate_existing=True)
        ).one()

    def typed(self, id: int) -> dict[str, str]:
        """What the draft keeps, as typed."""
        return {value.name: value.typed for value in self.row(id).values}

    def files(self, id: int) -> list[str]:
        """The slots with a file in them."""
        return sorted(row.material for row in self.row(id).attachments)


def upload(name: str = "材料.jpg", data: bytes | None = None) -> tuple[io.BytesIO, str]:
    """A file as a form sends it."""
    return io.BytesIO(picture(120, 156, "teal") if data is None else data), name
