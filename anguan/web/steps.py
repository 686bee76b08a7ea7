"""Steps of a procedure as pages show them: title, note, and how far one is."""

from enum import StrEnum


class StepState(StrEnum):
    """How far one is; the template `macros/steps.html` has the words and the drawing of each."""

    DONE = "done"
    NOW = "now"
    TURN = "turn"
    FAULT = "fault"
    TODO = "todo"
    PLAIN = "plain"


Step = tuple[str, str, StepState]
