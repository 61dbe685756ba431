"""What the verifier found: problems in plain words, and the facts of the archive."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, with the event, the ballot or the trustee it concerns, where there is one."""

    words: str
    event: int | None = None
    tracker: str | None = None
    trustee: int | None = None
    name: str = ""
    """What the trustee is called in the archive, where it says."""

    def __str__(self) -> str:
        places = []
        if self.event is not None:
            places.append(f"event {self.event}")
        if self.tracker is not None:
            places.append(f"ballot {self.tracker}")
        if self.trustee is not None:
            places.append(f"trustee {self.trustee}{f' ({self.name})' if self.name else ''}")
        return f"{', '.join(places)}: {self.words}" if places else self.words

    def as_json(self) -> dict[str, Any]:
        fields = {"event": self.event, "tracker": self.tracker, "trustee": self.trustee}
        return {"words": self.words} | {name: value for name, value in fields.items() if value is not None}


FACTS = (
    "path", "uuid", "name", "fingerprint", "stage", "head", "sha256", "credentials", "trustees", "ballots", "counted",
    "answers", "result", "part", "parts", "signer", "second_proofs", "unchecked",
    "unreadable",
)  # fmt: skip
"""What of a report is told as it is."""


LONGEST_ANSWER = 90


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
    answers: list[list[str]] = field(default_factory=list)
    """What the totals are of, question by question, in the words of the election record."""
    trustee_names: dict[int, str] = field(default_factory=dict)
    """By number, as far as they have names."""
    voters: dict[int, int] = field(default_factory=dict)
    """Of a part of a record: how many ballots it holds of each credential, by the number that its hash is."""
    floor: int = 0
    """The fewest ballots with which it may be opened, by its own description."""
    part: int | None = None
    """The place of this archive among the ``parts`` of its record, from 0."""
    parts: int = 1
    second_proofs: list[int] = field(default_factory=list)
    """The trustees whose factors hold by their second proof too."""
    trustees_record: str | None = None
    """The hash of the trustees record, which all parts of a record share."""
    sha256: str | None = None
    """The hash of the whole file, where it was asked for."""
    signer: str | None = None
    """Of a vote file: the fingerprint of the key with which its signature was checked."""
    unchecked: list[str] = field(default_factory=list)
    """What could not be checked, because something is not at hand. It does not refuse the archive."""
    unreadable: str = ""
    """Why the file could not be read at all."""

    @property
    def ok(self) -> bool:
        return not self.problems and not self.unreadable

    @property
    def stays_closed(self) -> bool:
        """Whether the box is sealed, and holds too few ballots to be opened."""
        return self.stage == "EncryptedTally" and self.counted is not None and self.counted < self.floor

    @property
    def part_number(self) -> int:
        """The part's number for people, from 1."""
        return (self.part or 0) + 1

    def add(
        self, words: str, *, event: int | None = None, tracker: str | None = None, trustee: int | None = None
    ) -> None:
        name = self.trustee_names.get(trustee or 0, "")
        self.problems.append(Problem(words, event, tracker, trustee, name))

    def leave(self, words: str) -> None:
        """Says that something is not checked."""
        self.unchecked.append(words)

    def as_json(self) -> dict[str, Any]:
        facts = {name: getattr(self, name) for name in FACTS}
        return facts | {"ok": self.ok, "problems": [problem.as_json() for problem in self.problems]}

    def lines(self) -> Sequence[str]:
        """The report for a person."""
        if self.unreadable:
            return [f"{self.path}: cannot be read: {self.unreadable}"]
        lines = [f"{self.path}: {'accepted' if self.ok else 'REFUSED'}"]
        return [*lines, *self._facts(), *(f"  - {printable(str(problem))}" for problem in self.problems)]

    def _facts(self) -> Iterator[str]:
        if self.name is not None:
            yield f"  election {self.uuid}, “{printable(self.name)}”, fingerprint {self.fingerprint}"
        if self.parts > 1 and self.part is not None:
            yield f"  part {self.part_number} of {self.parts}"
        if self.ballots is not None:
            yield f"  {self.credentials} credentials, {self.ballots} ballots, {self.counted} counted"
        if self.head is not None:
            yield f"  last event: {self.stage}, hash {self.head}"
        if self.second_proofs:
            yield f"  second proofs hold of trustee {', '.join(map(str, self.second_proofs))}"
        if self.sha256 is not None:
            yield f"  SHA-256 of the file: {self.sha256}"
        if self.signer is not None:
            yield f"  signed; SHA-256 fingerprint of the key: {self.signer}"
        if self.ok and self.head is not None and self.result is None:
            why = f"it stays closed with fewer than {self.floor} ballots" if self.stays_closed else "not yet counted"
            yield f"  {why}: everything that is there was checked, there is no result"
        yield from self._totals()
        for words in self.unchecked:
            yield f"  not checked: {words}"

    def _totals(self) -> Iterator[str]:
        for number, (totals, answers) in enumerate(zip(self.result or [], self.answers, strict=False), start=1):
            yield f"  question {number}:"
            for total, answer in zip(totals, answers, strict=True):
                yield f"    {total:>9}  {printable(_short(answer))}"


def _short(answer: str) -> str:
    return answer if len(answer) <= LONGEST_ANSWER else f"{answer[:LONGEST_ANSWER]}…"


def printable(text: str) -> str:
    """A text that cannot move the cursor or forge a line of a terminal."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )
