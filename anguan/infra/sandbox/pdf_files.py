"""Validates PDF files: readable, number of pages, no active content, no embedded files."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject

from anguan.infra.sandbox.file_error import FileError

NODES = 200_000
"""Most objects that are examined; a document of 50 pages has some thousand, more indicate an attack."""
ACTIVE_KEYS = frozenset(("/JS", "/JavaScript", "/AA", "/RichMedia", "/XFA"))
ACTIVE_ACTIONS = frozenset(
    ("/JavaScript", "/Launch", "/GoToE", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/Sound")
)
CARRIED_KEYS = frozenset(("/EmbeddedFiles", "/EF"))

Ask = dict[str, Any]
Figures = dict[str, int]


def read_pdf(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """The number of pages of a valid PDF without active content. Raises FileError."""
    if b"%%EOF" not in data[-2048:]:
        raise FileError("truncated")
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if "/Encrypt" in reader.trailer:
            raise FileError("encrypted")
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
    return {"pages": pages}, b""


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
    opening = node.get("/OpenAction")
    if isinstance(opening, DictionaryObject) and opening.get("/S") != "/GoTo":
        raise FileError("active")
