"""A whole vote as a world of its own, from the first row to the published totals, and an eye to compare two of them.

Two worlds draw the same chance and have the same clock; they differ in who chose what. The eye then compares each
word that both worlds hold as it stands. A word that only one of them holds, and that is long enough to be a number, a
hash or something drawn, counts by its shape alone: a ciphertext, a proof, a signature, and whatever is hashed over
them. So whatever says the choice in plain words, by its length, or by a hash that two voters share, is seen.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from itsdangerous import TimestampSigner

from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from referendum.casting.jobs import check_waiting
from referendum.conduct import clock_operations
from referendum.count import jobs, operations, queries
from referendum.crypto.ballot import make_ballot
from referendum.process.queries import vote as vote_by_id
from referendum.results.vote_file_jobs import tend_vote_files
from referendum.trustees.queries import key_of
from tests.build_referendum import Referendum, make_closed, make_open
from tests.people import make_cast, sign_in

Choice = tuple[int, tuple[int, ...], int]
"""The answer's place on the paper, the places of what is cited, and which way the voter leaned before the debate."""
Lines = dict[str, list[str]]
"""What is left of a vote, line by line, by the place where it lies: a table, the files, a page, the log."""
WORD = re.compile(r"[A-Za-z0-9+/_-]{14,}=*")
DURATION = re.compile(r"executed in \d+\.\d+s$")
ALLOWED = {"leanings.csv": {200, 404}}
"""There is no such table where citations stay closed."""
IN_ORDER = ("log", "output")
LONG_NUMBER = 30


@dataclass
class World:
    """A vote that was held, and what is left of it."""

    made: Referendum
    lines: Lines


