"""The PDF of an edition as it is handed out: what is not in force carries its state as a mark."""

from sqlalchemy.orm import Session

from anguan.infra.blob_store import Storage
from anguan.models import Edition
from anguan.services.requests.status import edition_mark


def read_copy(session: Session, storage: Storage, edition: Edition) -> bytes:
    """A copy of the stored PDF, which itself never changes, with a mark unless the edition is in force.

    Raises LookupError before the PDF is made, Damaged, RenderError.
    """
    if edition.job.file is None:
        raise LookupError(f"edition {edition.id} has no PDF")
    mark = edition_mark(session, edition)
    pdf = storage.read(edition.job.file.sha256)
    if not mark:
        return pdf
    from anguan.pdf.marks import mark_certificate  # noqa: PLC0415 - loaded by the first use

    return mark_certificate(pdf, mark.word)
