"""Reads a form of a page as a browser would send it."""

from html.parser import HTMLParser


class FormReader(HTMLParser):
    """The values of each form of a page that has an input of this name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._select = self._text = ""
        self._first = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
            return
        if not self.forms:
            return
        name, now = found.get("name", ""), self.forms[-1]
        if tag == "input" and name and found.get("type", "text") != "file":
            box = found.get("type") in ("checkbox", "radio")
            if not box or "checked" in found:
                now[name] = found.get("value", "on" if box else "")
        elif tag == "select":
            self._select, self._first = name, True
        elif tag == "option" and self._select and (self._first or "selected" in found):
            now[self._select], self._first = found.get("value", ""), False
        elif tag == "textarea":
            self._text = name
            now[name] = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1][self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._text = ""


def form_values(page: str, holding: str, *also: str) -> dict[str, str]:
    """The values of the first form that has inputs of these names, without its token."""
    wanted = {holding, *also}
    found = next(form for form in FormReader(page).forms if wanted <= set(form))
    return {name: value for name, value in found.items() if name != "csrf_token"}
