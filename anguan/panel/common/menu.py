"""The left menu of the panel, built once for each role."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask_admin import Admin


@dataclass(frozen=True)
class MenuEntry:
    """One line of the menu: `endpoint` of the view, and the endpoint of the page that it opens."""

    title: str
    endpoint: str
    page: str


Menu = Sequence[tuple[str, Sequence[MenuEntry]]]
"""Groups as (title, entries); the first one has no title."""


@lru_cache(maxsize=64)
def menu_of(admin: Admin, role: str) -> Menu:
    """The entries that this role may open, in the order of the views."""
    groups: dict[str, list[MenuEntry]] = {}
    for view in admin._views:
        if view.is_visible() and view.is_open_to(role):
            page = f"{view.endpoint}.{view._default_view}"
            groups.setdefault(view.category or "", []).append(MenuEntry(str(view.name), view.endpoint, page))
    return sorted(groups.items(), key=lambda group: group[0] != "")
