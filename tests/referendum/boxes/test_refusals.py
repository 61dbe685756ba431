"""A box is packed, kept and answered for between the two installations that it is of, and only in its time."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from forum.kernel import signing
from forum.kernel.database import db
from forum.questions.models import Question
from referendum.archive.writer import ArchiveWriter
from referendum.boxes import guest, packing, returning, unpacking
from referendum.boxes.bundle import Bundle
from referendum.boxes.returning import Counted
from referendum.boxes.rules import Package, Rejected
from referendum.count.models import Tally
from referendum.crypto.canonical import Malformed
from referendum.crypto.group import G, P, power_of_g
from referendum.electorate.models import Electorate, PublicCredential
from referendum.process.models import Vote
from referendum.trustees.forms import SentPart
from tests.build_referendum import make_closed, make_counted, make_open
from tests.people import Cast
from tests.referendum.boxes.test_rules import read
from tests.trail import trail

OPENS, OTHER = datetime.fromisoformat("2026-11-24T12:00:00+00:00"), b"another forum's key"
ELEMENTS = sorted((str(power_of_g(each)) for each in range(2, 6)), key=lambda value: (len(value), value))


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody is told how far it is."""


def test_a_vote_of_this_forum_is_not_packed_or_answered_for_and_one_kept_for_another_is_not_packed(
    ground: Flask, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    vote = make_open(make_closed(cast, now=now)).vote
    own = SentPart(1, b"", None)
    for act in (
        lambda: guest.write_records(vote, "V", tmp_path), lambda: guest.write_answer(vote, tmp_path),
        lambda: guest.accept_part(vote, "V", own, now),
    ):  # fmt: skip
        with pytest.raises(Rejected, match="this forum's own"):
            act()
    with pytest.raises(Rejected, match="this forum made the codes"):
        packing.write_package(vote, b"", "https://box.example", tmp_path, now, silent)
    vote.params = {**vote.params, "guest": {"key": "k", "package": "p"}}
    with pytest.raises(Rejected, match="another forum's"):
        packing.write_package(vote, b"", "https://box.example", tmp_path, now, silent)
    with pytest.raises(Rejected, match="product is not computed"):
        guest.write_records(vote, "V", tmp_path)
    with pytest.raises(Rejected, match="not every archive"):
        guest.write_answer(vote, tmp_path)
    with pytest.raises(Rejected, match="no product yet"):
        guest.accept_part(vote, "V", own, now)
    assert not list(tmp_path.iterdir())


def test_a_part_is_taken_from_a_trustee_of_the_vote_alone_and_where_enough_ballots_came(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    vote = make_counted(make_open(make_closed(cast, now=now)), {"A": 3}).vote
    vote.params = {**vote.params, "guest": {"key": "k", "package": "p"}}
    with pytest.raises(Rejected, match="too few ballots"):
        guest.accept_part(vote, "C", SentPart(1, b"", None), now)
    for owner in (0, 3, True, "1", None):
        with pytest.raises(Rejected, match="no trustee of this vote"):
            guest.accept_part(vote, "V", SentPart(owner, b"", None), now)
    tally = db.session.get_one(Tally, (vote.id, "V"))
    assert guest.stated(tally, ["V.bel"]) == {
        "files": ["V.bel"], "ballots": 3, "totals": tally.result, "sha256": "ab" * 32
    }  # fmt: skip


def test_totals_come_with_the_parts_that_open_them_and_not_where_too_few_ballots_came(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    vote = make_counted(make_open(make_closed(cast, now=now)), {"A": 3}).vote

    def stored(archive: str, *parts: Counted) -> None:
        returning._store_totals(vote, archive, list(parts), [], now)

    for opened in (Counted(totals=[[3]]), Counted(parts={1: "{}"})):
        with pytest.raises(Rejected, match="C was opened, though too few"):
            stored("C", Counted(), opened)
    stored("C", Counted())
    assert db.session.get_one(Tally, (vote.id, "C")).result is None
    with pytest.raises(Rejected, match="the totals of V are not opened yet"):
        stored("V", Counted(totals=[[3]]), Counted())
    with pytest.raises(Rejected, match="a box of this vote here already"):
        returning._begin_box(vote)


def test_a_batch_ends_where_the_order_of_the_hashes_does_or_a_code_comes_again(tmp_path: Path) -> None:
    def ballot(code: str, number: int = 0) -> bytes:
        return json.dumps({"credential": code, "number": number}).encode()

    def place(raw: bytes) -> str:
        return sha256(raw).hexdigest()

    low, middle, high = sorted(map(ballot, "abc"), key=place)
    same = (ballot(json.loads(high)["credential"], number) for number in range(1, 999))
    again = next(raw for raw in same if place(raw) > place(high))
    with (tmp_path / "V.bel").open("wb") as stream:
        writer = ArchiveWriter(stream)
        writer.setup(b"{}", b"{}", b"[]")
        for raw in (middle, high, again, low):
            writer.ballot(raw)
    rows = list(returning._ballots(Vote(id=7), "V", tmp_path / "V.bel", Counted()))
    assert [row["batch"] for row in rows] == [1, 1, 2, 3]
    assert [row["hash"] for row in rows] == [place(raw) for raw in (middle, high, again, low)]
    assert {row["vote_id"] for row in rows} == {7}


def test_an_answer_comes_from_who_has_the_box_after_the_close_and_about_this_package(
    ground: Flask, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    vote, key = make_open(make_closed(cast, now=now)).vote, signing.public_pem()

    def answer(package: str = "p", archives: str = "VC", pem: bytes = key) -> None:
        facts = {"vote": vote.public_id, "package": package, "archives": dict.fromkeys(archives)}
        returning.refuse_another_s(vote, pem, Bundle(facts, "", tmp_path, ()))

    with pytest.raises(Rejected, match="was kept here"):
        answer()
    box = {"key": signing.fingerprint(), "url": "https://box.example", "package": "p"}
    vote.params = {**vote.params, "box": {**box, "key": "0" * 64}}
    with pytest.raises(Rejected, match="another installation than"):
        answer()
    vote.params = {**vote.params, "box": box}
    with pytest.raises(Rejected, match="not being counted; it is open"):
        answer()
    vote.state = "counting"
    answer()
    with pytest.raises(Rejected, match="another package"):
        answer("q")
    with pytest.raises(Rejected, match="an archive of this vote is missing"):
        answer(archives="V")


def held(folder: Path, *lines: tuple[str, str, str]) -> Bundle:
    """A bundle that holds these credentials of V, already read."""
    content = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    (folder / "credentials.V.jsonl").write_text(content)
    return Bundle({}, "d" * 64, folder, ("credentials.V.jsonl",))


def package_of(number: int = 1, name: str = "v", question: str = "q") -> Package:
    """One of three members and a spare, for this installation, about a vote of this number and name."""
    found, own = read("ABC", None), {"id": name, "number": number, "uuid_v": name * 14, "uuid_c": name * 15}
    vote, asked = {**found.vote, **own}, {**found.question, "id": question}
    return replace(found, box=signing.fingerprint(), vote=vote, question=asked)


def test_a_vote_is_taken_in_once_before_its_close_and_stands_as_the_package_says(
    ground: Flask, cast: Cast, tmp_path: Path
) -> None:
    key = signing.public_pem()
    bundle = held(tmp_path, (ELEMENTS[0], "issued", ""), (ELEMENTS[1], "spare", ""))
    with pytest.raises(Rejected, match="for another installation"):
        unpacking.unpack(replace(package_of(), box="0" * 64), bundle, key, OPENS)
    with pytest.raises(Rejected, match="closed already"):
        unpacking.unpack(package_of(), bundle, key, OPENS + timedelta(days=7))
    vote = unpacking.unpack(package_of(), bundle, key, OPENS + timedelta(days=7, seconds=-1))
    mixed = package_of(2, "w")
    for same in ({"id": "v"}, {"uuid_v": "v" * 14}, {"uuid_c": "v" * 14}, {"uuid_v": "v" * 15}, {"uuid_c": "v" * 15}):
        with pytest.raises(Rejected, match="this vote is here already"):
            unpacking.unpack(replace(mixed, vote={**mixed.vote, **same}), bundle, key, OPENS)
    assert (vote.state, vote.kind, vote.election_c, vote.opened_at) == ("open", "members", "", OPENS)
    given: dict[str, Any] = vote.params["guest"]
    assert (given["union"], given["key"], given["package"]) == ("Union", signing.fingerprint(), "d" * 64)
    roll = db.session.scalars(db.select(Electorate).where(Electorate.vote_id == vote.id)).one()
    assert (roll.size, roll.spare_count, roll.codes) == (3, 1, "ready")
    codes = db.select(PublicCredential.value, PublicCredential.state).where(PublicCredential.vote_id == vote.id)
    assert set(db.session.execute(codes)) == {(ELEMENTS[0], "issued"), (ELEMENTS[1], "spare")}
    question = db.session.get_one(Question, vote.question_id)
    assert [each.title for each in question.options] == ["Accept", "Reject", "Think again"]
    assert question.background_html == "<p>Union: https://forum.example</p>"
    assert [(office, facts["package"]) for _, office, facts in trail("unpack_vote")] == [("operator", "d" * 64)]


def test_a_vote_that_is_held_again_joins_its_question_and_another_forum_s_question_has_a_number_of_its_own(
    ground: Flask, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, bundle = signing.public_pem(), held(tmp_path)

    def taken(package: Package) -> Vote:
        return unpacking.unpack(package, bundle, key, OPENS)

    first = taken(package_of())
    with pytest.raises(Rejected, match="this question is here already"):
        taken(package_of(name="w"))
    second = taken(package_of(2, "w"))
    assert second.question_id == first.question_id
    other = taken(package_of(1, "x", "another"))
    numbers = [db.session.get_one(Question, each.question_id).number for each in (first, other)]
    assert numbers == [1, 2]
    first.params = {**first.params, "guest": {**first.params["guest"], "key": "0" * 64}}
    with pytest.raises(Rejected, match="this question is here already"):
        taken(package_of(3, "y"))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([(value, "issued", "") for value in ELEMENTS], "not as many"),
        ([*((value, "issued", "") for value in ELEMENTS[:3])], "not as many"),
        ([*((value, "issued", "") for value in ELEMENTS[:3]), (ELEMENTS[3], "given", "")], "its state is unknown"),
        ([(str(int(P) - int(G)), "issued", "")], "not an element"), ([("01", "issued", "")], "not an element"),
        ([(ELEMENTS[1], "issued", ""), (ELEMENTS[0], "issued", "")], "not in the order"),
        ([(ELEMENTS[0], "issued", "")] * 2, "not in the order"),
    ],
)  # fmt: skip
def test_codes_that_are_none_or_more_or_fewer_than_the_roll_are_refused(
    tmp_path: Path, lines: list[tuple[str, str, str]], words: str
) -> None:
    with pytest.raises(Malformed, match=words):
        list(unpacking._check_credentials("V", read("ABC", None), held(tmp_path, *lines).path("credentials.V.jsonl")))


@pytest.mark.parametrize("state", ["spare", "revoked"])
def test_codes_are_as_many_as_members_and_spares_of_which_some_may_be_used_up(tmp_path: Path, state: str) -> None:
    lines = [*((value, "issued", "") for value in ELEMENTS[:3]), (ELEMENTS[3], state, "")]
    path = held(tmp_path, *lines).path("credentials.V.jsonl")
    assert list(unpacking._check_credentials("V", read("ABC", None), path)) == [4]
