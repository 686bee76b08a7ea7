"""Typed version of Flask-Admin's `expose` that keeps the signature of the view method."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from flask_admin import expose as untyped_expose

View = TypeVar("View", bound=Callable[..., Any])


def expose(url: str = "/", methods: Iterable[str] = ("GET",)) -> Callable[[View], View]:
    """Route `url` of the view's blueprint to the decorated method."""
    return cast("Callable[[View], View]", untyped_expose(url, methods))
