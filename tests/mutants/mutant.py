"""One mutant: a fault, where it is put, and which tests must fail because of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """In `file` the source text `find`, which occurs exactly once, becomes `replace`."""

    file: str
    find: str
    replace: str


@dataclass(frozen=True)
class Mutant:
    """`tests` are pytest node ids; `breaks` says in one sentence which guarantee is gone."""

    code: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    breaks: str

    @property
    def files(self) -> set[str]:
        """The files whose change makes it worth running this mutant again."""
        return {edit.file for edit in self.edits} | {test.partition("::")[0] for test in self.tests}


def apply(edit: Edit, source: str) -> str:
    """The source with the fault in it. Raises ValueError when `find` does not occur exactly once."""
    if (count := source.count(edit.find)) != 1:
        raise ValueError(f"{edit.file}: found {count} times: {edit.find!r}")
    return source.replace(edit.find, edit.replace)
