"""Demo registrations: a new person, and a person whose number somebody else registered before."""

from datetime import date

from sqlalchemy.orm import Session

from anguan.auth.number_claims import file_claim
from anguan.auth.registration import Registration, register
from anguan.core.field_types.citizen_number import compose_number
from anguan.demo.portraits import draw_face
from anguan.demo.scans import CARD, draw_card, draw_card_back
from anguan.infra.files import Storage
from anguan.infra.inspection import Clean

BORN = date(1996, 5, 18)
REGISTRANT = Registration(
    "resident", compose_number("590101", date(1998, 4, 2), 941), "段初晴", "13800000941"
)
CLAIMANT = Registration("resident", compose_number("590101", BORN, 943), "和雁回", "13800000943")
FALSE_HOLDER = Registration("resident", CLAIMANT.document_number, "黎占先", "13800000945")


def load_registrations(session: Session, storage: Storage, hashed: str) -> None:
    """Create two registrations and one number claim."""
    for who in (REGISTRANT, FALSE_HOLDER):
        register(session, who, hashed)
    face = draw_face(CLAIMANT.document_number, "male")
    birth = f"{BORN.year}年{BORN.month}月{BORN.day}日"
    front = draw_card(CLAIMANT.name, CLAIMANT.document_number, "男", birth, face)
    file_claim(
        session, storage, CLAIMANT, _scan(front, "身份证正面.jpg"), _scan(draw_card_back(), "身份证反面.jpg")
    )


def _scan(data: bytes, name: str) -> Clean:
    return Clean(data, "image/jpeg", *CARD, 1, name)
