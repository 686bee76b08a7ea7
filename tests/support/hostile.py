"""Forty hostile input strings, a scanner for pages in which one took effect, and a parser of forms."""

import re
from collections.abc import Iterator
from html import escape, unescape
from html.parser import HTMLParser

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'><svg onload=alert(3)>",
    "<iframe srcdoc='<script>alert(4)</script>'>",
    "</textarea><script>alert(5)</script>",
    "</title><script>alert(6)</script>",
    "</option></select><b onclick=alert(7)>x",
    '" autofocus onfocus=alert(8) x="',
    "javascript:alert(9)",
    "<a href=javascript:alert(10)>x</a>",
    "<style>@import url(//x.invalid/a)</style>",
    "<!--<x-hostile>",
    "]]><x-hostile>",
    "<![CDATA[<x-hostile>]]>",
    "<pdf:nextpage/>甲",
    "<pdf:insertpdf src='/etc/hostname'/>",
    "<font color='red'>红</font><br/>",
    "&lt;x-hostile&gt;&#60;b&#62;",
    "{{7*7}}p5p",
    "{%for x in 'ab'%}p5p{%endfor%}",
    "${7*7}p5p#{7*7}p5p",
    "{0.__class__}%(x)s%s%n",
    "'; DROP TABLE person;--",
    "' OR '1'='1",
    '") UNION SELECT 1--',
    "%_\\%",
    '=HYPERLINK("http://x.invalid","甲")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|'x'",
    "@SUM(1+1)",
    "＝1+1",
    "\t=1+1",
    "甲\u202e乙fdp.丙",
    "甲\u200b\u2066乙\ufeff",
    "甲\x00乙",
    "甲\r\nSet-Cookie: sid=1\r\n\r\n<x-hostile>",
    "../../../etc/passwd",
    "长" * 400,
    "𠮷😀🏴\U000e0067\u0301",
    "\ud7ff\uffff\ufdd0甲",
)

_STATIC = re.compile(r"/static/|/panel/static/")
_FOREIGN = ("iframe", "object", "embed", "x-hostile", "base", "font", "style", "b", "marquee")
_EVALUATED = re.compile(r"49p5p|p5pp5p|&lt;class|<class ")


class _InjectionScanner(HTMLParser):
    """Collects tags and attributes that no template of the application writes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.harm: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, event handler, style or script URL that no template writes."""
        given = dict(attrs)
        if tag in _FOREIGN or tag.startswith("pdf:"):
            self.harm.append(f"<{tag}>")
        if tag == "script" and not _STATIC.match(given.get("src") or ""):
            self.harm.append("a script that is not ours")
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "autofocus"):
                self.harm.append(f"<{tag} {name}=…>")
            if name in ("href", "src", "action") and (value or "").lower().startswith(("javascript:", "//")):
                self.harm.append(f"<{tag} {name}={value}>")


def find_harm(page: str) -> list[str]:
    """Injected tags, attributes and evaluated template code of a page; empty on a sound page."""
    scanner = _InjectionScanner()
    scanner.feed(page)
    return scanner.harm + (["a template ran"] if _EVALUATED.search(page) else [])


def shows(page: str, words: str) -> bool:
    """True when the page shows this text escaped, apart from characters that a browser may not keep."""
    return escape(words) in page or _plain(words) in _plain(unescape(page))


def squeeze(words: str) -> str:
    """The text without blanks and unprintable characters, as it is extracted from a PDF."""
    return "".join(char for char in words if char.isprintable() and not char.isspace())


def _plain(words: str) -> str:
    return squeeze(words.replace("\ufffd", ""))


class Forms(HTMLParser):
    """The POST forms of a page, each with its fields as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.checkboxes: list[tuple[str, str]] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form or one of its fields."""
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._form = Form(given.get("action", ""))
            if given.get("method", "").lower() == "post":
                self.forms.append(self._form)
        elif self._form is None or (not name and tag != "option"):
            return
        elif tag == "textarea":
            self._form.texts.append(name)
        elif tag == "input":
            if given.get("type") == "checkbox":
                self.checkboxes.append((name, given.get("value", "")))
            self._form.take_input(name, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and given.get("value"):
            self._form.fixed.setdefault(self._select, given["value"])
        elif tag == "button" and given.get("value"):
            self._form.fixed.setdefault(name, given["value"])

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a form or of a list of options."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


class Form:
    """One form: its action, the names of its text fields, and the values of the others."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.texts: list[str] = []
        self.fixed: dict[str, str] = {}

    def take_input(self, name: str, given: dict[str, str]) -> None:
        """Note an input: text fields by name, checked boxes and hidden values with their value."""
        kind = given.get("type", "text")
        if kind in ("text", "search", "password"):
            self.texts.append(name)
        elif kind in ("checkbox", "radio"):
            self.fixed.setdefault(name, given.get("value", "1"))
        elif kind == "hidden" and name != "csrf_token":
            self.fixed[name] = given.get("value", "")

    def fillings(self, start: int = 0) -> Iterator[dict[str, str]]:
        """Values for the form: each hostile string is typed once, a different one into each field."""
        size = max(1, len(self.texts))
        for at in range(0, len(HOSTILE), size):
            words = [HOSTILE[(start + at + offset) % len(HOSTILE)] for offset in range(size)]
            yield {**self.fixed, **dict(zip(self.texts, words, strict=True))}
