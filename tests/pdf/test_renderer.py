"""The press under attack, under load, and when its process dies."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from anguan.domain.field_changes import FieldChange
from anguan.pdf import sandbox
from anguan.pdf.form import FormRow, render_form
from anguan.pdf.renderer import RENDERER, PdfRenderer, RenderError, render_pdf
from tests.pdf.test_readers import read, squeeze
from tests.support.paths import ROOT

SECRET = "canary-7f3a"


class Canary:
    """A listener, a file and a path that must stay untouched."""

    def __init__(self, folder):
        self.calls = 0
        self.file = folder / "canary.txt"
        self.file.write_text(SECRET)
        self.touched = folder / "touched"
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()


@pytest.fixture
def canary(tmp_path):
    bird = Canary(tmp_path)
    yield bird
    bird.socket.close()


PAYLOADS = (
    '<img src="{http}/a.png">',
    '<img src="file://{file}">',
    '<img src="{file}">',
    '<img src="../../../../../../../../..{file}">',
    "<img src=\"data:image/svg+xml,<svg><image href='{http}/b'/></svg>\">",
    '<link rel="stylesheet" href="{http}/c.css">',
    '<link rel="stylesheet" href="{file}">',
    '<style>@import url("{http}/d.css");</style>',
    '<style>@import url("{file}");</style>',
    "<style>@font-face{{font-family:x;src:url({http}/e.ttf)}} p{{font-family:x}}</style><p>x</p>",
    "<style>@font-face{{font-family:x;src:url({file})}} p{{font-family:x}}</style><p>x</p>",
    '<div style="background-image:url({http}/f.png)">x</div>',
    '<div style="background-image:url({file})">x</div>',
    "<style>@page{{background-image:url({http}/g.pdf)}}</style><p>x</p>",
    "<style>@page{{background-image:url({file})}}</style><p>x</p>",
    '<ul style="list-style-image:url({http}/h.png)"><li>x</li></ul>',
    '<pdf:insertpdf src="{http}/i.pdf"/>',
    '<pdf:insertpdf src="{file}"/>',
    '<pdf:font name="x" src="{http}/j.ttf"/>',
    '<pdf:template name="x" background="{http}/k.pdf"></pdf:template>',
    '<canvas type="graph">{{"data": "{http}"}}</canvas>',
    '<input type="image" src="{http}/l.png">',
    '<svg><image xlink:href="{http}/m.png"/></svg>',
    "<p style=\"color:[[getattr(pow,Word('__globals__'))['os'].system('touch {touched}')]]\">x</p>",
    "<font color=\"[[[[ftype(ctype(0,0,b'touch {touched}'))]]]]\">x</font>",
    '<object data="{http}/n"></object><iframe src="{http}/o"></iframe><script src="{http}/p"></script>',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file://{file}">]><p>&e;</p>',
)


def load(payload, canary):
    return payload.format(http=canary.address, file=canary.file, touched=canary.touched)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_is_printed_as_it_is(payload, canary):
    words = load(payload, canary)
    pdf = render_form(
        "申请表",
        words,
        filer=[FormRow(words, words)],
        changes=[FieldChange("person.name", "姓名", "asked", words, f"{words}!", words, f"{words}!")],
    )
    assert squeeze(words) in read(pdf)
    assert SECRET not in read(pdf)
    assert (canary.calls, canary.touched.exists()) == (0, False)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_markup_reaches_nothing(payload, canary):
    """The second wall: even a page that was not escaped reads no file and calls nobody."""
    try:
        text = read(render_pdf(load(payload, canary), {}))
    except RenderError:
        text = ""
    assert SECRET not in text
    assert (canary.calls, canary.touched.exists()) == (0, False)


@pytest.mark.parametrize("picture", ["a.png", "picture:other", "/etc/hostname"])
def test_only_bundled_pictures_are_read(picture):
    with pytest.raises(RenderError, match="refused"):
        render_pdf(f'<img src="{picture}">', {})


def test_a_picture_that_cannot_be_drawn_fails_the_page():
    with pytest.raises(RenderError):
        render_pdf('<img src="picture:photo">', {"photo": b"\xff\xd8\xff not a picture"})


def test_a_slow_page_is_killed_and_the_next_one_prints():
    slow = PdfRenderer(time_limit=0.5)
    try:
        slow.print("<p>x</p>", {})
        begun = time.monotonic()
        with pytest.raises(RenderError, match=r"超过 0\.5 秒"):
            slow.print("<table>" + "<tr><td>x</td><td>y</td></tr>" * 20000 + "</table>", {})
        assert time.monotonic() - begun < 5
        assert slow.print("<p>x</p>", {}).startswith(b"%PDF")
    finally:
        slow.close()


def test_a_page_that_is_too_large_is_refused():
    with pytest.raises(RenderError):
        render_pdf("<p>" + "x " * 6_000_000 + "</p>", {})
    assert render_pdf("<p>x</p>", {}).startswith(b"%PDF")


def test_the_process_may_not_eat_the_machine():
    render_pdf("<p>x</p>", {})
    limits = Path(f"/proc/{RENDERER._process.pid}/limits").read_text()
    assert re.search(rf"Max address space +{sandbox.MEMORY} +{sandbox.MEMORY} ", limits)


def test_a_process_that_died_is_replaced():
    mortal = PdfRenderer()
    try:
        mortal.print("<p>x</p>", {})
        mortal._process.kill()
        mortal._process.wait()
        assert mortal.print("<p>x</p>", {}).startswith(b"%PDF")
    finally:
        mortal.close()


def test_threads_get_their_own_pages():
    def draw(number):
        return squeeze(read(render_pdf(f"<p style='font-family:song'>第{number}张</p>", {})))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(draw, range(40))) == [f"第{number}张" for number in range(40)]


def test_a_forked_child_prints_by_a_process_of_its_own():
    program = (
        "import os, sys\n"
        "from anguan.pdf.renderer import RENDERER, render_pdf\n"
        "render_pdf('<p>x</p>', {})\n"
        "mine = RENDERER._process.pid\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    drawn = render_pdf('<p>y</p>', {}).startswith(b'%PDF') and RENDERER._process.pid != mine\n"
        "    RENDERER.close()\n"
        "    os._exit(0 if drawn else 1)\n"
        "_, status = os.waitpid(child, 0)\n"
        "still = render_pdf('<p>z</p>', {}).startswith(b'%PDF') and RENDERER._process.pid == mine\n"
        "sys.exit(status or not still)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0


def test_the_process_sees_no_keys(monkeypatch):
    monkeypatch.setenv("ANGUAN_SECRET_KEY", SECRET)
    fresh = PdfRenderer()
    try:
        fresh.print("<p>x</p>", {})
        assert SECRET.encode() not in Path(f"/proc/{fresh._process.pid}/environ").read_bytes()
    finally:
        fresh.close()


def test_closing_leaves_nothing_behind():
    brief = PdfRenderer()
    brief.print("<p>x</p>", {})
    process, scratch = brief._process, brief._scratch
    brief.close()
    assert process.poll() is not None
    assert not os.path.exists(scratch)
