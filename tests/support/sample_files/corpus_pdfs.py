"""PDF files written object by object, so that a test can place exactly the content that must be refused."""

import io
import zlib
from collections.abc import Callable

from pypdf import PdfWriter

MEDIA = b"/MediaBox [0 0 595 842]"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = b"<< /Type /Page /Parent 2 0 R " + MEDIA + b" >>"
LINKED_PAGE = (
    PAGE[:-2] + b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] "
    b"/A << /S /URI /URI (https://example.org) >> >>] >>"
)
PARCEL = b"<< /Type /EmbeddedFile /Length 3 >>\nstream\nabc\nendstream"


def paper(
    catalog: bytes = CATALOG,
    *,
    pages: int = 1,
    page: bytes = PAGE,
    last: bytes = b"",
    extra: tuple[bytes, ...] = (),
    packed: dict[int, tuple[int, int]] | None = None,
) -> bytes:
    """Objects 1 (catalog), 2 (page tree), the pages, of which `last` may differ, then `extra`.

    Those in `packed` lie in object streams.
    """
    kids = b" ".join(b"%d 0 R" % (3 + n) for n in range(pages))
    tree = b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % pages
    kinds = [page] * pages
    if last:
        kinds[-1] = last
    body, places = b"%PDF-1.7\n", []
    for number, thing in enumerate((catalog, tree, *kinds, *extra), start=1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + thing + b"\nendobj\n"
    return body + (_stream_table(body, places, packed) if packed else _plain_table(body, places))


def _plain_table(body: bytes, places: list[int]) -> bytes:
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(places) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % count + rows
    return table + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))


def _stream_table(body: bytes, places: list[int], packed: dict[int, tuple[int, int]]) -> bytes:
    number = max(len(places), *packed) + 1
    rows = {0: (0, 0, 65535), number: (1, len(body), 0)}
    rows |= {n: (1, place, 0) for n, place in enumerate(places, start=1)}
    rows |= {n: (2, holder, index) for n, (holder, index) in packed.items()}
    table = b"".join(
        bytes([kind]) + place.to_bytes(4, "big") + rest.to_bytes(2, "big")
        for _, (kind, place, rest) in sorted(rows.items())
    )
    head = b"<< /Type /XRef /Size %d /Root 1 0 R /W [1 4 2] /Length %d >>" % (number + 1, len(table))
    made = b"%d 0 obj\n" % number + head + b"\nstream\n" + table + b"\nendstream\nendobj\n"
    return made + b"startxref\n%d\n%%%%EOF\n" % len(body)


def opening(action: bytes) -> bytes:
    """A PDF with an action that runs when it is opened."""
    return paper(CATALOG[:-2] + b"/OpenAction " + action + b" >>")


def locked_paper(user: str, owner: str, algorithm: str = "RC4-128") -> bytes:
    """A PDF encrypted with these passwords; with an empty `user` it only forbids copying."""
    writer = PdfWriter(clone_from=io.BytesIO(paper()))
    writer.encrypt(user, owner, algorithm=algorithm)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def locked_script() -> bytes:
    """A PDF that only forbids copying, with a script that runs when it is opened."""
    writer = PdfWriter(clone_from=io.BytesIO(opening(b"<< /S /JavaScript /JS (x) >>")))
    writer.encrypt("", "x", algorithm="AES-256")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def packed_script() -> bytes:
    """A PDF with a script in a compressed object stream, which a search of the bytes cannot find."""
    hidden = b"5 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    packed = zlib.compress(hidden)
    holder = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(packed)
    return paper(
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>",
        extra=(holder + b"\nstream\n" + packed + b"\nendstream",),
        packed={5: (4, 0)},
    )


def _with(catalog: bytes = b"", page: bytes = b"", *extra: bytes) -> bytes:
    return paper(CATALOG[:-2] + catalog + b" >>", page=PAGE[:-2] + page + b" >>", extra=extra)


def _linked(action: bytes) -> bytes:
    return _with(page=b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << " + action + b" >> >>]")


