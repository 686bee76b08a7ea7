"""The certificate: one A4 sheet lying down, exactly one page whatever the name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anguan.core.field_types import DOCUMENT_TYPES, GENDERS
from anguan.pdf.decoration import draw_ground
from anguan.pdf.html import fill_page, measure, show_day
from anguan.pdf.images import fit_photo
from anguan.pdf.qr import render_qr
from anguan.pdf.renderer import render_pdf

LABEL_EMS = 8.0
"""Width of the column of labels, in ems of the labels: every label is spread over it."""
VALUE_POINTS = 368.0
LABEL_SIZE = 14.0
ISSUER_POINTS = 260.0
SIZES = ((14.5, 1), (12.5, 1), (11.5, 1), (10.5, 2), (9.0, 2), (7.4, 3), (5.6, 4))
"""Type sizes in points and the lines of each that fit into a row, largest first."""
GENDER_WORDS = dict(GENDERS)
TYPES = dict(DOCUMENT_TYPES)


@dataclass(frozen=True)
class SheetLine:
    """One row of the sheet: a spread label, a value and what stands behind it after a gap."""

    label: str
    value: str
    beside: str = ""

    @property
    def spacing(self) -> float:
        """Points between two characters of the label."""
        return (LABEL_EMS - len(self.label)) / max(len(self.label) - 1, 1) * LABEL_SIZE

    @property
    def size(self) -> float:
        """The largest type size at which the value fits the row."""
        ems = measure(self.value) + (2 + measure(self.beside) if self.beside else 0)
        for size, lines in SIZES:
            # A broken line leaves up to one em unused at its end.
            if ems <= (VALUE_POINTS / size - (lines > 1)) * lines:
                return size
        return SIZES[-1][0]


def render_certificate(facts: Mapping[str, Any], photo: bytes | None, check_url: str) -> bytes:
    """The PDF of one edition.

    `facts` are the printed columns (number, kind_code, kind_title, holder_name, gender, document_type,
    document_number, birth_date, unit_name, unit_uscc, position, title, first_issued, valid_from, valid_until,
    issued_by, version, made_on, and a note behind the number when there is one; days as dates or ISO text,
    codes or Chinese words), `photo` a JPEG or PNG, `check_url` the address behind the QR code. MissingGlyph
    when a character cannot be printed, PressError for every other fault.
    """
    images = {"ground": draw_ground(str(facts["issued_by"])), "qr": render_qr(check_url)}
    if photo is not None:
        images["photo"] = fit_photo(photo)
    html = fill_page(
        "certificate.html",
        facts=facts,
        lines=list_lines(facts),
        has_photo=photo is not None,
        issuer_size=min(LABEL_SIZE, ISSUER_POINTS / (measure(str(facts["issued_by"])) + 6)),
    )
    return render_pdf(html, images)


def list_lines(facts: Mapping[str, Any]) -> tuple[SheetLine, ...]:
    """The rows of the sheet, in print order."""
    kind, title = facts["kind_code"], facts["kind_title"]
    document = TYPES.get(facts["document_type"], facts["document_type"])
    return (
        SheetLine(
            "姓名", facts["holder_name"], beside=GENDER_WORDS.get(facts["gender"], facts["gender"]) or ""
        ),
        SheetLine("出生日期", show_day(facts["birth_date"])),
        SheetLine(
            "身份证件号码", facts["document_number"], beside="" if document == TYPES["resident"] else document
        ),
        SheetLine("证书类型", title if title.startswith(f"{kind}-") else f"{kind}-{title}"),
        SheetLine("工作单位", facts["unit_name"]),
        SheetLine("统一社会信用代码", facts["unit_uscc"]),
        SheetLine("职务、技术职称", "，".join(filter(None, (facts["position"], facts["title"])))),
        SheetLine("首次发证日期", show_day(facts["first_issued"])),
        SheetLine("有效期", f"{show_day(facts['valid_from'])} 至 {show_day(facts['valid_until'])}"),
    )
