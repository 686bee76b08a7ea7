"""Placeholders in texts: `{name}` is replaced by a value when the text is shown."""

import re
from collections.abc import Container, Mapping

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def names_in(text: str) -> list[str]:
    """The names of the placeholders without repetitions, in the order of the text."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced. A placeholder without a value is kept."""
    return _PLACEHOLDER.sub(lambda found: plain(values.get(found[1], "")) or found[0], text)


def fault_in(text: str, known: Container[str]) -> str:
    """The Chinese sentence that says why this text cannot be filled; '' when it can."""
    unknown = [name for name in names_in(text) if name not in known]
    if unknown:
        return f"没有这样的变量：{'、'.join('{' + name + '}' for name in unknown)}"
    if set(_PLACEHOLDER.sub("", text)) & {"{", "}"}:
        return "花括号要成对，中间写变量名"
    return ""


def plain(value: str) -> str:
    """The value with full-width braces, so that it cannot be read as a placeholder."""
    return value.strip().replace("{", "｛").replace("}", "｝")
