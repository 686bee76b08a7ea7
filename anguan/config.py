"""Configuration from ANGUAN_* variables, and the conditions production requires."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from anguan.infra.addresses import in_url, trusted_host
from anguan.infra.private_files import make_private_folder

ROOT = Path(__file__).resolve().parent.parent
KNOWN_KEYS = ("dev", "secret", "changeme", "change-me", "password", "anguan", "test", "development")
KEY_LENGTH = 32
DEMO_MARK = "demo.json"
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
MOST_HOPS = 9


class ConfigRefused(RuntimeError):
    """The program refuses to start; the message has one reason per line."""


def _setting(name: str, default: str, says: str) -> Any:
    return field(default=default, metadata={"variable": name, "says": says})


@dataclass(frozen=True)
class Config:
    """Configuration of one process; every field is a variable, `settings()` lists them for the README."""

    env: str = _setting("ANGUAN_ENV", "development", "运行方式：development 或 production")
    secret_key: str = _setting(
        "ANGUAN_SECRET_KEY", "", "签名和加密的主密钥，至少 32 个字符；开发方式下首次启动自动生成"
    )
    database_url: str = _setting("ANGUAN_DATABASE_URL", "", "数据库地址；不填用数据目录里的 SQLite 文件")
    data_dir: str = _setting("ANGUAN_DATA_DIR", str(ROOT / "instance"), "数据目录：数据库、上传文件、密钥")
    base_url: str = _setting("ANGUAN_BASE_URL", "", "对外网址，决定 Cookie 是否加密传输，也印在证书二维码里")
    allow_http: str = _setting("ANGUAN_ALLOW_HTTP", "", "填 1 允许生产方式走 http（只限内网）")
    host: str = _setting("ANGUAN_HOST", "127.0.0.1", "监听地址，也认 HOST")
    port: str = _setting("ANGUAN_PORT", "5000", "监听端口，也认 PORT；默认端口被占用时换下一个")
    trusted_hosts: str = _setting("ANGUAN_TRUSTED_HOSTS", "", "另外允许的主机名，用逗号分开")
    proxy_hops: str = _setting(
        "ANGUAN_PROXY_HOPS", "", "前面有几层反向代理，没有填 0；生产方式对外是 https 时必须写明"
    )
    second_factor: str = _setting(
        "ANGUAN_SECOND_FACTOR", "", "工作人员二次验证：on 或 off；不填为 on，演示数据下为 off；生产方式不能关"
    )
    debug: str = _setting("ANGUAN_DEBUG", "", "填 1 打开调试；生产方式拒绝")
    cheap_hash: str = _setting("ANGUAN_CHEAP_HASH", "", "填 1 用便宜的密码散列，只给自动测试；生产方式拒绝")

    @property
    def production(self) -> bool:
        """True unless `env` is development or test: a typing error must not weaken security."""
        return self.env not in ("development", "test")

    @property
    def folder(self) -> Path:
        """The data directory."""
        return Path(self.data_dir)

    @property
    def database(self) -> str:
        """The URL of the database."""
        return self.database_url or f"sqlite:///{self.folder / 'anguan.sqlite3'}"

    @property
    def address(self) -> str:
        """The public base address, without a trailing slash."""
        host = "127.0.0.1" if self.bind_host in (*EVERYWHERE, "") else in_url(self.bind_host)
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def bind_host(self) -> str:
        """The address to listen at, an IPv6 address without brackets."""
        return self.host.strip("[]")

    @property
    def hops(self) -> int:
        """Number of reverse proxies in front. Raises ValueError for an invalid setting (see `refusals`)."""
        return int(self.proxy_hops or 0)

    @property
    def secure(self) -> bool:
        """True when browsers use https."""
        return urlsplit(self.address).scheme == "https"

    @property
    def hosts(self) -> list[str] | None:
        """Allowed host names; None (any) only in development when listening on all interfaces."""
        named = [name.strip() for name in self.trusted_hosts.split(",") if name.strip()]
        if not named and not self.production and self.bind_host in EVERYWHERE:
            return None
        own = urlsplit(self.address).hostname or ""
        return [trusted_host(name) for name in dict.fromkeys([own, *named, *LOCAL_HOSTS])]

    @property
    def is_demo(self) -> bool:
        """True when the demo data was loaded into this data directory."""
        return (self.folder / DEMO_MARK).exists()

    @property
    def demands_second_factor(self) -> bool:
        """True when staff need a second factor; it can be switched off only outside production."""
        if self.production or self.second_factor == "on":
            return True
        return not (self.second_factor == "off" or self.is_demo)


def read(environment: Mapping[str, str] | None = None) -> Config:
    """The configuration of this process; in development a missing key is created beside the data."""
    given = os.environ if environment is None else environment
    values = {}
    for name, variable, _, _ in settings():
        plain = variable.removeprefix("ANGUAN_") if name in ("host", "port") else variable
        value = given.get(variable) or given.get(plain)
        if value:
            values[name] = value
    if given.get("FLASK_DEBUG", "") not in ("", "0"):
        values["debug"] = "1"
    config = Config(**values)
    if config.secret_key or config.production:
        return config
    return Config(**{**values, "secret_key": _keep_key(config.folder / "secret_key")})


def settings() -> list[tuple[str, str, str, str]]:
    """Every setting as (field, variable, default, description), in the order of the README's table."""
    return [
        (entry.name, entry.metadata["variable"], str(entry.default), entry.metadata["says"])
        for entry in fields(Config)
    ]


