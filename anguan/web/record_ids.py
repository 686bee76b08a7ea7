"""Ids in URLs: routes write `<id:name>`."""

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError

from anguan.core.record_ids import read_id


class RecordId(BaseConverter):
    """URL part that may be the id of a record; every other number is no address of ours (404)."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        """The id. Raises ValidationError for one that no record can have."""
        if (id := read_id(value)) is None:
            raise ValidationError
        return id


def register_id_converter(app: Flask) -> None:
    """Register the converter; routes are added afterwards."""
    app.url_map.converters["id"] = RecordId
