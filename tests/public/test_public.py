"""Public pages: guide, verification and display settings, without a login and without personal data."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, update

from anguan.core import clock
from anguan.demo.fixtures import HOLDERS
from anguan.demo.listing import login_of
from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.matters import catalog
from anguan.models import STATUSES, Account, Certificate, ChangeRequest, Edition, MatterConfig, SettingVersion
from anguan.public import verification
from anguan.public.verification_result import check_number
from tests.support.client import Browser, close_app, open_app
from tests.support.databases import KINDS, borrow, give_back
from tests.support.demo_database import build_demo, demo_storage
from tests.support.rules import as_declared

CATALOG = tuple(matter for matter in catalog.CATALOG if matter.filed_by != "office")
PAGES = ("/", "/guide", "/check", "/accessibility", *(f"/guide/{matter.code}" for matter in CATALOG))


class PublicSite:
    """The application on the demo data, used by visitors without a login."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.url = borrow(kind, build_demo)
        self.app = open_app(self.url, folder)
        self.app.extensions["anguan_storage"] = demo_storage()
        self._visitors = count(1)
        self.visitor = self.next_visitor()

    def next_visitor(self) -> Browser:
        """A new visitor at another IP address."""
        self.visitor = Browser(self.app, f"10.0.{next(self._visitors)}.1")
        return self.visitor

    def close(self) -> None:
        close_app(self.app)
        give_back(self.url, build_demo)

    def certificate(self, key: str) -> dict[str, str]:
        """Number, name and the tokens of a holder's certificate, oldest first."""
        with self.app.app_context():
            person = db.session.scalars(select(Account.person_id).where(Account.login == login_of(key))).one()
            kind = next(who.kind for who in HOLDERS if who.key == key)
            row = db.session.scalars(
                select(Certificate).where(Certificate.person_id == person, Certificate.kind_code == kind)
            ).one()
            tokens = {f"token{edition.version}": edition.qr_token for edition in row.editions}
            return {"number": row.number or "", "name": row.holder_name, "unit": row.unit_name, **tokens}

    def change(self, key: str, **values: object) -> None:
        """Change columns of a holder's certificate directly."""
        with self.app.app_context():
            number = self.certificate(key)["number"]
            with transaction(db.session()) as session:
                session.execute(update(Certificate).where(Certificate.number == number).values(**values))


@pytest.fixture(scope="module", params=KINDS)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublicSite]:
    """One site for all tests that only read."""
    opened = PublicSite(request.param, tmp_path_factory.mktemp("site"))
    yield opened
    opened.close()


@pytest.fixture
def site(shared: PublicSite) -> PublicSite:
    """The shared site with a new visitor."""
    shared.next_visitor()
    return shared


