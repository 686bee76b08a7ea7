"""Texts of a matter with placeholders (`{renewal_open_months}`): filled here and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from anguan.core.field import Field
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.core.placeholders import fault_in, fill
from anguan.domain.policies import DECLARED

Say = Callable[[str], str]


def fault_in_text(text: str) -> str:
    """Why a text of a matter cannot be filled, as a Chinese sentence; '' when it can."""
    return fault_in(text, DECLARED)


def fill_texts(matter: Matter, values: Mapping[str, str]) -> Matter:
    """The matter with a value for each placeholder in its sentences, hints and paper titles.

    Its own title stays: lists and file names say it without asking for any value.
    """
    say = partial(fill, values=values)
    return replace(
        matter,
        who=say(matter.who),
        guide=say(matter.guide),
        approved_text=say(matter.approved_text),
        commitments=tuple(say(line) for line in matter.commitments),
        fields=tuple(_field(field, say) for field in matter.fields),
        materials=tuple(_material(material, say) for material in matter.materials),
    )


def _field(field: Field, say: Say) -> Field:
    if "{" not in field.label + field.hint:
        return field
    return replace(field, label=say(field.label), hint=say(field.hint))


def _material(material: Material, say: Say) -> Material:
    instead = tuple(
        replace(
            chosen,
            title=say(chosen.title),
            materials=tuple(_material(paper, say) for paper in chosen.materials),
        )
        for chosen in material.alternatives
    )
    return replace(material, title=say(material.title), hint=say(material.hint), alternatives=instead)
