"""SQL of generated values: names, numbers, moments. `place` counts rows from 1."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    text,
)

from anguan.core import clock
from anguan.domain.calendar import Calendar, due_at, promised_day
from anguan.models.base import UtcDateTime

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文波辉玲飞"
PROMISED = 10
"""Working days in which a request is decided."""
NEW, OLD = 4_000, 40_000
"""Moments of submission of waiting and of decided requests: several requests share one."""
DAYS = 1095
"""Days over which decided requests are spread."""

scratch = MetaData()
number = Table("bench_number", scratch, Column("place", Integer, primary_key=True), prefixes=["TEMPORARY"])
moment = Table(
    "bench_moment",
    scratch,
    Column("slot", Integer, primary_key=True),
    Column("filed", UtcDateTime),
    Column("due", UtcDateTime),
    Column("decided", UtcDateTime),
    Column("due_day", Date),
    prefixes=["TEMPORARY"],
)
"""Waiting requests use the slots below `NEW`, decided ones those from there on."""


def fill_scratch(connection: Connection, most: int, calendar: Calendar) -> None:
    """Create the temporary tables, with places up to `most`."""
    scratch.create_all(connection)
    series = (
        f"SELECT generate_series(1, {most})"
        if connection.dialect.name == "postgresql"
        else f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most}) "
        "SELECT i FROM n"
    )
    connection.execute(text(f"INSERT INTO bench_number (place) {series}"))
    now = clock.now()
    rows = [_moment(slot, now - timedelta(days=1 + 7 * slot / NEW), calendar) for slot in range(NEW)]
    first = now - timedelta(days=10)
    rows += [
        _moment(NEW + slot, first - timedelta(days=DAYS * (OLD - slot) / OLD), calendar)
        for slot in range(OLD)
    ]
    connection.execute(insert(moment), rows)
    connection.execute(text("ANALYZE"))


def _moment(slot: int, filed: datetime, calendar: Calendar) -> dict[str, object]:
    decided = filed + timedelta(days=2 + slot % 8, hours=3)
    due = due_at(calendar, filed, PROMISED)
    return {"slot": slot, "filed": filed, "due": due, "decided": decided, "due_day": promised_day(due)}


def name_of(place: ColumnElement[int]) -> ColumnElement[str]:
    """A Chinese name of three characters."""
    return _pick(SURNAMES, place) + _pick(GIVEN, place // len(SURNAMES)) + _pick(GIVEN, _third(place))


def name_at(place: int) -> str:
    """What `name_of` gives for this place."""
    picks = (SURNAMES, place), (GIVEN, place // len(SURNAMES)), (GIVEN, _third(place))
    return "".join(characters[at % len(characters)] for characters, at in picks)


def token_at(certificate: int) -> str:
    """The token in the QR code of a certificate, as `register` makes it."""
    return f"token{certificate:027d}"


def digits(place: ColumnElement[int], width: int) -> ColumnElement[str]:
    """The place with leading zeros, ten digits of which may count."""
    zeros = max(width - 10, 0)
    counted = func.substr(cast(literal(10 ** (width - zeros), BigInteger) + place, String), 2, type_=String)
    return literal("0" * zeros) + counted if zeros else counted


def _third(place: Any) -> Any:
    return place // 7 + place % 11


def _pick(characters: str, place: ColumnElement[int]) -> ColumnElement[str]:
    return func.substr(literal(characters), place % len(characters) + 1, 1, type_=String)
