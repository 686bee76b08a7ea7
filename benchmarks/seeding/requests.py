"""Copies the model request: waiting requests come first by number, decided ones by id."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    case,
    cast,
    literal,
    null,
    update,
)

from anguan.core import clock
from anguan.core.lifecycle import APPROVED, REJECTED, SUBMITTED, WITHDRAWN
from anguan.models import Attachment, Base, ChangeItem, ChangeRequest, Decision, Event, Lock, Notice, Outbox
from benchmarks.seeding.expressions import NEW, OLD, digits, moment, name_of
from benchmarks.seeding.model_request import ModelRequest
from benchmarks.seeding.register import (
    certificate_number,
    document_of,
    firm_name,
    firm_of,
    place,
    places,
    put,
    region_of,
)
from benchmarks.seeding.sizes import Sizes

AFTER_MODEL = 100
"""Added to the id of every copy, so that the model keeps its own."""
STRIDE = 7919
"""A prime: decided requests visit all persons and moments in a mixed order."""


class Copies:
    """The copies as SQL expressions of their place."""

    def __init__(self, sizes: Sizes, model: ModelRequest) -> None:
        """Copies of `model`."""
        self.sizes, self.model = sizes, model
        self.waits = place <= sizes.waiting
        self.person = case((self.waits, place), else_=place * STRIDE % sizes.people + 1)
        self.id = AFTER_MODEL + case((self.waits, place + sizes.decided), else_=place - sizes.waiting)
        self.firm = firm_of(self.person, sizes)
        self.rejected = and_(~self.waits, place % 20 == 0)
        slot = case((self.waits, place * STRIDE % NEW), else_=NEW + place * STRIDE % OLD)
        self.all = places(sizes.waiting + sizes.decided).join(moment, moment.c.slot == slot)

    def fill(self, connection: Connection) -> None:
        """Insert all copies, and withdraw the model."""
        found = self.model.request["id"]
        withdrawn = {"state": WITHDRAWN, "decided_at": clock.now(), "number": "SQ00000000"}
        connection.execute(update(ChangeRequest).where(ChangeRequest.id == found).values(withdrawn))
        put(
            connection, ChangeRequest, constant(ChangeRequest, self.model.request) | self._request(), self.all
        )
        for item in self.model.items:
            self._copy(connection, ChangeItem, item, self._item(item))
        for attachment in self.model.attachments:
            self._copy(connection, Attachment, attachment, {})
        for event in self.model.events:
            self._copy(connection, Event, event, self._event())
        for notice in self.model.notices:
            self._copy(connection, Notice, notice, {"account_id": self.person, "at": moment.c.filed})
        for key in self.model.locks:
            kept = literal(f"{key.rpartition(':')[0]}:") + cast(place, String)
            locked = places(self.sizes.waiting)
            put(connection, Lock, {"key": kept, "request_id": self.id}, locked)
        self._decide(connection)

    def _copy(
        self,
        connection: Connection,
        model: type[Base],
        row: Mapping[str, Any],
        other: Mapping[str, Any],
        where: Sequence[ColumnElement[bool]] = (),
    ) -> None:
        values = constant(model, row) | {"request_id": self.id, **other}
        values.pop("id")
        put(connection, model, values, self.all.where(*where))

    def _request(self) -> dict[str, Any]:
        green = and_(self.waits, place % 10 < 7)
        passed = self.model.request["passed_checks"]
        return {
            "id": self.id,
            "number": literal("SQ") + digits(place, 8),
            "filer_id": self.person,
            "person_id": self.person,
            "certificate_id": self.person,
            "subject_key": literal("certificate:") + cast(self.person, String),
            "applicant_name": name_of(self.person),
            "region": region_of(self.firm),
            "state": case((self.waits, SUBMITTED), (self.rejected, REJECTED), else_=APPROVED),
            "version": case((self.waits, literal(self.model.request["version"])), else_=3),
            "created_at": moment.c.filed,
            "changed_at": moment.c.filed,
            "submitted_at": moment.c.filed,
            "ready_at": moment.c.filed,
            "due_at": moment.c.due,
            "decided_at": case((self.waits, null()), else_=moment.c.decided),
            "passed_checks": case((green, passed), else_=passed - 1),
            "doubtful_checks": case((green, 0), else_=1),
            "is_green": green,
        }

    def _item(self, item: Mapping[str, Any]) -> dict[str, Any]:
        texts = {
            "person.name": name_of(self.person),
            "person.document_number": document_of(self.person),
            "employer.name": firm_name(self.firm),
            "certificate.number": certificate_number(self.person),
        }
        own = texts.get(item["path"])
        values: dict[str, Any] = {}
        if own is not None:
            names = ("before", "before_text", *(("after", "after_text") if item["after"] else ()))
            values |= dict.fromkeys(names, own)
        return values | ({"certificate_id": self.person} if item["certificate_id"] else {})

    def _event(self) -> dict[str, Any]:
        return {
            "person_id": self.person,
            "certificate_id": self.person,
            "actor_id": self.person,
            "actor": name_of(self.person),
            "at": moment.c.filed,
            "region": region_of(self.firm),
        }

    def _decide(self, connection: Connection) -> None:
        """Decisions by one reviewer, the event of each, and the job that carried it out."""
        decided = self.all.where(~self.waits)
        reviewer = self.model.request["filer_id"]
        verdict = case((self.rejected, "reject"), else_="approve")
        why = {
            "opinion": case((self.rejected, "材料不全"), else_=""),
            "reason": case((self.rejected, "paper_missing"), else_=""),
            "digest": literal("0" * 64),
            "decided_at": moment.c.decided,
            "effective_at": moment.c.decided,
        }
        who = {"request_id": self.id, "round": literal(1), "step": literal(0), "actor_id": literal(reviewer)}
        put(connection, Decision, who | why | {"actor_name": literal("审核员"), "verdict": verdict}, decided)
        event = {
            **self.model.events[-1],
            "verb": "decide",
            "sentence": "作出决定",
            "actor": "审核员",
            "actor_id": reviewer,
        }
        moved = {"at": moment.c.decided, "actor": literal("审核员"), "actor_id": literal(reviewer)}
        self._copy(connection, Event, event, self._event() | moved, [~self.waits])
        job = {"kind": literal("take_effect"), "payload": literal("{}"), "attempts": literal(1)}
        when = {"not_before": moment.c.decided, "done_at": moment.c.decided}
        put(
            connection, Outbox, job | when | {"key": literal("take_effect:bench") + digits(place, 8)}, decided
        )


def constant(model: type[Base], row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row as SQL literals of the types of their columns."""
    columns = model.__table__.columns
    return {
        name: null() if value is None else literal(value, columns[name].type) for name, value in row.items()
    }
