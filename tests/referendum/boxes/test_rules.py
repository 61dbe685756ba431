"""What a package says is held against itself."""

import json
from typing import Any

import pytest

from referendum.boxes.rules import Package, read_package
from referendum.crypto.canonical import Malformed
from referendum.crypto.joint import joint_key, read_trustees, trustees_bytes
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.process.ballot_text import BallotFacts, vote_election

KEYS = trustees_bytes([public_key_of(new_private_key())])
OPTIONS = ("Accept", "Reject", "Think again")
UUID = "a" * 14


DESCRIBED: dict[str, Any] = {"vote": {"id": "v"}, "roll": {"size": 3, "spares": 1, "sha256": "0"}, "digest": ""}


def read(
    standing: str, said: object, described: dict[str, Any] = DESCRIBED, forged: tuple[str, object] = ("", None),
    keys: bytes = KEYS,
) -> Package:
    """A package whose paper has the options with these letters, and whose vote says that those of `said` stand. What
    stands in one place of it may be `forged`."""
    choices = tuple(("ABC"[place], title) for place, title in enumerate(OPTIONS) if "ABC"[place] in standing)
    paper = BallotFacts("Union", "Title", choices, "lot", False, (1, 1), (), True, described)
    text = vote_election(paper, UUID, joint_key(read_trustees(KEYS))).raw.decode()
    facts: dict[str, Any] = {
        "box": "key", "union": "Union", "forum": "https://forum.example", "digest": "",
        "vote": {
            "id": "v", "number": 1, "opens_at": "2026-11-24T12:00:00+00:00", "closes_at": "2026-12-01T12:00:00+00:00",
            "uuid_v": UUID, "uuid_c": "b" * 14, "params": {"options": said} if said else {},
        },
        "question": {
            "id": "q", "number": 1, "title": "Title", "template": "weiner", "process": {}, "lines": [],
            "options": [{"title": title, "text": "", "slate": ""} for title in OPTIONS],
        },
        "roll": {"size": 3, "spares": 1, "sha256": "0", "frozen_at": "2026-11-20T12:00:00+00:00"},
    }  # fmt: skip
    *way, last = forged[0].split("/")
    place: Any = facts
    for each in way:
        place = place[int(each) if each.isdigit() else each]
    if last:
        place[last] = forged[1]
    return read_package(json.loads(json.dumps(facts)), {"V": text}, keys.decode())


@pytest.mark.parametrize(("standing", "said"), [("ABC", None), ("AC", ["A", "C"])])
def test_the_paper_shows_the_options_that_stand_and_in_a_run_off_those_alone(standing: str, said: object) -> None:
    assert read(standing, said).question["title"] == "Title"


@pytest.mark.parametrize(
    ("standing", "said"), [("AB", None), ("AC", ["A", "B"]), ("ABC", ["A", "C"]), ("AB", ["A", "Z"])]
)
def test_another_paper_is_refused(standing: str, said: object) -> None:
    with pytest.raises(Malformed, match="options are not those on the paper"):
        read(standing, said)


@pytest.mark.parametrize(
    "described", [{}, DESCRIBED | {"vote": "v"}, DESCRIBED | {"roll": [3, 1, "0"]}, {"vote": {}, "roll": {}}]
)
def test_a_ballot_s_text_that_does_not_say_what_it_is_of_is_refused(described: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="does not say of which vote"):
        read("ABC", None, described)


@pytest.mark.parametrize(
    ("where", "what", "words"),
    [
        ("roll/size", "3", "no numbers"), ("roll/spares", "1", "no numbers"),
        ("question/options/0/more", "", "does not belong"), ("question/lines", [{"number": "A-1"}], "is missing"),
        ("forum", "forum.example", "begins with https://"), ("vote/opens_at", "soon", "are no dates"),
        ("vote/opens_at", None, "are no dates"), ("vote/opens_at", "2026-11-24T12:00:00", "not in order"),
        ("vote/closes_at", "2026-12-01T12:00:00", "not in order"),
        ("vote/opens_at", "2026-12-01T12:00:00+00:00", "not in order"), ("vote/uuid_v", "c" * 14, "another vote's"),
        ("vote/uuid_c", UUID, "the same name"),
        ("vote/id", "w", "something else"), ("roll/size", 4, "something else"), ("roll/spares", 2, "something else"),
        ("roll/sha256", "1", "something else"), ("digest", "d", "something else"),
    ],
)  # fmt: skip
def test_a_package_of_which_one_thing_is_otherwise_is_refused(where: str, what: object, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        read("ABC", None, forged=(where, what))


def test_a_forum_without_a_secure_address_may_send_a_package_too() -> None:
    found = read("ABC", None, forged=("forum", "http://forum.example"))
    assert (found.forum, found.roll["size"], found.box) == ("http://forum.example", 3, "key")
    assert [each.day for each in found.dates] == [24, 1]


def test_a_paper_made_with_other_trustees_keys_is_refused() -> None:
    with pytest.raises(Malformed, match="other trustees' keys"):
        read("ABC", None, keys=trustees_bytes([public_key_of(new_private_key())]))
