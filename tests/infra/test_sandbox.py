"""The sandbox process: whatever a file does to it, the application goes on and the next file is inspected."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from anguan.infra import inspection
from anguan.infra.inspection import Unacceptable, inspect
from anguan.infra.sandbox.client import WALL_SECONDS, FileRefused, Sandbox
from tests.support.sample_files import corpus

LIMITS = {"max_pixels": 24_000_000, "min_side": 1, "longest": None}
FORKED = """
import os
from anguan.infra.inspection import inspect
from tests.support.sample_files.corpus import jpeg
inspect(jpeg(), "a.jpg")
child = os.fork()
for _ in range(20):
    assert inspect(jpeg(), "a.jpg").width == 440
if child == 0:
    os._exit(0)
print(os.waitpid(child, 0)[1])
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(size=2)
    yield sandbox
    sandbox.close()


def heavy_png() -> bytes:
    return corpus.png(Image.new("RGBA", (6000, 4000), "white"))


def list_inspectors() -> list[int]:
    """Living inspector processes whose parent is this process."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, state = (folder / "cmdline").read_bytes(), (folder / "stat").read_text()
        except OSError:
            continue
        if b"sandbox.worker" in command and state.rpartition(")")[2].split()[1] == str(os.getpid()):
            found.append(int(folder.name))
    return found


def test_a_file_that_takes_too_long_is_given_up(sandbox: Sandbox) -> None:
    hasty = Sandbox(size=1, seconds=0.2)
    started = time.monotonic()
    with pytest.raises(FileRefused) as refusal:
        hasty.run("image", heavy_png(), **LIMITS)
    assert refusal.value.code == "slow"
    assert time.monotonic() - started < WALL_SECONDS
    hasty.close()
    assert sandbox.run("image", corpus.jpeg(), **LIMITS)[0]["width"] == 440


def test_a_file_that_kills_its_process_kills_no_other(sandbox: Sandbox) -> None:
    with pytest.raises(FileRefused) as refusal:
        sandbox.run("image", heavy_png(), seconds=0, **LIMITS)
    assert refusal.value.code == "died"
    assert sandbox.run("image", corpus.jpeg(), **LIMITS)[0]["width"] == 440


def test_a_file_that_needs_too_much_memory_is_too_heavy(sandbox: Sandbox) -> None:
    answer, made = sandbox.run("image", heavy_png(), memory=150 * 2**20, **LIMITS)
    assert (answer, made) == ({"fault": "heavy"}, b"")


def test_an_inspector_that_died_idle_is_replaced(sandbox: Sandbox) -> None:
    before = set(list_inspectors())
    sandbox.run("image", corpus.jpeg(), **LIMITS)
    for inspector in set(list_inspectors()) - before:
        os.killpg(inspector, 9)
    time.sleep(0.1)
    assert sandbox.run("image", corpus.jpeg(), **LIMITS)[0]["width"] == 440


def test_many_threads_share_few_inspectors() -> None:
    sandbox = Sandbox(size=2)
    before = set(list_inspectors())
    widths = range(100, 148)

    def look(width: int) -> int:
        made = sandbox.run("image", corpus.jpeg(corpus.draw_face(width, 130)), **LIMITS)
        return int(made[0]["width"])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, widths)) == list(widths)
    assert 1 <= len(set(list_inspectors()) - before) <= 2
    sandbox.close()
    assert set(list_inspectors()) == before


def test_a_forked_worker_has_inspectors_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, timeout=60)
    assert done.stdout == "0\n", done.stderr


def test_the_inspector_gets_no_settings_of_the_application(sandbox: Sandbox) -> None:
    os.environ["ANGUAN_CANARY"] = "secret"
    try:
        before = set(list_inspectors())
        sandbox.run("image", corpus.jpeg(), **LIMITS)
        (inspector,) = set(list_inspectors()) - before
    finally:
        del os.environ["ANGUAN_CANARY"]
    assert b"ANGUAN" not in Path(f"/proc/{inspector}/environ").read_bytes()


def test_refusals_of_the_sandbox_become_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    hasty = Sandbox(size=1, seconds=0.2)
    monkeypatch.setattr(inspection, "SANDBOX", hasty)
    with pytest.raises(Unacceptable, match=r"“大图\.png”打开用时过长"):
        inspect(heavy_png(), "大图.png")
    hasty.close()
