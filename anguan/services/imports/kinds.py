"""The kinds of files, in the order in which a new authority brings them in."""

from collections.abc import Mapping

from anguan.services.imports.records.certificates import Certificates
from anguan.services.imports.records.enterprises import Enterprises, Qualifications
from anguan.services.imports.records.people import People
from anguan.services.imports.records.training import TrainingHours
from anguan.services.imports.spec import ImportSpec

KINDS: Mapping[str, type[ImportSpec]] = {
    book.code: book for book in (Enterprises, Qualifications, People, TrainingHours, Certificates)
}
