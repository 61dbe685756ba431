"""What the verifier found: problems in plain words, and the facts of the archive."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, with the event, the ballot or the trustee it concerns, where there is one."""

    words: str
    event: int | None = None
    tracker: str | None = None
    trustee: int | None = None

    def __str__(self) -> str:
        places = []
        if self.event is not None:
            places.append(f"event {self.event}")
        if self.tracker is not None:
            places.append(f"ballot {self.tracker}")
        if self.trustee is not None:
            places.append(f"trustee {self.trustee}")
        return f"{', '.join(places)}: {self.words}" if places else self.words

    def as_json(self) -> dict[str, Any]:
        fields = {"event": self.event, "tracker": self.tracker, "trustee": self.trustee}
        return {"words": self.words} | {name: value for name, value in fields.items() if value is not None}


@dataclass
class Report:
    """The outcome for one archive. It is accepted when there is no problem."""

    path: str
    problems: list[Problem] = field(default_factory=list)
    uuid: str | None = None
    name: str | None = None
    fingerprint: str | None = None
    stage: str | None = None
    """The last event's type."""
    head: str | None = None
    """The hash of the last event: two copies with the same head are the same archive."""
    credentials: int | None = None
    trustees: int | None = None
    ballots: int | None = None
    """Ballots in the record, replaced ones included."""
    counted: int | None = None
    """Credentials whose last ballot counts."""
    result: list[list[int]] | None = None
    """Totals by question and answer, when there is a result and it was checked."""

    @property
    def ok(self) -> bool:
        return not self.problems

    def add(
        self, words: str, *, event: int | None = None, tracker: str | None = None, trustee: int | None = None
    ) -> None:
        self.problems.append(Problem(words, event, tracker, trustee))

    def as_json(self) -> dict[str, Any]:
        names = ("path", "uuid", "name", "fingerprint", "stage", "head", "credentials", "trustees")
        facts = {name: getattr(self, name) for name in (*names, "ballots", "counted", "result")}
        return facts | {"ok": self.ok, "problems": [problem.as_json() for problem in self.problems]}

    def lines(self) -> Sequence[str]:
        """The report for a person."""
        lines = [f"{self.path}: {'accepted' if self.ok else 'REFUSED'}"]
        if self.name is not None:
            lines.append(f"  election {self.uuid}, “{printable(self.name)}”, fingerprint {self.fingerprint}")
        if self.ballots is not None:
            lines.append(f"  {self.credentials} credentials, {self.ballots} ballots, {self.counted} counted")
        if self.head is not None:
            lines.append(f"  last event: {self.stage}, hash {self.head}")
        if self.ok and self.result is None:
            lines.append("  not yet counted: everything that is there was checked, there is no result")
        lines += [f"  question {n}: {totals}" for n, totals in enumerate(self.result or [], start=1)]
        return lines + [f"  - {printable(str(problem))}" for problem in self.problems]


def printable(text: str) -> str:
    """A text that cannot move the cursor or forge a line of a terminal."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )
