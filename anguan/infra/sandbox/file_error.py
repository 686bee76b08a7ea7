"""The error with which a sandbox task refuses a file; `infra.inspection` turns its code into a sentence."""


class FileError(Exception):
    """The file is refused: an error code and the figures for its sentence."""

    def __init__(self, code: str, **figures: int | str) -> None:
        super().__init__(code)
        self.answer: dict[str, str | int] = {"fault": code, **figures}
