"""Password rules of the two profiles, and the ban on the last five passwords."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from anguan.auth.passwords import PROFILES, find_password_error, is_common, shares_part
from anguan.models import UsedPassword
from tests.support.client import SECRET, AppClients, Browser
from tests.support.factories import Scenario

LOGIN = "590101199003070010"


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: nothing here depends on the database."""
    return str(request.param)


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("profile", "password", "words"),
    [
        ("dengbao3", "Shui2026bao", ""),
        ("dengbao3", "Shui2026b", "不少于 10 个字符"),
        ("dengbao3", "shui2026bao", "至少要有三种"),
        ("dengbao3", "山高水长山高水长Ab", ""),
        ("dengbao3", "Ab!199003070010", "账号"),
        ("dengbao3", "Ab!１９９００３xyz", "账号"),
        ("dengbao3", "Password123!", "太常见"),
        ("dengbao3", "A1!" * 43, "不超过 128"),
        ("asvs", "correct horse battery", ""),
        ("asvs", "shortphrase", "不少于 12 个字符"),
        ("asvs", "123456789012", "太常见"),
        ("asvs", "aaaaaaaaaaaaaa", "太常见"),
        ("asvs", "qwertyuiopas", "太常见"),
    ],
)
def test_each_rule_says_what_is_wrong(profile: str, password: str, words: str) -> None:
    fault = find_password_error(password, LOGIN, PROFILES[profile])
    assert (words in fault) if words else fault == ""


def test_a_short_login_counts_whole() -> None:
    assert shares_part("my-admin-Secret", "ADMIN")
    assert not shares_part("my-adm-Secret", "ADMIN")


def test_common_words_with_digits_around_them() -> None:
    assert is_common("2024Woaini!!")
    assert not is_common("Shui2026bao")


def test_the_page_ticks_the_rules_of_the_profile() -> None:
    assert [rule for rule, _ in PROFILES["dengbao3"].rules()] == ["length:10", "kinds:3", "same:again"]
    assert [rule for rule, _ in PROFILES["asvs"].rules()] == ["length:12", "same:again"]


def change(browser: Browser, old: str, new: str, again: str | None = None) -> int:
    browser.get("/password")
    return browser.post(
        "/password", current=old, password=new, again=new if again is None else again
    ).status_code


def test_the_last_five_are_refused(clients: AppClients) -> None:
    browser = clients.browser()
    browser.log_in(clients.give_password(clients.scenario.holder))
    chain = [SECRET, *(f"Shan{number}Gao!Shui" for number in range(5))]
    for old, new in pairwise(chain):
        assert change(browser, old, chain[0]) == 400
        assert change(browser, old, new) == 302
    assert len(clients.all(UsedPassword)) == 5
    assert change(browser, chain[-1], chain[1]) == 400
    assert change(browser, chain[-1], chain[0]) == 302


def test_the_present_password_is_asked_and_guessing_it_is_counted(clients: AppClients) -> None:
    browser = clients.browser()
    browser.log_in(clients.give_password(clients.scenario.holder))
    for _ in range(5):
        assert change(browser, "wrong", "Shan1Gao!Shui") == 400
    assert change(browser, SECRET, "Shan1Gao!Shui") == 429


def test_a_mismatch_of_the_two_fields_is_reported(clients: AppClients) -> None:
    browser = clients.browser()
    browser.log_in(clients.give_password(clients.scenario.holder))
    assert change(browser, SECRET, "Shan1Gao!Shui", "Shan1Gao!Shu1") == 400
    assert "两次输入的密码不一样" in browser.page
    assert "错误：修改密码" in browser.page
    assert change(browser, "wrong", "Shan1Gao!Shui", "Shan1Gao!Shu1") == 400
    assert "两次输入的密码不一样" in browser.page
    assert "当前密码不对" in browser.page


def test_a_password_is_never_sent_back_to_the_page(clients: AppClients) -> None:
    browser = clients.browser()
    browser.log_in(clients.give_password(clients.scenario.holder))
    change(browser, SECRET, "Shan1Gao!Shui", "different")
    assert SECRET not in browser.page
    assert "Shan1Gao!Shui" not in browser.page
