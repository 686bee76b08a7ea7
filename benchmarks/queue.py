"""Benchmark of the queue page and its search, with a thousand and a hundred thousand requests.

Both applications are queried alternately, so that a slow moment of the machine affects both.
"""

import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from anguan.auth.hashing import hash_secret
from anguan.auth.passwords import set_password
from anguan.config import Config
from anguan.core import clock
from anguan.extensions import db
from anguan.factory import create_app
from anguan.infra.engine import prepare_engine
from anguan.infra.transaction import transaction
from anguan.models import (
    Account,
    Certificate,
    CertificateKind,
    ChangeItem,
    ChangeRequest,
    Enterprise,
    Person,
)
from anguan.worker.upgrade import upgrade

SMALL, LARGE = 1_000, 100_000
ROUNDS = 15
FIRMS = 40
SECRET = "Shui9-li-Kao#He"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "安明云川禾苇渡晓雪青望舒启程清源若溪闻道知微可染仲平思远景行"
MATTERS = ("certificate_renewal", "certificate_change", "certificate_cancellation")
PREFIXES = {"certificate_renewal": "YX", "certificate_change": "BG", "certificate_cancellation": "ZX"}
TARGETS = {"page": 1.5, "number": 2.0, "name": 2.0}


def run() -> list[dict[str, Any]]:
    """Medians of the page and of two searches, by number and by name prefix; ratio large to small."""
    with tempfile.TemporaryDirectory() as folder:
        apps = {size: open_app(Path(folder) / str(size), size) for size in (SMALL, LARGE)}
        times = measure({size: client for size, (_, client) in apps.items()})
        for app, _ in apps.values():
            with app.app_context():
                db.engine.dispose()
    return [
        {
            "name": f"queue: {what} at {LARGE:,} requests against {SMALL:,}",
            "ratio": times[what][LARGE] / times[what][SMALL],
            "target": target,
            "small_ms": round(times[what][SMALL], 1),
            "large_ms": round(times[what][LARGE], 1),
        }
        for what, target in TARGETS.items()
    ]


def measure(clients: dict[int, FlaskClient]) -> dict[str, dict[int, float]]:
    """Milliseconds of each query in each application, asked in turn. Raises RuntimeError without results."""
    questions: dict[str, Callable[[int], str]] = {
        "page": lambda size: "/panel/queue/",
        "number": lambda size: f"/panel/queue/?search=YX2026-{size // 2 // 3 * 3:06d}",
        "name": lambda size: "/panel/queue/?search=沈禾",
    }
    taken: dict[str, dict[int, list[float]]] = {what: {size: [] for size in clients} for what in questions}
    for turn in range(ROUNDS + 2):
        for what, ask in questions.items():
            for size, client in clients.items():
                begin = time.perf_counter()
                answer = client.get(ask(size))
                spent = time.perf_counter() - begin
                if answer.status_code != 200 or "<tbody" not in answer.text:
                    raise RuntimeError(f"{what} found nothing at {size}: {answer.status_code}")
                if turn > 1:
                    taken[what][size].append(spent * 1000)
    return {
        what: {size: statistics.median(each) for size, each in sizes.items()} for what, sizes in taken.items()
    }


def open_app(folder: Path, size: int) -> tuple[Flask, FlaskClient]:
    """An application with this many requests, and a client logged in as a reviewer."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'bench.sqlite3'}"
    upgrade(url)
    engine = prepare_engine(create_engine(url))
    with Session(engine) as session:
        fill(session, size)
    engine.dispose()
    app = create_app(
        Config(
            env="test",
            secret_key="bench-9Kx27-qPz41-mVw83-tYs65-hRd09",
            database_url=url,
            data_dir=str(folder),
            second_factor="off",
            cheap_hash="1",
        )
    )
    with app.app_context(), transaction(db.session) as session:
        account = Account(login="BENCH", name="审核员", role="reviewer", created_at=clock.now())
        session.add(account)
        session.flush()
        set_password(session, account, hash_secret(SECRET))
    client = app.test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    token = found[1] if found else ""
    client.post("/login", data={"csrf_token": token, "login": "BENCH", "password": SECRET})
    return app, client


def fill(session: Session, size: int) -> None:
    """Insert `size` requests of as many people at 40 enterprises; nine in ten wait, with spread due dates."""
    chance = random.Random(size)
    now, today = clock.now(), clock.today()
    with transaction(session):
        session.add(CertificateKind(code="C", title="专职安全生产管理人员"))
        session.execute(
            insert(Enterprise),
            [
                {
                    "id": n + 1,
                    "uscc": f"91590100MA{n:08d}",
                    "name": f"云南示例{n}号水利有限公司",
                    "region": "590100",
                }
                for n in range(FIRMS)
            ],
        )
        for begin in range(0, size, 5000):
            numbers = range(begin + 1, min(begin + 5000, size) + 1)
            people = [_person(n, chance) for n in numbers]
            session.execute(insert(Person), people)
            session.execute(
                insert(Account),
                [
                    {
                        "id": row["id"], "login": row["document_number"], "name": row["name"],
                        "role": "applicant", "person_id": row["id"], "created_at": now,
                    }
                    for row in people
                ],
            )  # fmt: skip
            session.execute(insert(Certificate), [_certificate(row, today) for row in people])
            session.execute(insert(ChangeRequest), [_request(row, now, chance) for row in people])
            session.execute(insert(ChangeItem), [_item(row) for row in people])


def _person(n: int, chance: random.Random) -> dict[str, Any]:
    name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))
    name = "沈禾" + chance.choice(GIVEN) if n % 50 == 0 else name
    return {"id": n, "document_number": f"59010119900101{n:06d}", "name": name, "gender": "male"}


def _firm(n: int) -> str:
    return f"云南示例{n}号水利有限公司"


def _certificate(person: dict[str, Any], today: Any) -> dict[str, Any]:
    n = person["id"]
    return {
        "id": n, "number": f"水安C2024{n:07d}", "kind_code": "C", "person_id": n,
        "enterprise_id": n % FIRMS + 1, "first_issued": today, "valid_from": today,
        "valid_until": today + timedelta(days=60),
        "holder_name": person["name"], "document_number": person["document_number"],
        "unit_name": _firm(n % FIRMS), "unit_uscc": f"91590100MA{n % FIRMS:08d}",
    }  # fmt: skip


def _request(person: dict[str, Any], now: Any, chance: random.Random) -> dict[str, Any]:
    n, matter = person["id"], MATTERS[person["id"] % 3]
    filed = now - timedelta(days=chance.random() * 8)
    done = n % 10 == 0
    return {
        "id": n, "number": f"{PREFIXES[matter]}2026-{n:06d}", "matter": matter, "round": 1,
        "state": "approved" if done else "submitted", "filer_id": n, "person_id": n, "certificate_id": n,
        "subject_key": f"certificate:{n}", "applicant_name": person["name"], "region": "590100",
        "created_at": filed, "changed_at": filed, "submitted_at": filed, "ready_at": filed,
        "due_at": filed + timedelta(days=11), "decided_at": now if done else None,
    }  # fmt: skip


def _item(person: dict[str, Any]) -> dict[str, Any]:
    return {
        "request_id": person["id"], "round": 1, "path": "certificate.title", "certificate_id": person["id"],
        "mode": "asked", "label": "技术职称", "before": "无", "after": "工程师", "before_text": "无",
        "after_text": "工程师",
    }  # fmt: skip
