"""Context passed to every job beside the session."""

from dataclasses import dataclass

from anguan.infra.files import Storage


@dataclass(frozen=True)
class JobContext:
    """File storage, and the public base address of the application (printed in QR codes)."""

    storage: Storage
    address: str
