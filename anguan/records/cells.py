"""The cells of a request: each place that it shows or writes, with its own before and after."""

from collections.abc import Iterable
from dataclasses import dataclass

from anguan.grammar.field import Field
from anguan.models import Certificate
from anguan.records.dossier import Dossier
from anguan.records.vocabulary import Fact, Record, fact


@dataclass(frozen=True)
class Cell:
    """One place. `follows` names the field it repeats; `after` None is not known before the decision."""

    path: str
    label: str
    mode: str
    before: str
    after: str | None
    before_text: str
    after_text: str
    certificate_id: int | None = None
    follows: str = ""

    @property
    def changed(self) -> bool:
        """True when approval writes something else than what stands there."""
        return self.after is not None and self.after != self.before

    @property
    def lock(self) -> str:
        """The register record that holds this place (`certificate:12`); '' for answers and context."""
        if self.certificate_id is not None:
            return f"certificate:{self.certificate_id}"
        return self.path.split(".", 1)[0]


def cells_of(dossier: Dossier) -> list[Cell]:
    """Every cell of the dossier's matter, fields in their order, repeated places behind their field."""
    found: list[Cell] = []
    for field in dossier.matter.fields:
        if field.when(dossier):
            found.extend(_cells_of_field(dossier, field))
    return found


def _cells_of_field(dossier: Dossier, field: Field) -> Iterable[Cell]:
    if field.mode == "answered":
        answer = dossier.after.get(field.path, "")
        yield Cell(field.path, field.label, field.mode, "", answer, "", field.resolved.show(answer))
        return
    known = fact(field.path)
    record = dossier.record(known.record)
    before = known.read(record) if record is not None else ""
    after = _after(dossier, field, before)
    after_text = "" if after is None else _text(dossier, field, known, after)
    own = dossier.certificate.id if dossier.certificate and known.record == "certificate" else None
    yield Cell(
        field.path,
        field.label,
        field.mode,
        before,
        after,
        _text(dossier, field, known, before),
        after_text,
        own,
    )
    if not field.writes or after is None:
        return
    for repeated in (field.path, *field.also):
        place = fact(repeated)
        for target in _targets(dossier, field, place, before):
            if target is record:
                continue
            stands = place.read(target)
            certificate_id = target.id if isinstance(target, Certificate) else None
            yield Cell(
                repeated,
                field.label,
                field.mode,
                stands,
                after,
                _text(dossier, field, place, stands),
                after_text,
                certificate_id,
                field.path,
            )


def _after(dossier: Dossier, field: Field, before: str) -> str | None:
    if field.mode == "asked":
        return dossier.after.get(field.path, before)
    if field.mode == "computed" and field.compute is not None:
        return field.compute(dossier)
    return None


def _targets(dossier: Dossier, field: Field, place: Fact, before: str) -> list[Record]:
    """The records in which this place stands, the subject first."""
    if place.record != "certificate":
        record = dossier.record(place.record)
        return [record] if record is not None and place.path != field.path else []
    targets: list[Record] = []
    if dossier.certificate is not None and place.path != field.path:
        targets.append(dossier.certificate)
    if field.spread:
        targets.extend(row for row in dossier.other_certificates if place.spreads_to(row, before))
    return targets


def _text(dossier: Dossier, field: Field, place: Fact, canonical: str) -> str:
    words = place.text(dossier.session, canonical)
    return field.resolved.show(canonical) if words == canonical and canonical else words
