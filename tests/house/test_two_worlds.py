"""T16, to the published totals: who chose what is told by nothing but ciphertexts, and what stays closed by nothing."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from forum.kernel.database import transaction
from referendum.crypto.canonical import Malformed
from referendum.process.queries import vote as vote_by_id
from referendum.trustees.opening import open_part
from tests.conftest import House
from tests.house.worlds import Choice, Frozen, World, compare, hold_vote, left_by
from tests.people import sign_in

CHOICES: list[Choice] = [(0, (0, 3), 0), (1, (1,), 1), (0, (), 2), (1, (2,), 0)]
SWAPPED = [CHOICES[1], CHOICES[0], *CHOICES[2:]]
CITED_OTHERWISE: list[Choice] = [(0, (2,), 2), (1, (2,), 2), (0, (0, 1, 2), 2), (1, (), 3)]
Build = Callable[[list[Choice], int], World]


@pytest.fixture
def build(
    app: Flask, house: House, empty_database: Path, monkeypatch: pytest.MonkeyPatch, now: datetime,
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
) -> Build:  # fmt: skip
    """Holds a vote in an empty house; citations are opened from so many ballots on."""
    frozen = Frozen(monkeypatch, now)

    def held(choices: list[Choice], citations: int) -> World:
        house.ready(empty_database)
        frozen.now = now
        frozen.begin("world")
        caplog.clear()
        capfd.readouterr()
        with caplog.at_level(logging.INFO):
            made = hold_vote(app, frozen, choices, citations=citations)
            lines = left_by(app, made)
        lines["log"] = [record.getMessage() for record in caplog.records]
        lines["output"] = "".join(capfd.readouterr()).splitlines()
        return World(made, lines)

    return held


def test_two_votes_swapped_are_told_by_nothing_stored_logged_or_published(build: Build) -> None:
    one, two = build(CHOICES, 2), build(SWAPPED, 2)
    assert compare(one.lines, two.lines) == []
    assert any("[[1, 1, 1, 1" in line for line in one.lines["table tallies"]), "the totals were opened"


def test_below_their_floor_what_was_cited_is_told_by_nothing_and_a_trustee_s_program_opens_nothing(
    app: Flask, build: Build
) -> None:
    one, two = build(CHOICES, 30), build(CITED_OTHERWISE, 30)
    assert compare(one.lines, two.lines) == []
    made = two.made
    with app.app_context(), transaction(write=False):
        key = made.trusted.private(vote_by_id(made.vote.id), made.cast.trustees[0])
    trustee = sign_in(app, made.cast.trustees[0])
    record = trustee.get(f"/votes/{made.vote.public_id}/record.json?archive=C")
    assert record.status_code == 200
    with pytest.raises(Malformed, match="holds 4 ballots, fewer than the rule allows to open"):
        open_part([record.get_data()], key, proofs=False, progress=lambda _done, _of: None)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (["member 7 chose A"], ["member 7 chose B"], False),
        (["a ballot of 4121 bytes"], ["a ballot of 4122 bytes"], False),
        (["7 kQ3f9c0aBcDeFgHi12"], ["7 8Q3f9c0aBcDeFgHi1"], False),
        (["7 kQ3f9c0aBcDeFgHi12", "8 8Q3f9c0aBcDeFgHi12"], ["7 8Q3f9c0aBcDeFgHi12", "8 kQ3f9c0aBcDeFgHi12"], False),
        (["7 kQ3f9c0aBcDeFgHi12"], ["7 8Q3f9c0aBcDeFgHi12"], True),
        (["7 " + "1" * 616], ["7 " + "2" * 617], True),
    ],
    ids=["a choice", "a length", "a word's length", "one hash for one choice", "a word once", "a number once"],
)
def test_the_eye_sees_what_says_a_choice(one: list[str], two: list[str], same: bool) -> None:
    assert (compare({"log": one}, {"log": two}) == []) is same