class Frozen:
    """Chance and time, the same in each world; `begin` starts both anew from a name."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
        self.now = now
        monkeypatch.setattr("random._urandom", lambda size: self.draw.randbytes(size))
        monkeypatch.setattr(clock, "now", lambda: self.now)
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: int(self.now.timestamp()))
        self.begin("world")

    def begin(self, name: str) -> None:
        """What is drawn from here on depends on nothing that was drawn before."""
        self.draw = random.Random(name)
        random.seed(name)


def hold_vote(app: Flask, frozen: Frozen, choices: list[Choice], *, citations: int = 2) -> Referendum:
    """Members vote in the order of `choices`; the box is sealed, what may be opened is opened, all is published."""
    with app.app_context(), app.test_request_context(), transaction(write=True) as session:
        made = make_open(make_closed(make_cast(), now=frozen.now, citations=citations))
        session.flush()
        session.expunge(made.vote)
        session.expunge(made.question)
    frozen.now = made.at
    people = (made.cast.member, made.cast.seconder, made.cast.host, made.cast.elsewhere)
    for voter, choice in enumerate(choices):
        frozen.begin(f"ballots of voter {voter} of {choices}")
        body = sealed(made, voter, choice)
        frozen.begin(f"server of voter {voter}")
        browser = sign_in(app, people[voter])
        answer = browser.post(f"/booth/{made.vote.public_id}/cast", json=body)
        assert answer.status_code == 200, answer.json
    frozen.begin(f"places in the box of {choices}")  # by the hashes of ballots, which differ
    _close(app, made, frozen)
    frozen.begin("count")
    _count(app, made)
    return made


def sealed(made: Referendum, voter: int, choice: Choice) -> dict[str, str]:
    """The pair of ballots that a browser sends."""
    v, c = (queries.election_of(made.vote, each) for each in ("V", "C"))
    chosen = [int(place == choice[0]) for place in range(len(v.questions[0].answers))]
    cited = [int(place in choice[1]) for place in range(len(c.questions[0].answers))]
    leaned = [int(place == choice[2]) for place in range(len(c.questions[1].answers))]
    code = made.codes[voter]
    return {"v": make_ballot(v, code, [chosen]).decode(), "c": make_ballot(c, code, [cited, leaned]).decode()}


def _close(app: Flask, made: Referendum, frozen: Frozen) -> None:
    with app.app_context():
        check_waiting(made.vote.id)
        frozen.now = made.at = made.vote.closes_at
        with transaction(write=True):
            clock_operations.close_votes(made.at)
            clock_operations.seal_boxes(made.at + timedelta(minutes=1))


def _count(app: Flask, made: Referendum) -> None:
    with app.app_context():
        jobs.compute_tallies(made.vote.id)
        for archive in ("V", "C"):
            for place in range(len(made.cast.trustees)):
                with transaction(write=True):
                    _open_part(made, place, archive)
            jobs.go_on(made.vote.id, archive)
        with transaction(write=True):
            clock_operations.finish_counts(made.at)
        tend_vote_files()


def _open_part(made: Referendum, place: int, archive: str) -> None:
    vote, trustee = vote_by_id(made.vote.id), made.trustee(place)
    tally, key = queries.tally_of(vote.id, archive), key_of(vote.id, trustee.member_id)
    assert tally is not None
    assert key is not None
    if not tally.withheld and queries.is_needed(vote, archive, key):
        ciphertexts = operations.stored_product(vote, tally).ciphertexts
        part = made.trusted.part(vote, trustee.member_id, queries.election_of(vote, archive), [ciphertexts])
        operations.accept_partial(trustee, vote, archive, part.owner, part.raw, made.at, part.second)


def pages(made: Referendum) -> list[str]:
    """Every address at which something of a vote is published."""
    record, question = f"/record/votes/{made.vote.public_id}", f"/q/{made.question.number}"
    return [
        "/record", "/record/audit.jsonl", record,
        *(f"{record}/{each}" for each in ("box-V.bel", "box-C.bel", "check", "vote.json", "set-aside", "result.json")),
        *(f"/votes/{made.vote.public_id}/{archive}.bel" for archive in ("V", "C")),
        question, f"{question}/result",
        *(f"{question}/{each}.csv" for each in ("result", "citations", "leanings", "turnout")),
    ]  # fmt: skip


def left_by(app: Flask, made: Referendum) -> Lines:
    """Every row, file and published page, in lines. Where ballots lie in the order of their hashes is told elsewhere
    (test_secrecy.py), so the lines of one place are compared in the order of what is left of them."""
    lines: Lines = {}
    with app.app_context(), transaction(write=False) as session:
        for table in Base.metadata.sorted_tables:
            lines[f"table {table.name}"] = [repr(tuple(row)) for row in session.execute(db.select(table))]
    folder: Path = app.config["HUSTINGS"].instance
    kept = (path for path in folder.rglob("*") if path.is_file() and ".sqlite3" not in path.name)
    files = [f"{path.relative_to(folder)} {line}" for path in kept for line in _lines(path.read_bytes())]
    lines["files"] = files
    visitor = app.test_client()
    for address in pages(made):
        answer = visitor.get(address)
        assert answer.status_code in ALLOWED.get(address.rpartition("/")[2], {200}), (address, answer.status_code)
        lines[address] = [answer.status, *_lines(answer.get_data())]
    return lines


def _lines(content: bytes) -> list[str]:
    """A file or page in lines; the headers of an archive's records, which hold their length, are left out."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return [content.hex()]
    return [line for line in re.split(r"[\0\n]+", text) if line and not re.fullmatch(r"[0-7]{6,11}|\d| 0", line)]


def compare(one: Lines, two: Lines) -> list[str]:
    """The places where two worlds can be told apart."""
    shared = set(_words(one)) & set(_words(two))
    return [place for place in one if _seen(one, place, shared) != _seen(two, place, shared)]


def _words(world: Lines) -> Iterator[str]:
    for lines in world.values():
        for line in lines:
            yield from WORD.findall(line)


def _seen(world: Lines, place: str, shared: set[str]) -> list[str]:
    def shape(found: re.Match[str]) -> str:
        word = found[0]
        if word in shared:
            return word
        return "<number>" if word.isdecimal() and len(word) >= LONG_NUMBER else f"<{len(word)}>"

    seen = [WORD.sub(shape, DURATION.sub("executed", line)) for line in world[place]]
    return seen if place in IN_ORDER else sorted(seen)