def heavy_paper(pages: int = 1) -> bytes:
    """A PDF of 0.5 MB whose last page unpacks to 280 MB of lines."""
    packer, lines = zlib.compressobj(9), b"0 0 m 9 9 l S\n" * 10_000
    packed = b"".join([*(packer.compress(lines) for _ in range(2000)), packer.flush()])
    content = b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream"
    return paper(pages=pages, last=PAGE[:-2] + b"/Contents %d 0 R >>" % (pages + 3), extra=(content,))


_ATTACHED = b"/Names << /EmbeddedFiles << /Names [(x) << /Type /Filespec /F (x) /EF << /F 4 0 R >> >>] >> >>"
_PINNED = b"/Annots [<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] >>]"
_LOOP = b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>"

WRONG_PAPERS: tuple[tuple[str, Callable[[], bytes], str, str], ...] = (
    ("password", lambda: locked_paper("secret", "x"), "encrypted", "设有打开密码"),
    ("password, AES", lambda: locked_paper("secret", "x", "AES-256"), "encrypted", "设有打开密码"),
    ("locked script", locked_script, "active", "自动运行"),
    (
        "cut behind an early end",
        lambda: paper() + b"9 0 obj\n<< /Type /Page" + bytes(3000),
        "truncated",
        "不完整",
    ),
    ("unpacks to 280 MB", heavy_paper, "heavy", "过于复杂"),
    ("unpacks to 280 MB on page 7", lambda: heavy_paper(7), "heavy", "过于复杂"),
    ("link to a script", lambda: _linked(b"/S /URI /URI (javascript:alert\\(1\\))"), "leads", "链接"),
    ("link to a script, hidden", lambda: _linked(b"/S /URI /URI ( Java\nScript:x)"), "leads", "链接"),
    (
        "link to a script, in hex",
        lambda: _linked(b"/S /URI /URI <6a6176617363726970743a78>"),
        "leads",
        "链接",
    ),
    ("link to a local file", lambda: _linked(b"/S /URI /URI (file:///c:/x.exe)"), "leads", "链接"),
    ("link to another file", lambda: _linked(b"/S /GoToR /F (x.pdf) /D [0 /Fit]"), "leads", "链接"),
    ("packed script", packed_script, "active", "自动运行"),
    ("no pages", lambda: paper(pages=0), "no_pages", "一页也没有"),
    ("51 pages", lambda: paper(pages=51), "pages", "有 51 页，超过 50 页"),
    ("script on opening", lambda: opening(b"<< /S /JavaScript /JS (x) >>"), "active", "自动运行"),
    ("script, spelt in hex", lambda: opening(b"<< /#53 /#4aavaScript /J#53 (x) >>"), "active", "自动运行"),
    ("named script", lambda: _with(b"/Names << /JavaScript << /Names [] >> >>"), "active", "自动运行"),
    ("program on opening", lambda: opening(b"<< /S /Launch /F (cmd.exe) >>"), "active", "自动运行"),
    ("sends on opening", lambda: opening(b"<< /S /URI /URI (http://127.0.0.1/) >>"), "active", "自动运行"),
    ("sends a form", lambda: _with(page=b"/A << /S /SubmitForm /F (http://x) >>"), "active", "自动运行"),
    ("acts on a page", lambda: _with(page=b"/AA << /O << /S /Named /N /Print >> >>"), "active", "自动运行"),
    ("dynamic form", lambda: _with(b"/AcroForm << /XFA [(x) 4 0 R] >>", b"", PARCEL), "active", "动态表单"),
    ("film in it", lambda: _with(page=b"/X << /S /Rendition >>"), "active", "自动运行"),
    ("file in it", lambda: _with(_ATTACHED, b"", PARCEL), "carries", "夹带了其他文件"),
    ("file pinned on it", lambda: _with(page=_PINNED), "carries", "夹带了其他文件"),
    ("cut", lambda: paper(pages=9)[:-900], "truncated", "不完整"),
    ("head only", lambda: b"%PDF-1.7\n", "truncated", "不完整"),
    ("noise between head and tail", lambda: b"%PDF-1.7\n" + b"x y z " * 99 + b"%%EOF", "broken", "损坏"),
    ("pages in a circle", lambda: paper(page=_LOOP), "broken", "损坏"),
    ("page without a size", lambda: paper(page=PAGE.replace(b"595 842", b"0 0")), "broken", "损坏"),
)
"""Label, builder, code of the refusal, and words of its sentence."""
