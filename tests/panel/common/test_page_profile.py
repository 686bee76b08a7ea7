"""`?profile=1` shows what a page took: to administrators, and never in production."""

from pathlib import Path

import pytest

from tests.support.client import KEY, close_app, open_app
from tests.support.panel_client import Office

MARK = '<pre class="profile">'
PAGE = "/panel/people/?profile=1"


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: nothing of it depends on the database."""
    return str(request.param)


def test_an_administrator_reads_what_a_page_took(office: Office) -> None:
    page = office.enter("administrator").get(PAGE).text
    block = page.partition(MARK)[2].partition("</pre>")[0]
    assert "statements" in block
    assert "admin/" in block
    assert "FROM person" in block
    assert page.rstrip().endswith("</html>")
    assert MARK not in office.enter("administrator").get("/panel/people/").text


def test_others_do_not(office: Office) -> None:
    assert MARK not in office.enter("reviewer").get(PAGE).text
    assert MARK not in office.clients.app.test_client().get("/?profile=1").text


def test_production_has_no_profile(tmp_path: Path) -> None:
    app = open_app(
        f"sqlite:///{tmp_path / 'empty.db'}", tmp_path, env="production", secret_key=KEY, cheap_hash="",
        second_factor="", base_url="https://kaohe.example.org", proxy_hops="1",
    )  # fmt: skip
    hooks = {each.__module__ for each in app.after_request_funcs[None]}
    assert "anguan.web.headers" in hooks
    assert "anguan.web.page_profile" not in hooks
    close_app(app)
