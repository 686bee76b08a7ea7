"""Text of a form that was sent after its request had been submitted elsewhere is shown to its writer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from anguan.matters.catalog import CATALOG
from tests.support.client import AppClients
from tests.support.databases import copy_of, drop_database
from tests.support.factories import Scenario
from tests.support.office_data import build
from tests.support.portal_client import Holder, inputs_of, open_portal


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[AppClients]:
    """SQLite only: pages are looked at, not rows."""
    scenario = Scenario(copy_of("sqlite", build))
    with open_portal(scenario, tmp_path) as opened:
        yield opened
    scenario.close()
    drop_database(scenario.url)


def test_the_holder_sees_the_text_and_what_became_of_the_request(clients: AppClients) -> None:
    holder = Holder(clients, clients.scenario.holder)
    id = holder.begin("certificate_change", clients.scenario.certificate())
    holder.save(id, save="1", **{"certificate.position": "总监"})
    holder.attach_materials(id)
    holder.open(f"/my/requests/{id}/edit")
    form = {name: text for name, text in inputs_of(holder.page).items() if name != "csrf_token"}
    holder.submit(id, **holder.open_confirm(id))
    untouched = holder.save(id, **form, save="1")
    assert (untouched.status_code, untouched.location) == (302, f"/my/requests/{id}")
    late = holder.save(id, **(form | {"certificate.position": "安全总监兼总工程师"}), save="1")
    assert late.status_code == 409
    assert "安全总监兼总工程师" in holder.text
    assert "已经提交" in holder.text
    assert holder.row(id).number in holder.text
    assert form["certificate.unit"] not in holder.text.split("没有保存）")[1].split("查看办理进度")[0]
    assert holder.typed(id)["certificate.position"] == "总监"


def test_the_office_sees_the_text_too(clients: AppClients) -> None:
    scenario = clients.scenario
    matter = next(one for one in CATALOG if one.code == "person_correction")
    draft = scenario.begin(matter)
    scenario.fill(draft)
    id = draft.id
    scenario.session.rollback()
    clerk = clients.browser()
    clerk.log_in(clients.give_password(scenario.clerk))
    address = f"/panel/filing/{id}/edit"
    form = {name: text for name, text in inputs_of(clerk.get(address).text).items() if name != "csrf_token"}
    scenario.submit(scenario.session.merge(draft))
    scenario.session.rollback()
    late = clerk.post(address, **(form | {"person.name": "岑禾庵堂"}), save="1")
    assert late.status_code == 409
    assert "岑禾庵堂" in late.text
