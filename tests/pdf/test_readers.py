"""How the tests read a PDF, and that copying and searching return the characters that were printed."""

import io
import re
import shutil
import subprocess
from collections.abc import Callable

import pypdf
import pytest

from anguan.infra.fonts import missing_glyphs
from anguan.pdf.renderer import render_pdf

RARE = "㛃䶮𠅤𬱖"


def read_by_pypdf(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def read_by_poppler(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


READERS: list[Callable[[bytes], str]] = [read_by_pypdf]
"""Two independent readers where poppler is installed; pypdf alone is always there."""
if shutil.which("pdftotext"):
    READERS.append(read_by_poppler)


def squeeze(text: str) -> str:
    """Text without blanks: line breaks belong to the layout."""
    return re.sub(r"\s+", "", text)


def read(pdf: bytes) -> str:
    return squeeze(read_by_pypdf(pdf))


def count_pages(pdf: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("family", ["song", "hei"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_rare_characters_copy_right(reader, family, weight):
    pdf = render_pdf(f"<p style='font-family:{family}; font-weight:{weight}'>{RARE}·ABC123安全</p>", {})
    assert squeeze(reader(pdf)) == f"{RARE}·ABC123安全"


@pytest.mark.parametrize("reader", READERS)
def test_more_characters_than_one_table_block_copy_right(reader):
    """Each subset holds 256 characters, each block of its table a hundred lines."""
    many = "".join(chr(c) for c in range(0x4E00, 0x5100))
    assert not missing_glyphs(many)
    pdf = render_pdf(f"<p style='font-family:song; -pdf-word-wrap:CJK'>{many}</p>", {})
    assert squeeze(reader(pdf)) == many


def test_every_font_is_embedded():
    pdf = render_pdf("<p style='font-family:song'>安全 <b>生产</b></p>", {})
    fonts = [
        font.get_object()
        for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    used = [font for font in fonts if "/FontDescriptor" in font]
    assert used
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in used)
