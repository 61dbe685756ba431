"""Looking a roll file over, row by row: good entries, all that is wrong, what is said of locals. Pure.

Memory grows with member numbers (each must be seen once) and locals, not with the rows themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from forum.kernel.errors import N_
from forum.roll.cells import Entry, date_order, read_entry
from forum.roll.roll_file import LineProblem, RollFile

MOST_PROBLEMS = 500
CHUNK = 500


@dataclass(slots=True)
class Place:
    """What the file says of a local, and on which line it said so first."""

    line: int
    council: str
    name: str = ""
    timezone: str = ""


@dataclass(slots=True)
class Look:
    """One walk over a file. Walk `chunks()` to the end; then `problems` and `places` are complete."""

    file: RollFile
    today: date
    line: int = 0
    problem_count: int = 0
    problems: list[LineProblem] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def chunks(self) -> Iterator[list[Entry]]:
        """Good entries, some hundred at a time. Problems gather meanwhile; the caller decides what they mean."""
        for problem in self.file.problems:
            self._note(problem)
        if self.file.problems:
            return
        order, chunk = self._date_order(), []
        for row in self.file.rows():
            if isinstance(row, LineProblem):
                self._note(row)
                continue
            self.line, cells = row
            entry = read_entry(self.line, cells, order=order, today=self.today)
            if isinstance(entry, Entry):
                self._check_with_others(entry)
                chunk.append(entry)
            else:
                self._check_number(cells.get("number", "").upper(), self.line)
                for problem in entry:
                    self._note(problem)
            if len(chunk) >= CHUNK:
                yield chunk
                chunk = []
        if not self.seen and not self.problems:
            self._note(LineProblem(0, "", N_("There is no member in this file.")))
        yield chunk

    def _date_order(self) -> str:
        return date_order(self.file.column("since"))

    def _check_with_others(self, entry: Entry) -> None:
        self._check_number(entry.number, entry.line)
        place = self.places.setdefault(entry.local, Place(entry.line, entry.council))
        for name, said in (("council", entry.council), ("name", entry.local_name), ("timezone", entry.timezone)):
            stated = getattr(place, name)
            if said and stated and said != stated:
                column = "local_name" if name == "name" else name
                self._note(LineProblem(entry.line, column, _TWO_PLACES, {"local": entry.local, "line": place.line}))
            elif said:
                setattr(place, name, said)

    def _check_number(self, number: str, line: int) -> None:
        if number and number in self.seen:
            self._note(LineProblem(line, "number", _TWICE, {"number": number, "line": self.seen[number]}))
        elif number:
            self.seen[number] = line

    def _note(self, problem: LineProblem) -> None:
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


_TWICE = N_("Number %(number)s stands on line %(line)s already.")
_TWO_PLACES = N_("Line %(line)s says something different about local %(local)s.")
