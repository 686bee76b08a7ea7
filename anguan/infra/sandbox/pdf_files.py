"""Validates PDF files: readable, number of pages, no active content, no embedded files.

What the viewer can draw is accepted: a file that only forbids printing or copying, one with foreign bytes
behind its end (they are cut off), one whose table of objects is damaged (it is written anew).
"""

import re
from io import BytesIO
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject

from anguan.infra.sandbox.file_error import FileError

END = b"%%EOF"
BLANKS = b"\x00\t\n\x0c\r "
_OBJECT = re.compile(rb"[0-9]+[\x00\t\n\x0c\r ]+[0-9]+[\x00\t\n\x0c\r ]+obj\b")
NODES = 200_000
"""Most objects that are examined; a document of 50 pages has some thousand, more indicate an attack."""
ACTIVE_KEYS = frozenset(("/JS", "/JavaScript", "/AA", "/RichMedia", "/XFA"))
ACTIVE_ACTIONS = frozenset(
    ("/JavaScript", "/Launch", "/GoToE", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/Sound")
)
OTHER_FILES = frozenset(("/GoToR", "/Thread"))
"""Actions that open another file."""
SCRIPT_LINKS = ("javascript:", "vbscript:", "data:", "file:")
CARRIED_KEYS = frozenset(("/EmbeddedFiles", "/EF"))

Ask = dict[str, Any]
Figures = dict[str, int]


def read_pdf(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """The number of pages of a valid PDF without active content, and its bytes as they may be kept.

    Raises FileError.
    """
    data = _without_tail(data)
    try:
        pages = _count_pages(data, ask)
        return {"pages": pages}, _as_viewer_reads(data)
    except FileError as fault:
        if fault.answer["fault"] != "broken":
            raise
    mended = _written_anew(data)
    return {"pages": _count_pages(mended, ask)}, mended


def _without_tail(data: bytes) -> bytes:
    """The file up to its end mark. Raises FileError when it ends before, within an object."""
    end = data.rfind(END)
    if end < 0 or _OBJECT.search(data, end):
        raise FileError("truncated")
    tail = data[end + len(END) :]
    return data if not tail.strip(BLANKS) else data[: end + len(END)] + b"\n"


def _as_viewer_reads(data: bytes) -> bytes:
    """The file, written anew when the viewer's library is stricter than the one that checked it."""
    try:
        with pypdfium2.PdfDocument(data):
            return data
    except pypdfium2.PdfiumError:
        made = BytesIO()
        try:
            PdfWriter(clone_from=_open(data)).write(made)
        except (
            PyPdfError,
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            raise FileError("broken") from error
        return made.getvalue()


def _written_anew(data: bytes) -> bytes:
    """The file as the viewer's library reads and writes it. Raises FileError."""
    made = BytesIO()
    try:
        with pypdfium2.PdfDocument(data) as document:
            document.save(made)
    except pypdfium2.PdfiumError as error:
        raise FileError("broken") from error
    return made.getvalue()


def _open(data: bytes) -> PdfReader:
    """The file, unlocked when it needs no password to be opened. Raises FileError."""
    reader = PdfReader(BytesIO(data), strict=False)
    if "/Encrypt" not in reader.trailer:
        return reader
    try:
        unlocked = reader.decrypt("")
    except (PyPdfError, NotImplementedError, ValueError, KeyError, TypeError) as error:
        raise FileError("encrypted") from error
    if not unlocked:
        raise FileError("encrypted")
    return reader


def _count_pages(data: bytes, ask: Ask) -> int:
    try:
        reader = _open(data)
        _check_objects(reader.trailer.raw_get("/Root"))
        pages = len(reader.pages)
        if pages > ask["max_pages"]:
            raise FileError("pages", pages=pages)
        for page in reader.pages:
            if min(page.mediabox.width, page.mediabox.height) <= 0:
                raise FileError("broken")
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise FileError("broken") from error
    except (RecursionError, AssertionError, NotImplementedError) as error:
        raise FileError("broken") from error
    if not pages:
        raise FileError("no_pages")
    return pages


def _check_objects(root: Any) -> None:
    """Check every object that is reachable from the root; refuse active content and embedded files."""
    waiting: list[Any] = [root]
    visited: set[tuple[int, int]] = set()
    for _ in range(NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, IndirectObject):
            reference = (node.idnum, node.generation)
            if reference in visited:
                continue
            visited.add(reference)
            node = node.get_object()
        if isinstance(node, DictionaryObject):
            _check_dictionary(node)
            waiting.extend(dict.values(node))
        elif isinstance(node, ArrayObject):
            waiting.extend(list.__iter__(node))
    raise FileError("heavy")


def _check_dictionary(node: DictionaryObject) -> None:
    keys = {key for key, value in dict.items(node) if not isinstance(value, NullObject)}
    if keys & CARRIED_KEYS or node.get("/Subtype") == "/FileAttachment":
        raise FileError("carries")
    if keys & ACTIVE_KEYS or node.get("/S") in ACTIVE_ACTIONS:
        raise FileError("active")
    if node.get("/S") in OTHER_FILES or _is_script_link(node.get("/URI")):
        raise FileError("leads")
    opening = node.get("/OpenAction")
    if isinstance(opening, DictionaryObject) and opening.get("/S") != "/GoTo":
        raise FileError("active")


def _is_script_link(target: object) -> bool:
    """True for an address that runs a script or opens a local file; blanks in it do not hide it."""
    if not isinstance(target, str | bytes):
        return False
    text = target.decode("latin-1") if isinstance(target, bytes) else target
    plain = "".join(char for char in text if char.isprintable() and not char.isspace())
    return plain.lower().startswith(SCRIPT_LINKS)
