"""Every policy changed to an odd value: no page and no PDF shows the old one any more."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

import pypdf
import pytest
from sqlalchemy import create_engine, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from anguan.domain.policies import DECLARED
from anguan.infra.engine import prepare_engine
from anguan.matters.catalog import CATALOG
from anguan.models import PolicyValue, Training
from tests.support.office_data import build
from tests.web.test_every_route import LOGOUT, Site, is_static, rules

BEFORE_FILING = {
    "authority_name": "某某考核管理部门",
    "review_phone": "0871-5900001",
    "support_phone": "0871-5900002",
    "issuer_name": "某某发证机关",
    "initial_days": "23",
    "idle_minutes": "33",
    "staff_idle_minutes": "29",
    "renewal_years": "7",
    "renewal_open_months": "5",
    "renewal_close": "on_day",
    "training_hours_per_year": "11",
    "insured_months_renewal": "4",
    "insured_months_move": "2",
    "correction_days": "41",
    "draft_days": "43",
    "ready_hours": "53",
    "photo_min_width": "451",
    "photo_min_height": "587",
    "claim_minutes": "19",
    "batch_most": "173",
    "audit_per_mille": "77",
    "audit_days": "37",
}
AFTER_FILING = {"edit_minutes": "17", "undo_seconds": "47"}
"""Set only after the data is made, since that office decides at once."""
SILENT = {
    "record_number",
    "initial_secret",
    "enterprise_activation",
    "initial_until",
    "password_profile",
    "self_registration",
    "certificate_number",
    "certificate_prefix",
    "one_filing",
    "photo_ground",
}
"""Policies without a number: their text chooses what a page does, or is empty as declared."""
SPOKEN = ("5 个月", "11 学时", "4 个月", "53 小时", "451×587", "7 年", "到期当日24:00", "0871-5900001")
CONSTANT = (
    "5 次会关闭 15 分钟",
    "账号锁定 15 分钟",
    "确认后 10 分钟内不再询问",
    "数字 30 秒",
    "近 30 天",
    "三个月内到期",
    "3 个工作日",
)
"""Sentences about what no policy sets: throttles, statistics, calendar filters."""
UNITS = {"initial_days": "天内"}
"""Where the unit alone is too common: charts count days too."""
SETTINGS = ("/panel/policies", "/panel/versions")
"""Pages that show the declared value on purpose."""
ACTORS = ("anonymous", "owner", "own enterprise", "reviewer", "administrator")
ALIKE = 2
"""At most this many addresses of one page are opened, whatever their numbers and queries."""
CHINESE = {3: "三", 10: "十", 12: "十二", 14: "十四", 15: "十五", 24: "二十四", 30: "三十", 60: "六十"}


def fill(url: str) -> None:
    """The small office under odd policies, with training records that differ from the declared limit."""
    build(url)
    engine = prepare_engine(create_engine(url))
    with Session(engine) as session, session.begin():
        session.execute(update(Training).values(hours=27))
        session.add_all(PolicyValue(name=name, value=value) for name, value in BEFORE_FILING.items())
    engine.dispose()


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = Site(tmp_path_factory.mktemp("policies"), fill)
    for name, value in AFTER_FILING.items():
        opened.clients.policy(name, value)
    yield opened
    opened.close()


def old_words() -> dict[str, re.Pattern[str]]:
    """How sentences would state the declared value of each policy that was changed."""
    found = {}
    for name in BEFORE_FILING | AFTER_FILING:
        policy = DECLARED[name]
        said = re.escape(policy.words(policy.value(policy.default)))
        if policy.kind == "whole":
            also = CHINESE.get(int(policy.default))
            number = f"(?:{said}|{also})" if also else said
            said = rf"(?<![\d.一二三四五六七八九十]){number}(?:×\d+)?\s*{UNITS.get(name, policy.unit)}"
        found[name] = re.compile(said)
    return found


OLD = old_words()


def read(answer: TestResponse) -> str:
    """The text of a page or a PDF, attributes included."""
    if answer.mimetype == "application/pdf":
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    if answer.mimetype != "text/html":
        return ""
    page = unescape(answer.text)
    return f"{page}\n{re.sub(r'<[^>]*>', '', page)}"


def faults_in(text: str) -> list[str]:
    """The old values that this text still states."""
    text = re.sub(r"\s+", " ", text)
    for words in CONSTANT:
        text = text.replace(words, "")
    return [f"{name}: {found[0]}" for name, old in OLD.items() if (found := old.search(text))]


def links(answer: TestResponse) -> set[str]:
    """The internal addresses to which a page links, without their fragments."""
    if answer.mimetype != "text/html":
        return set()
    return {unescape(href).split("#")[0] for href in re.findall(r'href="(/[^"]*)"', answer.text)}


def crawl(application: Site, actor: str) -> Iterator[tuple[str, TestResponse]]:
    """Every page that this actor can reach, and every address of the URL map."""
    endings = {application.address(rule) for rule in rules(application, "GET") if rule.endpoint in LOGOUT}
    fixed = [application.address(rule) for rule in rules(application, "GET") if not is_static(rule.endpoint)]
    waiting = [*fixed, *(f"/guide/{matter.code}" for matter in CATALOG)]
    seen, alike = set(endings), Counter[str]()
    while waiting:
        address = waiting.pop(0)
        if address in seen or address.startswith(("/static", *SETTINGS)):
            continue
        seen.add(address)
        alike[page := re.sub(r"\d+|\?.*", "", address)] += 1
        if alike[page] > ALIKE:
            continue
        answer = application.browsers[actor].get(address)
        yield address, answer
        waiting += sorted(links(answer) - seen)


def test_every_policy_is_changed_or_has_no_number() -> None:
    turned = set(BEFORE_FILING) | set(AFTER_FILING)
    assert turned | SILENT == set(DECLARED)
    assert not turned & SILENT
    assert all(DECLARED[name].default != value for name, value in (BEFORE_FILING | AFTER_FILING).items())


@pytest.mark.parametrize(
    "sentence",
    [
        "有效期内每年不少于 12 学时。",
        "到期前三个月",
        "不低于 440×572 像素",
        "高不低于 572 像素",
        "社保证明：最近3个月",
        "电话 0871-0000000",
        "六十秒内可以撤回",
    ],
)
def test_a_literal_would_be_found(sentence: str) -> None:
    assert faults_in(sentence)


def test_no_page_and_no_pdf_states_an_old_value(application: Site) -> None:
    wrong, said, printed = [], "", ""
    for actor in ACTORS:
        for address, answer in crawl(application, actor):
            text = read(answer)
            printed += text if answer.mimetype == "application/pdf" else ""
            said += text
            wrong += [(actor, address, fault) for fault in faults_in(text)]
    assert not wrong
    assert "11学时" in re.sub(r"\s", "", printed)
    plain = re.sub(r"\s+", " ", said)
    assert not [words for words in SPOKEN if words not in plain]
