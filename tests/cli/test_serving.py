"""`anguan run` behind a proxy and on IPv6: which client address counts, and which addresses work."""

import socket
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from anguan.cli.processes import CannotListen, bind_port
from anguan.config import Config
from anguan.demo.fixtures import PASSWORD
from anguan.demo.listing import list_accounts
from anguan.models import LoginSession
from tests.cli.running_application import RunningApplication
from tests.support.client import TOKEN

CHAIN = "1.1.1.1, 203.0.113.9"
SERVERS = ("waitress", "gunicorn")


def log_in_through_proxy(application: RunningApplication) -> None:
    """Log in to the demo through a proxy that appended the visitor's address."""
    entry = next(entry for entry in list_accounts() if entry["secret"] == PASSWORD)
    form = {"login": entry["login"], "password": PASSWORD}
    with urlopen(Request(f"{application.address}/login", headers={"X-Forwarded-For": CHAIN})) as page:
        token = TOKEN.search(page.read().decode())
        cookie = page.headers["Set-Cookie"].partition(";")[0]
    assert token is not None
    sent = urlencode({"csrf_token": token[1], **form}).encode()
    headers = {"X-Forwarded-For": CHAIN, "Cookie": cookie}
    with urlopen(Request(f"{application.address}/login", sent, headers)) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize(
    ("hops", "host", "seen"), [("0", "::1", "::/48"), ("1", "127.0.0.1", "203.0.113.0/24")]
)
def test_the_proxies_that_are_told_are_looked_through(
    demo_url: str, tmp_path: Path, server: str, hops: str, host: str, seen: str
) -> None:
    """On IPv4 and IPv6; a host name that is not its own gets no answer."""
    application = RunningApplication(
        demo_url, tmp_path, "--server", server, host=host, ANGUAN_PROXY_HOPS=hops
    )
    try:
        application.wait()
        log_in_through_proxy(application)
        assert not application.answers(Host="evil.example")
        assert not application.answers(Host="[::2]")
    finally:
        said = application.stop()
    assert f"网址  {application.address}\n" in said
    engine = create_engine(demo_url)
    with Session(engine) as session:
        assert set(session.scalars(select(LoginSession.network))) == {seen}
    engine.dispose()


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("::1", "http://[::1]:5000"),
        ("[::1]", "http://[::1]:5000"),
        ("2001:db8::5", "http://[2001:db8::5]:5000"),
        ("::", "http://127.0.0.1:5000"),
        ("0.0.0.0", "http://127.0.0.1:5000"),
        ("127.0.0.1", "http://127.0.0.1:5000"),
    ],
)
def test_the_address_of_each_host_is_a_url(host: str, address: str) -> None:
    assert Config(host=host).address == address


def test_a_host_without_an_address_is_named_as_such() -> None:
    for host in ("203.0.113.254", "no such host", "2001:db8::1"):
        with pytest.raises(CannotListen, match=host):
            bind_port(host, 5000, fixed=False)
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CannotListen, match="已被占用"):
            bind_port("127.0.0.1", taken.getsockname()[1], fixed=True)
