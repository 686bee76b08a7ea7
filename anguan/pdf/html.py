"""Renders the HTML of a PDF with a separate Jinja environment: escaped, every character printable."""

import unicodedata
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from anguan.core.clock import beijing
from anguan.infra.fonts import missing_glyphs, split_runs
from anguan.pdf.renderer import MissingGlyph

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "paper"


def fill_page(template: str, **values: Any) -> str:
    """The HTML of one document. Raises MissingGlyph for characters that no installed font has."""
    html = _open_templates().get_template(template).render(**values)
    lost = missing_glyphs(html)
    if lost:
        raise MissingGlyph(lost)
    return html


def mark_characters(value: Any) -> Any:
    """Output of `{{ value }}`: escaped, rare characters in the font that has them, line breaks kept."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    pieces = [
        Markup('<span class="{}">{}</span>').format(family, piece) if family else escape(piece)
        for family, piece in split_runs(value)
    ]
    return Markup("").join(pieces).replace("\n", Markup("<br/>"))


def show_day(value: Any) -> str:
    """Format a date as 2026年1月9日; takes dates and ISO text, returns any other text unchanged."""
    if isinstance(value, str):
        try:
            return _in_words(date.fromisoformat(value[:10]))
        except ValueError:
            return value
    if isinstance(value, datetime):
        return _in_words(beijing(value).date())
    return _in_words(value) if isinstance(value, date) else ""


def show_minute(value: datetime) -> str:
    """Format a moment in Beijing time as 2026年1月9日 14:46."""
    moment = beijing(value)
    return f"{show_day(moment.date())} {moment:%H:%M}"


def _in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def measure(text: str) -> float:
    """Estimated width of a text in ems, slightly too large rather than too small."""
    return sum(_width(char) for char in text)


def _width(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WFA":
        return 1.0
    return 0.78 if char.isupper() else 0.6


@cache
def _open_templates() -> Environment:
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=mark_characters,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters |= {"day": show_day, "minute": show_minute}
    return jinja
