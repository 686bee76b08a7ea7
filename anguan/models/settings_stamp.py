"""Stamp of the settings: another value after each change, by which processes know that theirs are current."""

from sqlalchemy.orm import Mapped, mapped_column

from anguan.models.base import Base, Short
from anguan.models.triggers import Trigger


class SettingsStamp(Base):
    """One row, written by triggers of the database. No row: nothing has been set yet.

    The value is random, not counted, so that a restored backup never meets the stamp of other settings.
    """

    __tablename__ = "settings_stamp"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[Short]


WATCHED = ("policy_value", "dictionary_entry", "calendar_day", "setting_version")
_NEW_STAMP = (
    "INSERT INTO settings_stamp (id, value) VALUES (1, CAST(random() AS VARCHAR(100))) "
    "ON CONFLICT (id) DO UPDATE SET value = excluded.value"
)
TRIGGERS = tuple(Trigger(table, after=(_NEW_STAMP,), before=(_NEW_STAMP,)) for table in WATCHED)
