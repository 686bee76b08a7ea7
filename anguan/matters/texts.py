"""Filling of the placeholders (`{renewal_open_months}`) in the texts of a matter."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from anguan.core.field import Field
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.core.placeholders import fault_in, fill
from anguan.domain.policies import DECLARED

Expand = Callable[[str], str]


def fault_in_text(text: str) -> str:
    """The Chinese sentence that says why a text of a matter cannot be filled; '' when it can."""
    return fault_in(text, DECLARED)


def fill_texts(matter: Matter, values: Mapping[str, str]) -> Matter:
    """The matter with the placeholders in its texts, hints and material titles replaced.

    Its own title is not filled: lists and file names use it without any values.
    """
    expand = partial(fill, values=values)
    return replace(
        matter,
        who=expand(matter.who),
        guide=expand(matter.guide),
        approved_text=expand(matter.approved_text),
        commitments=tuple(expand(line) for line in matter.commitments),
        fields=tuple(_field(field, expand) for field in matter.fields),
        materials=tuple(_material(material, expand) for material in matter.materials),
    )


def _field(field: Field, expand: Expand) -> Field:
    if "{" not in field.label + field.hint:
        return field
    return replace(field, label=expand(field.label), hint=expand(field.hint))


def _material(material: Material, expand: Expand) -> Material:
    instead = tuple(
        replace(
            chosen,
            title=expand(chosen.title),
            materials=tuple(_material(one, expand) for one in chosen.materials),
        )
        for chosen in material.alternatives
    )
    return replace(material, title=expand(material.title), hint=expand(material.hint), alternatives=instead)
