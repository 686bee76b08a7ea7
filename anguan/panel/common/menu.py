"""The left menu of the panel, built for each role when the application starts."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_admin import Admin


@dataclass(frozen=True)
class MenuEntry:
    """One line of the menu: `endpoint` of the view, and the endpoint of the page that it opens."""

    title: str
    endpoint: str
    page: str


Menu = Sequence[tuple[str, Sequence[MenuEntry]]]
"""Groups as (title, entries); the first one has no title."""
MENUS = "anguan_panel_menus"
"""Key of the menus by role among the extensions of the application."""


def build_menu(admin: Admin, role: str) -> Menu:
    """The entries that this role may open, in the order of the views."""
    groups: dict[str, list[MenuEntry]] = {}
    for view in admin._views:
        if view.is_visible() and view.is_open_to(role):
            page = f"{view.endpoint}.{view._default_view}"
            groups.setdefault(view.category or "", []).append(MenuEntry(str(view.name), view.endpoint, page))
    return sorted(groups.items(), key=lambda group: group[0] != "")
