"""Every view of the panel: denied by default, own templates, no writing past the services."""

import ast

import pytest
from flask_admin.contrib.sqla import ModelView
from sqlalchemy import select

from anguan.infra.transaction import transaction
from anguan.models import STAFF, CertificateJob
from anguan.panel.admin import make_views
from anguan.panel.common.guard import WRITES, GuardedMixin
from anguan.panel.lists import saved_views
from anguan.panel.lists.editing import EditedView
from anguan.panel.lists.listing import GuardedView
from anguan.web.access import access_table
from tests.support.panel_client import Office
from tests.support.paths import ROOT

PACKAGE = ROOT / "anguan" / "panel"
TEMPLATES = ROOT / "templates" / "admin"
WRITERS = {
    "panel_account": {"administrator"},
    "panel_policy": {"administrator"},
    "panel_training": {"administrator", "senior_reviewer"},
    "panel_insurance": {"administrator", "senior_reviewer"},
    "panel_constructor": {"administrator", "senior_reviewer"},
}
FIRST = {
    "reviewer": ("/panel/queue/", "/panel/people/", "/panel/certificate-jobs/"),
    "senior_reviewer": ("/panel/queue/", "/panel/training/new/"),
    "exam_officer": ("/panel/",),
    "administrator": ("/panel/accounts/", "/panel/matters/", "/panel/policies/", "/panel/events/"),
    "auditor": ("/panel/queue/", "/panel/accounts/", "/panel/matters/", "/panel/events/", "/panel/done/"),
}
FORBIDDEN = {
    "reviewer": ("/panel/accounts/", "/panel/matters/", "/panel/events/", "/panel/training/new/"),
    "senior_reviewer": ("/panel/accounts/", "/panel/policies/"),
    "exam_officer": ("/panel/queue/", "/panel/people/", "/panel/accounts/"),
    "administrator": ("/panel/queue/", "/panel/done/", "/panel/requests/next"),
    "auditor": ("/panel/accounts/new/", "/panel/requests/next", "/panel/reasons/new/"),
}


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: nothing here depends on the database."""
    return str(request.param)


def test_each_role_finds_its_pages_and_no_others(office: Office) -> None:
    for role in STAFF:
        browser = office.enter(role)
        for path in FIRST[role]:
            assert browser.get(path).status_code == 200, (role, path)
        for path in FORBIDDEN[role]:
            assert browser.get(path).status_code == 403, (role, path)
    for account in (office.scenario.holder, office.scenario.account(office.scenario.firm(0).uscc)):
        office.clients.give_password(account)
        browser = office.clients.browser()
        browser.log_in(account.login)
        assert browser.get("/panel/").status_code == 403


def test_reviewers_change_no_settings_and_auditors_change_nothing(office: Office) -> None:
    table = access_table(office.clients.app)
    posts = {
        rule.endpoint
        for rule in office.clients.app.url_map.iter_rules()
        if rule.endpoint.startswith("panel") and "POST" in (rule.methods or ())
    }
    harmless = {
        "find",
        "reveal",
        "download",
        "tables",
        "year",
        "bundle_pdf",
        "print_chosen",
        *saved_views.WRITES,
    }
    for endpoint in posts:
        view, name = endpoint.split(".")
        if name in harmless:
            continue
        assert "auditor" not in table[endpoint], endpoint
        if name in WRITES:
            assert set(table[endpoint]) == WRITERS.get(view, {"administrator"}), endpoint
    assert "administrator" not in table["panel_request.decide"]
    assert "administrator" not in table["panel_request.reread"]


def test_what_a_view_does_not_offer_has_no_address(office: Office) -> None:
    endpoints = set(office.clients.app.view_functions)
    assert not [name for name in endpoints if name.endswith((".ajax_update", ".ajax_lookup", ".action_view"))]
    for view in make_views():
        if isinstance(view, GuardedView) and not isinstance(view, EditedView):
            assert not [name for name in WRITES if f"{view.endpoint}.{name}" in endpoints], view.endpoint
    browser = office.enter("administrator")
    browser.get("/panel/")
    for view in make_views():
        for path in ("ajax/update/", "ajax/lookup/", "action/"):
            answer = browser.post(f"/panel/{view.url}/{path}", list_form_pk="1", name="x")
            assert answer.status_code in (403, 404, 405), (view.endpoint, path)


def test_every_view_derives_from_the_guarded_base() -> None:
    for view in make_views():
        assert isinstance(view, GuardedMixin)
        assert view.allowed_roles
        if isinstance(view, ModelView):
            assert isinstance(view, GuardedView)
            assert not view.column_editable_list
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            bases = [base.id for base in getattr(node, "bases", ()) if isinstance(base, ast.Name)]
            if "ModelView" in bases:
                assert node.name == "GuardedView"  # type: ignore[attr-defined]


def test_no_page_uses_a_template_of_flask_admin(office: Office) -> None:
    browser = office.enter("administrator")
    for path in FIRST["administrator"]:
        page = browser.get(path).text
        for trace in (
            "bootstrap",
            "jquery",
            "select2",
            "font-awesome",
            "glyphicon",
            "javascript:",
            "onclick",
        ):
            assert trace not in page.lower(), (path, trace)
        assert '<html lang="zh-CN"' in page
        assert page.count("<h1") == 1
        assert "<main" in page
    own = {path.name for path in TEMPLATES.rglob("*.html")}
    stock = {
        "list.html",
        "create.html",
        "edit.html",
        "details.html",
        "layout.html",
        "base.html",
        "master.html",
    }
    assert stock <= own
    assert "panel.static" not in office.clients.app.view_functions


def test_a_view_without_roles_opens_for_nobody() -> None:
    assert GuardedMixin.allowed_roles == ()
    assert GuardedView.edits == ()
    assert not GuardedView.can_create
    assert not GuardedView.can_edit
    assert not GuardedView.can_delete


def test_the_first_page_says_what_waits(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    page = office.enter("reviewer").get("/panel/").text
    assert "待审核" in page
    assert "开始审核" in page
    office.scenario.decide(filed, "reject", opinion="材料不全")
    page = office.enter("reviewer").get("/panel/").text
    assert filed.number in page
    assert "材料不全" in page
    assert "还没有在系统里开放" in office.enter("exam_officer").get("/panel/").text


def test_a_failed_certificate_job_is_shown_with_its_reason_and_retried(office: Office) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_change")
    scenario.decide(filed, "approve")
    with transaction(scenario.session):
        production = scenario.session.scalars(select(CertificateJob)).first()
        production.state = "failed"
        production.error = "缺少“䶮”的字形，无法印制"
        number = production.id
    browser = office.enter("reviewer")
    assert "制证失败" in browser.get("/panel/").text
    page = browser.get("/panel/certificate-jobs/?flt_state=failed").text
    assert "缺少“䶮”的字形" in page
    assert browser.post(f"/panel/certificate-jobs/{number}/again").status_code == 302
    assert office.events("draw_again")
