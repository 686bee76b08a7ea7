"""What is wrong with a file, as the process that opened it tells it: `inspection` finds the words."""


class FileError(Exception):
    """The file is refused: a code, and the figures its sentence needs."""

    def __init__(self, code: str, **figures: int | str) -> None:
        super().__init__(code)
        self.answer: dict[str, str | int] = {"fault": code, **figures}