@pytest.fixture
def own_site(kind: str, tmp_path: Path) -> Iterator[PublicSite]:
    """A site of its own for a test that changes data."""
    opened = PublicSite(kind, tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_without_a_login_and_names_nobody(site: PublicSite, path: str) -> None:
    answer = site.visitor.get(path)
    assert answer.status_code == 200
    page = site.visitor.page
    assert page.count("<h1") == 1
    assert 'lang="zh-CN"' in page
    assert "0871-0000000" in page
    assert not [who.name for who in HOLDERS if who.name in page or who.number in page]


def test_the_guide_is_the_catalogue(site: PublicSite) -> None:
    site.visitor.get("/guide")
    assert all(matter.title in site.visitor.page for matter in CATALOG)
    for matter in CATALOG:
        site.visitor.get(f"/guide/{matter.code}")
        page = site.visitor.page
        assert as_declared(matter.code).who in page
        assert f"{matter.promised_days} 个工作日" in page
        for material in matter.materials:
            assert material.title in page
            blank = f"/my/blank/{matter.code}/{material.sample}.pdf"
            assert (blank in page) == (material.sample is not None) or not material.sample
    assert "仅限：B 类证书" in page or "B 类证书" in _page(site, "/guide/certificate_change")
    assert site.visitor.get("/guide/nothing").status_code == 404


def _page(site: PublicSite, path: str) -> str:
    site.visitor.get(path)
    return site.visitor.page


def test_the_guide_follows_the_office(own_site: PublicSite) -> None:
    code = CATALOG[0].code
    row = '{"matter": [{"enabled": false, "title": "证书延期", "guide": "", "approved_text": "", '
    row += '"promised_days": 5, "opens_on": null, "closes_on": null}]}'
    with own_site.app.app_context(), transaction(db.session()) as session:
        session.add(MatterConfig(matter=code, enabled=False, title="证书延期", promised_days=5))
        version = SettingVersion(scope=f"matter:{code}", version=1, rows=row, actor="x", at=clock.now())
        session.add(version)
    page = _page(own_site, f"/guide/{code}")
    assert "证书延期" in page
    assert "暂停受理" in page
    assert "登录办理" not in page
    assert "证书延期" not in _page(own_site, "/")


def test_a_blank_form_needs_no_login(site: PublicSite) -> None:
    link = re.search(r'href="(/my/blank/[^"]+)"', _page(site, "/guide/certificate_renewal"))
    assert link
    answer = site.visitor.get(link[1])
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"


def test_the_code_of_a_certificate_in_force_is_green_and_masked(site: PublicSite) -> None:
    known = site.certificate("renewing")
    page = _page(site, f"/check/{known['token1']}")
    assert "verdict--ok" in page
    assert "距到期 38 天" in page
    for told in ("有效", known["number"], known["unit"], "岑**", "590101***********5"):
        assert told in page, told
    for kept in ("岑禾安", "590101199003070125", "1380000"):
        assert kept not in page


STATES = (
    ("cancelled", 100, "无效，已注销"),
    ("suspended", 100, "无效，暂扣"),
    ("revoked", 100, "无效，吊销"),
    ("annulled", 100, "无效，撤销"),
    ("moved_out", 100, "无效，办理转出"),
    ("lapsed", -3, "无效，已过期"),
    ("valid", -1, "无效，已过期"),
)


def test_every_other_state_is_red(own_site: PublicSite) -> None:
    known = own_site.certificate("renewing")
    assert {state for state, _, _ in STATES} == set(STATUSES)
    for status, days, word in STATES:
        own_site.change("renewing", status=status, valid_until=clock.today() + timedelta(days=days))
        for path in (f"/check/{known['token1']}", f"/check?number={known['number']}&name={known['name']}"):
            page = _page(own_site, path)
            assert "verdict--bad" in page, status
            assert word in page, status
            assert "verdict--ok" not in page, status


def test_a_renewal_in_flight_is_red_and_says_why(site: PublicSite) -> None:
    known = site.certificate("waiting")
    with clock.frozen_at(clock.today() + timedelta(days=46)):
        page = _page(site, f"/check/{known['token1']}")
    assert "verdict--bad" in page
    assert "有效期已过，延续审核中" in page
    assert "正在审核" in page


def test_a_cancelled_certificate_tells_the_day(site: PublicSite) -> None:
    page = _page(site, f"/check/{site.certificate('cancelled')['token1']}")
    with site.app.app_context():
        moment = db.session.scalars(
            select(ChangeRequest.decided_at).where(ChangeRequest.matter == "certificate_cancellation")
        ).one()
    day = clock.beijing(moment).date()
    assert f"已注销，{day.year}年{day.month}月{day.day}日" in page


def test_an_old_code_says_so_and_never_leads_to_the_new_one(own_site: PublicSite) -> None:
    known = own_site.certificate("approved")
    page = _page(own_site, f"/check/{known['token1']}")
    assert "verdict--warn" in page
    assert "已被新版本替代" in page
    assert "新版中已变更" in page
    assert known["token2"] not in page
    assert "verdict--ok" in _page(own_site, f"/check/{known['token2']}")
    own_site.change("approved", status="revoked")
    page = _page(own_site, f"/check/{known['token1']}")
    assert "verdict--bad" in page
    assert known["token2"] not in page


def test_number_and_name_find_it_however_they_are_typed(site: PublicSite) -> None:
    known = site.certificate("minority")
    for number, name in (
        (known["number"], known["name"]),
        (f" {known['number'].lower()} ", known["name"].replace("\u00b7", " \u2022 ")),
    ):
        answer = site.visitor.get("/check", query_string={"number": number, "name": name})
        assert answer.status_code == 200
        assert "verdict--ok" in site.visitor.page
        assert "者**" in site.visitor.page


def test_every_unknown_certificate_gets_the_same_answer(site: PublicSite) -> None:
    known, other, paper = (site.certificate(key) for key in ("renewing", "stranger", "paper"))
    misses = [
        "/check/nothing",
        f"/check/{known['token1']}x",
        "/check?number=1&name=2",
        f"/check?number={known['number']}&name={other['name']}",
        f"/check?number={known['number']}&name=%20.",
        f"/check?number=0&name={known['name']}",
        f"/check?number=0&name={paper['name']}",
    ]
    with clock.frozen_at(clock.now()):
        answers = {(site.visitor.get(path).status_code, _strip(site.visitor.page)) for path in misses}
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404
    assert "没有查到" in next(iter(answers))[1]


def _strip(page: str) -> str:
    """The page without form tokens and the URL to return to."""
    page = re.sub(r'name="csrf_token" value="[^"]+"', "", page)
    return re.sub(r'name="next" value="[^"]*"', "", page)


def test_what_is_missing_is_asked_for(site: PublicSite) -> None:
    answer = site.visitor.get("/check?number=&name=x")
    assert answer.status_code == 400
    assert "请填写证书编号" in site.visitor.page
    assert 'value="x"' in site.visitor.page
    assert "<title>错误：" in site.visitor.page


def test_guessing_is_slowed_down(site: PublicSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "TYPED", verification.RateLimit("check", 3))
    monkeypatch.setattr(verification, "SCANNED", verification.RateLimit("scan", 3))
    for path in ("/check?number=1&name=2", "/check/nothing"):
        codes = [site.visitor.get(path).status_code for _ in range(5)]
        assert codes == [404, 404, 404, 429, 429]
        assert "分钟后再试" in site.visitor.page
    assert int(site.visitor.get("/check/x").headers["Retry-After"]) > 0
    assert site.next_visitor().get("/check/nothing").status_code == 404


def test_a_certificate_without_a_number_is_never_found(site: PublicSite) -> None:
    with site.app.app_context():
        assert check_number(db.session(), "", "段知秋") is None
        assert check_number(db.session(), " ", "") is None


def test_verification_does_not_change_the_register(site: PublicSite) -> None:
    known = site.certificate("renewing")
    with site.app.app_context():
        before = db.session.scalar(select(Edition.digest).where(Edition.qr_token == known["token1"]))
    _page(site, f"/check/{known['token1']}")
    with site.app.app_context():
        assert before == db.session.scalar(select(Edition.digest).where(Edition.qr_token == known["token1"]))


@pytest.mark.parametrize(
    ("form", "size", "contrast"),
    [
        ({"size": "large"}, "large", "normal"),
        ({"size": "xlarge", "contrast": "high"}, "xlarge", "high"),
        ({"contrast": "high"}, "normal", "high"),
        ({"size": "huge", "contrast": "x"}, "normal", "normal"),
        ({}, "normal", "normal"),
    ],
)
def test_the_display_setting_is_kept(
    site: PublicSite, form: dict[str, str], size: str, contrast: str
) -> None:
    site.visitor.get("/guide")
    answer = site.visitor.post("/display", next="/guide", **form)
    assert (answer.status_code, answer.location) == (302, "/guide")
    page = _page(site, "/check")
    assert f'data-size="{size}" data-contrast="{contrast}"' in page


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "x", ""])
def test_the_display_setting_never_leads_away(site: PublicSite, target: str) -> None:
    site.visitor.get("/guide")
    assert site.visitor.post("/display", size="large", next=target).location == "/"


def test_the_display_setting_needs_a_token(site: PublicSite) -> None:
    site.visitor.get("/guide")
    assert site.visitor.post("/display", token="", size="large").status_code == 400


def test_guessing_is_slowed_down_by_the_throttle(
    own_site: PublicSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "TYPED", verification.RateLimit("check", 3))

    visitor = own_site.next_visitor()
    assert [visitor.get("/check?number=1&name=2").status_code for _ in range(4)] == [404, 404, 404, 429]
