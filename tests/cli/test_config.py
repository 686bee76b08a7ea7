"""What production refuses to start with, and which defaults development provides."""

import json
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from anguan.config import Config, ConfigRefused, read, refusals, settings
from anguan.factory import create_app
from tests.support.client import close_app
from tests.support.databases import copy_of
from tests.support.office_data import build

KEY = "8f1c0aa2d47be3956c71f09d2b6a8e43"


@pytest.fixture
def good(tmp_path: Path) -> Config:
    return Config(
        env="production",
        secret_key=KEY,
        base_url="https://kaohe.example.org",
        proxy_hops="1",
        data_dir=str(tmp_path),
    )


def test_a_valid_production_configuration_starts(good: Config) -> None:
    assert refusals(good, {}) == []
    app = create_app(replace(good, database_url=copy_of("sqlite", build)))
    answer = app.test_client().get("/login", base_url="https://kaohe.example.org")
    assert answer.status_code == 200
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies != []
    assert all(cookie.startswith("__Host-") and "Secure" in cookie for cookie in cookies)
    close_app(app)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"secret_key": ""}, "没有主密钥"),
        ({"secret_key": "changeme"}, "人人知道"),
        ({"secret_key": "dev-0123456789-0123456789-0123456789"}, "人人知道"),
        ({"secret_key": KEY[:31]}, "太弱"),
        ({"secret_key": "ab" * 20}, "太弱"),
        ({"debug": "1"}, "调试"),
        ({"cheap_hash": "1"}, "自动测试"),
        ({"second_factor": "off"}, "二次验证"),
        ({"base_url": ""}, "没有对外网址"),
        ({"base_url": "http://kaohe.example.org"}, "http"),
        ({"env": "Production"}, "只能是"),
        ({"proxy_hops": ""}, "几层"),
    ],
)
def test_each_weakness_is_refused_with_a_message(good: Config, change: Mapping[str, str], words: str) -> None:
    weak = replace(good, **change)
    found = refusals(weak, {})
    assert len(found) == 1
    assert words in found[0]
    with pytest.raises(ConfigRefused, match=words):
        create_app(weak)


@pytest.mark.parametrize("env", ["development", "production"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"proxy_hops": "one"}, "ANGUAN_PROXY_HOPS"),
        ({"proxy_hops": "-1"}, "ANGUAN_PROXY_HOPS"),
        ({"proxy_hops": "10"}, "ANGUAN_PROXY_HOPS"),
        ({"port": "80a"}, "ANGUAN_PORT"),
        ({"port": "65536"}, "ANGUAN_PORT"),
        ({"port": "9" * 5000}, "ANGUAN_PORT"),
        ({"base_url": "https://[::1"}, "ANGUAN_BASE_URL"),
        ({"base_url": "kaohe.example.org"}, "ANGUAN_BASE_URL"),
    ],
)
def test_what_cannot_be_read_is_refused_everywhere(
    good: Config, env: str, change: Mapping[str, str], words: str
) -> None:
    found = refusals(replace(good, env=env, **change), {})
    assert any(words in fault for fault in found)
    with pytest.raises(ConfigRefused, match=words):
        create_app(replace(good, env=env, **change))


def test_the_switch_of_the_tests_is_refused(good: Config) -> None:
    given = {"ANGUAN_KILL_AT": "after_commit"}
    assert "ANGUAN_KILL_AT" in refusals(good, given)[0]
    assert refusals(replace(good, env="development"), given) == []


def test_http_is_allowed_when_told(good: Config) -> None:
    assert refusals(replace(good, base_url="http://10.0.0.8", allow_http="1"), {}) == []


def test_a_demo_folder_or_database_is_refused(good: Config, tmp_path: Path) -> None:
    engine = create_engine(good.database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE policy_value (name TEXT, value TEXT)"))
    assert refusals(good, {}) == []
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO policy_value VALUES ('demo', 'on')"))
    engine.dispose()
    assert "演示" in refusals(good, {})[0]
    (tmp_path / "anguan.sqlite3").unlink()
    (tmp_path / "demo.json").write_text(json.dumps({}))
    assert "演示" in refusals(good, {})[0]


def test_development_writes_its_key_once_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = read({"ANGUAN_DATA_DIR": str(tmp_path)})
    assert read({"ANGUAN_DATA_DIR": str(tmp_path)}).secret_key == first.secret_key
    assert len(first.secret_key) == 64
    kept = tmp_path / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert read({"ANGUAN_DATA_DIR": str(tmp_path), "ANGUAN_ENV": "production"}).secret_key == ""


def test_host_and_port_are_known_by_their_short_names() -> None:
    given = {"HOST": "0.0.0.0", "PORT": "8080", "ANGUAN_SECRET_KEY": KEY}
    assert (read(given).host, read(given).port) == ("0.0.0.0", "8080")
    assert read({**given, "ANGUAN_PORT": "9090"}).port == "9090"
    assert read({"ANGUAN_SECRET_KEY": KEY, "FLASK_DEBUG": "1"}).debug == "1"


def test_host_names_that_are_answered(good: Config) -> None:
    assert replace(good, trusted_hosts="a.example, b.example").hosts == [
        "kaohe.example.org",
        "a.example",
        "b.example",
        "127.0.0.1",
        "localhost",
        "[::1]",
    ]
    open_app = Config(env="development", host="0.0.0.0")
    assert open_app.hosts is None
    assert replace(open_app, env="production").hosts is not None


def test_the_second_factor_can_be_off_only_outside_production(tmp_path: Path) -> None:
    development = Config(env="development", data_dir=str(tmp_path))
    assert development.demands_second_factor
    assert not replace(development, second_factor="off").demands_second_factor
    (tmp_path / "demo.json").write_text("{}")
    assert not development.demands_second_factor
    assert replace(development, second_factor="on").demands_second_factor
    assert replace(development, env="production", second_factor="off").demands_second_factor


def test_every_setting_explains_itself() -> None:
    for name, variable, _, says in settings():
        assert variable == f"ANGUAN_{name.upper()}"
        assert len(says) > 3
