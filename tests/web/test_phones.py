"""Phone numbers of the office are links that a phone can call, on every page."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAPER = TEMPLATES / "paper"
"""Templates of PDFs, where a number is printed as text."""


def test_every_page_shows_phone_numbers_as_links() -> None:
    plain = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        if PAPER in path.parents:
            continue
        text = re.sub(r"phone\(authority\.\w+\)", "", path.read_text("utf-8"))
        if re.search(r"authority\.\w+_phone", text):
            plain.append(str(path.relative_to(TEMPLATES)))
    assert not plain
