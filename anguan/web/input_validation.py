"""Cleans what people typed or pasted, and rejects NUL characters, which PostgreSQL cannot store."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from anguan.core.field_types.text_cleaning import clean_copied
from anguan.web.forms import SECRETS

NUL = "\x00"


class CleanParameters(ImmutableMultiDict[str, Any]):
    """Values of a form or query string, cleaned as in `clean_copied`; passwords stay as typed."""

    def __init__(self, mapping: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__(
            [
                (name, clean_copied(value) if isinstance(value, str) and name not in SECRETS else value)
                for name, value in MultiDict(mapping).items(multi=True)
            ]
        )


class CleanRequest(Request):
    """A request whose texts are clean before any view reads them."""

    parameter_storage_class = CleanParameters


def register_input_validation(app: Flask) -> None:
    """Clean the texts of every request, and reject those with NUL."""
    app.request_class = CleanRequest
    app.before_request(reject_nul)


def reject_nul() -> None:
    """Abort with 400 when any text of the request contains a NUL character."""
    if any(NUL in words for words in _words()):
        abort(400, "提交的内容里有无法保存的字符（空字符），没有受理。请删去后重新填写。")


def _words() -> Iterator[str]:
    """All texts of the request that may reach the database, names of fields included."""
    yield from (value for value in (request.view_args or {}).values() if isinstance(value, str))
    for given in (request.args, request.form):
        for name, value in given.items(multi=True):
            yield name
            yield value
    if request.is_json:
        yield request.get_data(as_text=True).replace("\\u0000", NUL)
