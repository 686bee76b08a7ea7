"""Several PDFs as one."""

from collections.abc import Iterable
from io import BytesIO


def merge_pdfs(parts: Iterable[tuple[str, bytes]], title: str = "") -> bytes:
    """One PDF of these, each with a bookmark of its title; a part is read only when its turn has come."""
    from pypdf import PdfWriter  # noqa: PLC0415 - loaded by the first use

    whole = PdfWriter()
    if title:
        whole.add_metadata({"/Title": title})
    for words, pdf in parts:
        whole.append(BytesIO(pdf), outline_item=words, import_outline=False)
    made = BytesIO()
    whole.write(made)
    return made.getvalue()
