"""Every text of a request is cleaned before a view reads it; a password is taken as typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import request

from anguan.core.field_types import Name
from anguan.infra.transaction import transaction
from anguan.models import Person
from anguan.web.forms import secret_field
from tests.core.test_copied_text import as_copied
from tests.support.client import SECRET, AppClients
from tests.support.factories import Scenario
from tests.support.panel_client import open_office
from tests.support.portal_client import Holder, open_portal


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    with open_portal(scenario, tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("content", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_form_and_query_are_clean_and_passwords_are_not_touched(clients: AppClients, content: str) -> None:
    dirty = as_copied("方大")
    data = {"opinion": [dirty, "水\ufeff"], "password": dirty, "again": dirty, "current": dirty}
    with clients.app.test_request_context(
        "/", method="POST", query_string={"q": dirty}, data=data, content_type=content
    ):
        assert request.args["q"] == request.values["q"] == "方大"
        assert request.form.getlist("opinion") == ["方大", "水"]
        for name in ("password", "again", "current"):
            assert request.form[name] == dirty
        assert request.form.copy()["opinion"] == "方大"


def test_a_password_input_outside_the_list_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="pin"):
        secret_field("pin", "口令")


def test_verification_login_and_draft_take_copied_text(clients: AppClients) -> None:
    scenario = clients.scenario
    with transaction(scenario.session):
        certificate = scenario.certificate()
        certificate.holder_name = "⽅大⻢"  # imported before names were cleaned
        number = certificate.number or ""
    browser = clients.browser()
    answer = browser.get("/check", query_string={"number": as_copied(number), "name": as_copied("方大马")})
    assert answer.status_code == 200
    holder = Holder(clients, scenario.holder)
    login = scenario.holder.login
    other = clients.browser()
    other.log_in(as_copied(login), SECRET)
    assert other.is_logged_in()
    id = holder.begin("profile_change")
    holder.save(id, **{"person.position": as_copied("水工方大")}, save="1")
    assert holder.typed(id)["person.position"] == "水工方大"


def test_the_panel_finds_people_by_a_copied_name_and_number(scenario: Scenario, tmp_path: Path) -> None:
    with transaction(scenario.session):
        person = scenario.session.get_one(Person, scenario.holder.person_id)
        person.name = Name().parse("⽅大⻢")
        number = person.document_number
    with open_office(scenario, tmp_path) as office:
        browser = office.enter("reviewer")
        for typed in (as_copied("方大马"), as_copied(number)):
            browser.get("/panel/people/")
            answer = browser.post("/panel/people/find", search=typed)
            assert answer.status_code == 302
            assert "方大马" in browser.get(answer.location).text, typed
