"""The field type decides how a value is shown; a material names what it proves: no path is spelled out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import anguan
from anguan.core.field_types import DocumentNumber, Phone, PhotoHash
from anguan.domain.masking import is_personal, is_picture, is_sensitive, mask
from anguan.domain.register_fields import REGISTER_FIELDS
from anguan.matters.catalog import CATALOG
from anguan.services.imports.kinds import KINDS

ROOT = Path(anguan.__file__).parent
TEMPLATES = ROOT.parent / "templates"
DECLARING = ("matters", "domain")
"""Modules that declare matters and the register: paths are written only here."""
PATHS = "|".join(re.escape(path) for path in REGISTER_FIELDS)
LITERAL = re.compile(rf"(?:field:)?(?:{PATHS})")
NAMES = "|".join(sorted({re.escape(path.split(".")[1]) for path in REGISTER_FIELDS}, key=len, reverse=True))
ENDING = re.compile(rf"endswith\(\s*\(?\s*['\"]\.?(?:{NAMES})['\"]")

QUERIES = "asks the log of changes when this fact was written: the question is about this fact"
PRINTED = "the printed form lists these facts of its filer, in this order"
PLACES = "says at which input the sentence of a rule stands"
STOCK = "rows of the first installation: reasons that belong to a field"
OFFERED = "looks for the matter that moves this fact of a certificate"
WORDS = "shows one column of a certificate in the register's words"
DEMO = "the invented requests of the demonstration type into these fields"
ALLOWED = {
    "public/verification_result.py": ({"certificate.status", "certificate.gender"}, QUERIES),
    "services/expiry.py": ({"certificate.valid_until"}, QUERIES),
    "services/requests/status.py": ({"certificate.status"}, QUERIES),
    "panel/requests/queue.py": ({"certificate.unit"}, QUERIES),
    "portal/requests/progress_steps.py": ({"certificate.unit"}, "the printed unit follows this reference"),
    "portal/tasks/certificate_tasks.py": ({"certificate.valid_until"}, OFFERED),
    "portal/tasks/task_list.py": ({"certificate.number"}, OFFERED),
    "portal/certificates.py": ({"certificate.gender", "certificate.photo"}, WORDS),
    "web/printed_rows.py": (
        {"person.name", "person.gender", "person.document_number", "person.phone"},
        PRINTED,
    ),
    "web/draft_errors.py": (
        {"person.document_number", "certificate.document_number", "certificate.unit"},
        PLACES,
    ),
    "worker/seed.py": ({"field:certificate.photo", "field:certificate.unit"}, STOCK),
    "demo/documents.py": ({"certificate.unit"}, DEMO),
    "demo/bulk.py": ({"person.title"}, DEMO),
    "demo/office.py": (
        {"certificate.status", "certificate.status_reason", "certificate.first_issued", "person.education"},
        DEMO,
    ),
    "demo/scenarios.py": (
        {"certificate.status_reason", "certificate.unit", "certificate.title", "certificate.position"},
        DEMO,
    ),
}
"""Files outside the declarations that name register fields, which, and why."""
UNPROVEN = {
    ("profile_change", "person.education"): "the matter asks for no diploma",
    ("profile_change", "person.position"): "the holder's own statement",
    ("profile_change", "person.phone"): "the holder's own statement",
    ("certificate_reissue", "question.reissue_reason"): "the holder's own statement",
}
"""Asked fields that no material of their matter proves, and why. A photo proves itself."""


def literals(path: Path) -> Iterator[str]:
    """The register paths that a file spells out; columns in foreign keys do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    keys = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "ForeignKey"
        for argument in call.args
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in keys:
            continue
        if isinstance(node.value, str) and LITERAL.fullmatch(node.value):
            yield node.value


def sources() -> list[Path]:
    """The files of the program outside the declarations."""
    return [path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] not in DECLARING]


def test_no_place_tells_a_fact_by_how_its_path_ends() -> None:
    files = [*sources(), *TEMPLATES.rglob("*.html")]
    assert len(files) > 300
    assert [path for path in files if ENDING.search(path.read_text("utf-8"))] == []


def test_paths_are_spelled_out_only_where_a_reason_stands() -> None:
    found = {str(path.relative_to(ROOT)): set(literals(path)) for path in sources()}
    spelled = {name: paths for name, paths in found.items() if paths}
    assert spelled == {name: paths for name, (paths, _) in ALLOWED.items()}
    quoted = re.compile(rf"['\"](?:field:)?(?:{PATHS})['\"]")
    assert [path for path in TEMPLATES.rglob("*.html") if quoted.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("path", REGISTER_FIELDS)
def test_the_kind_of_a_fact_decides_mask_and_picture(path: str) -> None:
    kind = REGISTER_FIELDS[path].kind
    number = isinstance(kind, DocumentNumber)
    assert is_sensitive(path) is (number or isinstance(kind, Phone))
    assert is_picture(path) is isinstance(kind, PhotoHash)
    assert is_personal(path) is (is_sensitive(path) or path.endswith(".birth_date"))
    value = kind.parse(kind.sample(3))
    words = kind.show(value)
    assert (mask(path, value, words) == words) is not is_sensitive(path)
    assert mask(path, "", "") == ""


def test_an_extra_question_is_no_fact_of_the_register() -> None:
    assert mask("question.phone", "13800000000", "13800000000") == "13800000000"
    assert not is_picture("question.photo")


def test_every_asked_fact_has_a_material_that_proves_it_or_a_reason() -> None:
    unproven = {
        (matter.code, field.path)
        for matter in CATALOG
        for field in matter.asked
        if matter.materials and not is_picture(field.path) and not matter.proofs_of(field.path)
    }
    assert unproven == set(UNPROVEN)


def test_a_material_proves_facts_of_its_matter_only() -> None:
    shared = {"certificate.unit", "employer.name"}  # two matters use the alternative set
    for matter in CATALOG:
        there = {field.path for field in matter.fields} | shared
        for material, _ in matter.every_material:
            assert set(material.proves) <= there, (matter.code, material.code)


def test_the_most_specific_material_is_shown_first() -> None:
    matters = {matter.code: matter for matter in CATALOG}
    change = matters["certificate_change"]
    assert change.proofs_of("certificate.holder_name") == ("identity_proof", "id_front")
    assert change.proofs_of("certificate.unit")[-1] == "application"
    assert change.proofs_of("certificate.unit")[0] in ("employment", "service_contract")
    assert matters["identity_change"].proofs_of("person.name") == ("identity_proof", "id_front")
    assert change.proofs_of("person.phone") == ()


def test_what_is_called_a_mobile_number_takes_no_landline() -> None:
    called = [
        (field.label, field.kind or REGISTER_FIELDS[field.path].kind) for m in CATALOG for field in m.asked
    ]
    called += [(column.title, column.kind) for spec in KINDS.values() for column in spec.declared]
    phones = {(label, kind.mobile) for label, kind in called if isinstance(kind, Phone)}
    assert phones == {("手机号码", True), ("手机", True), ("联系电话", False)}
