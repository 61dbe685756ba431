"""Makes voting codes on the tellers' own machine, chunk by chunk, and goes on after a stop without a double code.

What comes out: mail/ (mbox files), letters/ (PDF files), upload/ (the public list, in parts) and spares.jsonl (the
spare codes, sealed so that any two tellers open them together). The list's private key is drawn, split among the
tellers' keys and forgotten before the first code is made.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.message import EmailMessage
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from referendum.crypto.canonical import Malformed, canonical_bytes
from referendum.crypto.credentials import new_code, public_of
from referendum.crypto.group import draw_exponent, draw_secret, power_of_g
from referendum.electorate.code_list import Line, body_lines, hash_of, sealed_line
from referendum.electorate.letter_page import Letters
from referendum.electorate.list_writing import write_list
from referendum.electorate.messages import letter_of, message_of, saying_where
from referendum.electorate.postal import PostalFile
from referendum.electorate.roll_file import Addresses, Person, RollHeader, entries, read_roll
from referendum.electorate.sealing import NEEDED, seal, split
from referendum.electorate.workplace import Workplace, write_private

SPARES = "hustings-spares"
Tell = Callable[[str, int, int], None]
"""Told how far a step has come: its name, how many are done, how many there are."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made. `private` opens the addresses; `by` is auto (mail where there is an address) or letters;
    `box` is the address of another site that will keep the ballots."""

    roll: Path
    addresses: Path
    private: int
    folder: Path
    sender: str
    by: str = "auto"
    paper: str = "A4"
    chunk: int = 500
    postal: Path | None = None
    box: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it; `list_id` and `sealed_hash` are compared with the page of the site."""

    mails: int
    letters: int
    spares: int
    parts: int
    list_id: str
    sealed_hash: str


def make(order: Order, tell: Tell = lambda *_: None) -> Made:
    """Everything from the two files to the list for upload. Raises Malformed; may be run again until it is done."""
    header = saying_where(read_roll(order.roll), order.box)
    addresses = Addresses(order.addresses, order.private)
    if addresses.vote != header.vote:
        raise Malformed("the roll and the addresses are of different votes")
    place = Workplace(order.folder)
    state = _begin(place, order, header)
    maker = _Maker(order, header, place, state)
    maker.spares(tell)
    maker.roll(addresses, tell)
    maker.keep_spares()
    written = write_list(place.folder, header, state, tell)
    counted = Made(maker.mails, maker.letters, header.spares, *written)
    place.clear_work()
    return counted


def _begin(place: Workplace, order: Order, header: RollHeader) -> dict[str, Any]:
    if len(header.tellers) < NEEDED:
        raise Malformed("the sealed list needs the keys of at least two tellers")
    fixed = {
        "vote": header.vote, "roll_hash": header.roll_hash, "tellers": list(header.tellers), "by": order.by,
        "paper": order.paper, "chunk": order.chunk, "box": order.box,
    }  # fmt: skip
    private = draw_exponent(draw_secret)
    shares = [
        {"place": place, "key": key, "public": str(power_of_g(share)), "sealed": seal(int(key), str(share).encode())}
        for place, (key, share) in enumerate(zip(header.tellers, split(private, len(header.tellers)), strict=True), 1)
    ]
    state = place.begin({**fixed, "list_key": str(power_of_g(private)), "shares": shares})
    if any(state.get(name) != value for name, value in fixed.items()):
        raise Malformed("a run with another roll or other options goes on in this folder; give the same ones again")
    return state


