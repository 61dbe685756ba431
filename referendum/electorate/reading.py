"""One reading of a sealed list, for an opening to which enough tellers gave their shares. Nothing of it is stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from forum.kernel import jobs
from referendum.electorate import sealed_file
from referendum.electorate.sealed_file import OpenedList


@dataclass(frozen=True, slots=True)
class Reading:
    """A list of this hash in a folder, and the key that opens it. `clock` tells the present, which may be hours later
    at the end of a run."""

    opening_id: int
    vote_id: int
    folder: Path
    path: Path
    digest: str
    clock: Callable[[], datetime]
    private: int = field(repr=False)

    def chunks(self) -> Iterator[OpenedList]:
        """The list as it was when the reading began, a chunk in memory at a time; pages see how far it has come."""
        told = -1

        def tell(done: int, whole: int) -> None:
            nonlocal told
            if told != (told := done * 100 // whole):
                jobs.note_progress(progress_key(self.opening_id), told)

        return sealed_file.open_chunks(self.path, self.digest, self.private, tell)


def progress_key(opening_id: int) -> str:
    """Under which key a reading says how many hundredths of the list are done."""
    return f"opening:{opening_id}"
