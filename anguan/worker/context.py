"""What every job is handed beside the session."""

from dataclasses import dataclass

from anguan.infra.files import Storage


@dataclass(frozen=True)
class JobContext:
    """Where files are kept, and the address under which people reach the house (it stands in QR codes)."""

    storage: Storage
    address: str
