"""Rejects requests that contain a NUL character, which PostgreSQL cannot store."""

from collections.abc import Iterator

from flask import abort, request

NUL = "\x00"


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