def refusals(config: Config, environment: Mapping[str, str] | None = None) -> list[str]:
    """Why the program may not start with this configuration, one sentence each.

    Outside production only values that cannot be read are refused.
    """
    faults = list(_unreadable(config))
    if faults or not config.production:
        return faults
    given = os.environ if environment is None else environment
    if config.env != "production":
        faults.append("ANGUAN_ENV 只能是 development 或 production。")
    if fault := _find_key_fault(config.secret_key):
        faults.append(fault)
    if config.debug not in ("", "0"):
        faults.append("生产方式不能打开调试：去掉 ANGUAN_DEBUG 和 FLASK_DEBUG。")
    if config.cheap_hash:
        faults.append("ANGUAN_CHEAP_HASH 只给自动测试用，请去掉。")
    if config.second_factor == "off":
        faults.append("生产方式不能关闭工作人员的二次验证：去掉 ANGUAN_SECOND_FACTOR。")
    if not config.base_url:
        faults.append("没有对外网址：请设置 ANGUAN_BASE_URL，例如 https://kaohe.example.org。")
    elif not config.secure and config.allow_http != "1":
        faults.append("对外网址是 http：请改用 https；确实只在内网使用时设置 ANGUAN_ALLOW_HTTP=1。")
    if config.secure and not config.proxy_hops:
        faults.append(
            "对外是 https，说明前面有反向代理：请用 ANGUAN_PROXY_HOPS 写明有几层（通常是 1，没有填 0），"
            "否则所有人算作同一个地址，登录会互相影响。"
        )
    if given.get("ANGUAN_KILL_AT"):
        faults.append("ANGUAN_KILL_AT 只给自动测试用，请去掉。")
    if config.is_demo or _holds_demo(config):
        faults.append("数据库里是演示数据：请换一个数据目录和数据库。")
    return faults


def _unreadable(config: Config) -> Iterator[str]:
    """Values that are not what their setting takes."""
    if config.proxy_hops and not (config.proxy_hops.isascii() and config.proxy_hops.isdecimal()):
        yield f"ANGUAN_PROXY_HOPS 要填层数（0 到 {MOST_HOPS}），现在是“{config.proxy_hops}”。"
    elif config.hops > MOST_HOPS:
        yield f"ANGUAN_PROXY_HOPS 最多是 {MOST_HOPS}，现在是“{config.proxy_hops}”。"
    if not (config.port.isascii() and config.port.isdecimal() and int(config.port[:9]) < 65536):
        yield f"ANGUAN_PORT 要填端口（0 到 65535），现在是“{config.port}”。"
    try:
        sound = urlsplit(config.address).hostname is not None
    except ValueError:
        sound = False
    if not sound:
        yield f"ANGUAN_BASE_URL 或 ANGUAN_HOST 不是能访问的网址：“{config.address}”。"


def _find_key_fault(key: str) -> str:
    if not key:
        return "没有主密钥：请设置 ANGUAN_SECRET_KEY（例如 openssl rand -hex 32 的结果）。"
    if any(key.lower().strip("-_ 0123456789") == known for known in KNOWN_KEYS):
        return "ANGUAN_SECRET_KEY 是人人知道的值，请换一个随机的。"
    if len(key) < KEY_LENGTH or len(set(key)) < 10:
        return f"ANGUAN_SECRET_KEY 太弱：至少 {KEY_LENGTH} 个字符，而且要随机。"
    return ""


def _holds_demo(config: Config) -> bool:
    """True when the database is marked as demo; an unreachable database counts as none."""
    if config.database.startswith("sqlite:///") and not Path(config.database[10:]).exists():
        return False
    engine = create_engine(config.database)
    try:
        with engine.connect() as connection:
            return bool(connection.scalar(text("SELECT count(*) FROM policy_value WHERE name = 'demo'")))
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()


def _keep_key(path: Path) -> str:
    """The key in this file, created with owner-only access; concurrent starts agree on one."""
    make_private_folder(path.parent)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
