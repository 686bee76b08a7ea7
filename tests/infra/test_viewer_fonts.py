"""The viewer draws Chinese that a PDF does not embed, with the fonts of set-up alone."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from anguan.infra import font_sample
from anguan.infra.font_sample import draws_chinese
from anguan.infra.sandbox import client
from anguan.infra.sandbox.client import FileRefused, Sandbox
from anguan.infra.sandbox.font_folder import FOLDER


@contextmanager
def machine_with(folder: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox on a machine whose only fonts are in this folder."""
    program = client.PROGRAM.replace(
        "from anguan.infra.sandbox.worker import serve;",
        "from pathlib import Path; from anguan.infra.sandbox import viewer_fonts; "
        f"viewer_fonts.use_fonts.__defaults__ = ((Path({folder!r}),),); "
        "from anguan.infra.sandbox.worker import serve;",
    )
    with monkeypatch.context() as patched:
        patched.setattr(client, "PROGRAM", program)
        opened = Sandbox(size=1)
        yield opened
        opened.close()
    assert program != client.PROGRAM


def test_the_fonts_of_setup_are_enough_and_a_page_without_any_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with machine_with(str(FOLDER), monkeypatch) as sandbox:
        assert draws_chinese(sandbox)
    with machine_with("/nowhere", monkeypatch) as sandbox:
        assert not draws_chinese(sandbox)


def test_this_machine_draws_it() -> None:
    assert draws_chinese()


def test_no_answer_is_no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise FileRefused("died")

    monkeypatch.setattr(font_sample.SANDBOX, "run", refuse)
    assert not draws_chinese()
