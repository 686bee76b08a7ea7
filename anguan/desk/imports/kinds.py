"""The kinds of files, in the order in which a new authority brings them in."""

from collections.abc import Mapping

from anguan.desk.imports.book import Book
from anguan.desk.imports.certificates import Certificates
from anguan.desk.imports.firms import Enterprises, Qualifications
from anguan.desk.imports.people import People
from anguan.desk.imports.training import Training

KINDS: Mapping[str, type[Book]] = {
    book.code: book for book in (Enterprises, Qualifications, People, Training, Certificates)
}
