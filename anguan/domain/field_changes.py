"""Field changes of a request: every register field that it shows or writes, with before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from anguan.core.field import Field
from anguan.domain.dossier import Dossier
from anguan.domain.masking import is_picture
from anguan.domain.register_fields import Record, RegisterField, register_field
from anguan.models import Certificate, ChangeItem

STORED = (
    "path", "label", "mode", "before", "after", "before_text", "after_text", "certificate_id", "mirror_of"
)  # fmt: skip
"""The attributes of a field change that are columns of change_item."""


@dataclass(frozen=True)
class FieldChange:
    """One register field before and after a request, as pages, lists and printed forms show it.

    `before`, `after` and `current` are canonical, `*_text` are formatted. `after` None is not known before
    the decision, `current` None was not loaded. `mirror_of` is the path that this one repeats; `mirrors` are
    the changes that repeat this one, `places` their names. `id` is that of the stored row. A view fills in
    `url` (where it is edited), the addresses of photos, and `proof` (the documents).
    """

    path: str
    label: str
    mode: str
    before: str
    after: str | None
    before_text: str
    after_text: str
    certificate_id: int | None = None
    mirror_of: str = ""
    id: int = 0
    current: str | None = None
    current_text: str = ""
    mirrors: tuple["FieldChange", ...] = ()
    places: tuple[str, ...] = ()
    url: str = ""
    proof: str = ""
    before_photo: str = ""
    after_photo: str = ""
    current_photo: str = ""

    @classmethod
    def of(cls, item: ChangeItem) -> "FieldChange":
        """The field change of a stored row."""
        return cls(**{name: getattr(item, name) for name in STORED}, id=item.id)

    @property
    def changed(self) -> bool:
        """True when approval writes a value that differs from *before*."""
        return self.after is not None and self.after != self.before

    @property
    def awaited(self) -> bool:
        """True for a value that the decision will issue and that is not yet known."""
        return self.mode == "issued" and self.after is None

    @property
    def announced(self) -> bool:
        """True for what the request is about: a change, or a value that the decision will issue."""
        return self.changed or self.awaited

    @property
    def drifted(self) -> bool:
        """Conflict: the register changed since the submission (原值 / 申请值 / 当前值)."""
        return self.current is not None and self.current != self.before

    @property
    def picture(self) -> bool:
        """True when the value is shown as a picture."""
        return is_picture(self.path)

    @property
    def stored(self) -> dict[str, Any]:
        """The values for the columns of change_item."""
        return {name: getattr(self, name) for name in STORED}

    @property
    def lock(self) -> str:
        """The record that holds this field (`certificate:12`), or its first path part (`person`)."""
        if self.certificate_id is not None:
            return f"certificate:{self.certificate_id}"
        return self.path.split(".", 1)[0]


def field_changes_of(dossier: Dossier) -> list[FieldChange]:
    """Every field change of the dossier's matter in field order, each followed by its mirrors."""
    found: list[FieldChange] = []
    for field in dossier.matter.fields:
        if field.when(dossier):
            found.extend(_changes_of_field(dossier, field))
    return found


def _changes_of_field(dossier: Dossier, field: Field) -> Iterable[FieldChange]:
    if field.mode == "answered":
        answer = dossier.after.get(field.path, "")
        yield FieldChange(field.path, field.label, field.mode, "", answer, "", field.resolved.show(answer))
        return
    known = register_field(field.path)
    record = dossier.record(known.record)
    before = known.read(record) if record is not None else ""
    after = _after(dossier, field, before)
    after_text = "" if after is None else _text(dossier, field, known, after)
    own = dossier.certificate.id if dossier.certificate and known.record == "certificate" else None
    yield FieldChange(
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
    for repeated in (field.path, *field.mirrors):
        mirror = register_field(repeated)
        for target in _targets(dossier, field, mirror, before):
            if target is record:
                continue
            current = mirror.read(target)
            certificate_id = target.id if isinstance(target, Certificate) else None
            yield FieldChange(
                repeated,
                field.label,
                field.mode,
                current,
                after,
                _text(dossier, field, mirror, current),
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


def _targets(dossier: Dossier, field: Field, place: RegisterField, before: str) -> list[Record]:
    """The records in which this register field is written, the subject first."""
    if place.record != "certificate":
        record = dossier.record(place.record)
        return [record] if record is not None and place.path != field.path else []
    targets: list[Record] = []
    if dossier.certificate is not None and place.path != field.path:
        targets.append(dossier.certificate)
    if field.propagate:
        targets.extend(row for row in dossier.other_certificates if place.propagates_to(row, before))
    return targets


def _text(dossier: Dossier, field: Field, place: RegisterField, canonical: str) -> str:
    words = place.text(dossier.session, canonical)
    return field.resolved.show(canonical) if words == canonical and canonical else words
