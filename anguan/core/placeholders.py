"""Placeholders in texts: `{name}` stands for a value that is known only when the text is shown."""

import re
from collections.abc import Container, Mapping

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def names_in(text: str) -> list[str]:
    """The names of the placeholders, each once, in the order of the text."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with the values in their places. A placeholder without a value stays as it is written."""
    return _PLACEHOLDER.sub(lambda found: plain(values.get(found[1], "")) or found[0], text)


def fault_in(text: str, known: Container[str]) -> str:
    """Why this text cannot be filled, as a Chinese sentence; '' when it can."""
    unknown = [name for name in names_in(text) if name not in known]
    if unknown:
        return f"没有这样的变量：{'、'.join('{' + name + '}' for name in unknown)}"
    if set(_PLACEHOLDER.sub("", text)) & {"{", "}"}:
        return "花括号要成对，中间写变量名"
    return ""


def plain(value: str) -> str:
    """A value that cannot be read as a placeholder itself: its braces become full-width."""
    return value.strip().replace("{", "｛").replace("}", "｝")