class _Maker:
    """The chunks, each made once."""

    def __init__(self, order: Order, header: RollHeader, place: Workplace, state: dict[str, Any]) -> None:
        self._order, self._header, self._place = order, header, place
        self._list_key = int(state["list_key"])
        self._head = canonical_bytes(
            {"format": SPARES, "vote": header.vote, "list_key": state["list_key"], "shares": state["shares"]}
        )
        self._postal = PostalFile(order.postal) if order.postal else None
        self.mails = self.letters = 0

    def spares(self, tell: Tell) -> None:
        """The spare codes: in the list for upload without their codes, in the tellers' own file with them."""
        total, done = self._header.spares, 0
        while done < total:
            name, size = f"s{done // self._order.chunk + 1:04}", min(self._order.chunk, total - done)
            if not self._place.is_made(name):
                self._make_spares(name, [new_code() for _ in range(size)])
            done += size
            tell("spare codes", done, total)

    def _make_spares(self, name: str, codes: list[str]) -> None:
        rows = [self._publics(code) for code in codes]
        kept = [[code, hash_of(v), hash_of(c)] for code, (v, c) in zip(codes, rows, strict=True)]
        self._place.keep(
            name,
            {
                f"work/{name}.spares": self._sealed({"spares": kept}),
                f"work/{name}.list": self._sealed({"spares": [["", v, c] for _, v, c in kept]}),
                f"work/{name}.codes": b"".join(body_lines(_lines(rows, "spare"))),
            },
        )

    def keep_spares(self) -> None:
        """The tellers' own file of spare codes, from its chunks."""
        chunks = [path.read_bytes() for path in sorted(self._place.work.glob("*.spares"))]
        write_private(self._place.folder / "spares.jsonl", b"".join([self._head + b"\n", *chunks]))

    def roll(self, addresses: Addresses, tell: Tell) -> None:
        """A code for everybody on the roll."""
        members = zip(entries(self._order.roll), _padded(addresses.people()), strict=False)
        done = 0
        for number, chunk in enumerate(_chunks(members, self._order.chunk), 1):
            people = [self._fitting(*each) for each in chunk]
            self._count(people)
            if not self._place.is_made(f"r{number:04}"):
                self._make_chunk(number, people)
            done += len(people)
            tell("codes", done, self._header.size)
        if done != self._header.size:
            raise Malformed(f"the roll says that {self._header.size} may vote, and holds {done}")

    def _make_chunk(self, number: int, people: list[tuple[Person, str]]) -> None:
        mails, letters = BytesIO(), Letters(self._order.paper)
        rows, assigned = [], []
        for person, unit in people:
            code = new_code()
            v, c = self._publics(code)
            rows.append((v, c))
            assigned.append([person.entry, unit, hash_of(v), hash_of(c)])
            if self._is_mailed(person):
                append_message(mails, message_of(self._header, person, code, self._order.sender))
            else:
                postal = self._postal.lines(person.number) if self._postal else []
                letters.add(letter_of(self._header, person, code, postal))
        files = {
            f"work/r{number:04}.list": self._sealed({"assigned": assigned}),
            f"work/r{number:04}.codes": b"".join(body_lines(_lines(rows, "issued"))),
        }
        if mails.tell():
            files[f"mail/codes-{number:04}.mbox"] = mails.getvalue()
        if letters.count:
            files[f"letters/letters-{number:04}.pdf"] = letters.content()
        self._place.keep(f"r{number:04}", files)
        del letters, files
        gc.collect()  # a PDF refers to itself and would stay for several chunks: memory is that of one

    def _publics(self, code: str) -> tuple[str, str]:
        return public_of(code, self._header.uuid_v), public_of(code, self._header.uuid_c)

    def _sealed(self, chunk: dict[str, Any]) -> bytes:
        return sealed_line(seal(self._list_key, canonical_bytes(chunk))).encode() + b"\n"

    def _is_mailed(self, person: Person) -> bool:
        return bool(person.email) and self._order.by == "auto"

    def _count(self, people: list[tuple[Person, str]]) -> None:
        mailed = sum(self._is_mailed(person) for person, _ in people)
        self.mails += mailed
        self.letters += len(people) - mailed

    def _fitting(self, row: tuple[str, str], person: Person | None) -> tuple[Person, str]:
        entry, unit = row
        if person is None or person.entry != entry:
            raise Malformed("the addresses do not belong to this roll: take both files from the site anew")
        return person, unit


def append_message(file: BytesIO, message: EmailMessage) -> None:
    """A message at the end of an mbox file."""
    BytesGenerator(file, mangle_from_=True, policy=message.policy).flatten(message, unixfrom=True)
    file.write(b"\n")


def _lines(rows: list[tuple[str, str]], state: str) -> list[Line]:
    return [Line(kind, value, state) for row in rows for kind, value in zip("VC", row, strict=True)]


def _padded(people: Iterator[Person]) -> Iterator[Person | None]:
    yield from people
    while True:
        yield None


def _chunks(members: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while chunk := list(islice(members, size)):
        yield chunk
