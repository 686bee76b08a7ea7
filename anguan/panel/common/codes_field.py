"""Form field for several codes of a list, as check boxes."""

from collections.abc import Iterable
from typing import Any

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # since 3.3; the stubs know 3.2
from wtforms.form import BaseForm


class CodesField(SelectMultipleField):
    """The ticked codes, as a tuple in the order of the list; stored codes that it has lost stay on offer."""

    data: Any
    stored: tuple[str, ...] = ()

    def process_data(self, value: Any) -> None:
        """Show the stored codes."""
        self.stored = self.data = tuple(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the ticked codes in the order of the list."""
        self.data = tuple(code for code, _ in self.offered() if code in valuelist)
        if set(valuelist) - set(self.data):
            raise ValueError("请从列表中选择")

    def pre_validate(self, form: BaseForm) -> None:
        """Checked while the form is read."""

    def offered(self) -> list[tuple[str, str]]:
        """The list as (code, words), then stored codes that are not in it."""
        choices: Iterable[SelectChoice] = self.choices or ()
        listed = [(str(one.value), str(one.label)) for one in choices]
        lost = [code for code in self.stored if code not in dict(listed)]
        return [*listed, *((code, f"{code}（已停用）") for code in lost)]

    def _value(self) -> str:
        return ",".join(self.data or ())
