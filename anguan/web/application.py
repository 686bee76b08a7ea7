"""The Flask application class: URLs that were built before are not built again."""

from collections.abc import Callable
from typing import Any

from flask import Flask, has_request_context, request
from werkzeug.routing import Rule

MOST = 5000
"""URLs kept per process; all are dropped when there are more."""


class LateRule(Rule):
    """A URL rule that compiles the code which builds its URLs when the first one is asked for.

    Compiling it for the 280 rules of the application takes a third of the start, and most are never built.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(super(LateRule, self)._compile_builder(append_unknown))
            return made[0](rule, **values)

        return build


class Application(Flask):
    """A Flask application that keeps the URLs it has built.

    A page has dozens of links with the same endpoints, and building one costs as much as a row of a table.
    The only defaults added to URLs are the content hashes of static files, which change in development alone.
    """

    url_rule_class = LateRule

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._urls: dict[Any, str] = {}

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """URL of an endpoint; raises werkzeug's BuildError as Flask does."""
        changing = endpoint == "static" and self.debug
        if changing or endpoint[:1] == "." or "_external" in values or not has_request_context():
            return super().url_for(endpoint, **values)
        # The type belongs to the key: 1 and True are equal, their URLs are not.
        key = (request.script_root, endpoint, *((name, type(one), one) for name, one in values.items()))
        try:
            known = self._urls.get(key)
        except TypeError:  # a list among the values
            return super().url_for(endpoint, **values)
        if known is None:
            known = super().url_for(endpoint, **values)
            if len(self._urls) >= MOST:
                self._urls.clear()
            self._urls[key] = known
        return known
