"""Ballots opened for a test: what an honest one shows, and every way in which one may lie."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from referendum.archive.__main__ import main
from referendum.archive.opened import Dishonest, Held, check_opened
from referendum.crypto.ballot import make_ballot
from referendum.crypto.group import Draw
from tests.referendum.archive.samples import OPTIONS, Sample, make_sample, vote_sample, write_whole

REJECT = [0, 1, 0]
WIDTH = 4  # three options and the blank, which stands first


@pytest.fixture(scope="module")
def sample() -> Sample:
    return vote_sample(2)


def noting(draw: Draw, drawn: list[int]) -> Draw:
    def noted(below: int) -> int:
        drawn.append(draw(below))
        return drawn[-1]

    return noted


def opened(sample: Sample, chosen: list[int] | None = REJECT) -> dict[str, Any]:
    """As the booth writes it: the ballot without its signature, and the first numbers that were drawn for it."""
    drawn: list[int] = []
    raw = make_ballot(sample.election, sample.codes[0], [chosen], draw=noting(sample.draw, drawn))
    body = {name: value for name, value in json.loads(raw).items() if name != "signature"}
    return {
        "election": sample.election.raw.decode(),
        "body": compact(body),
        "randomness": [[str(number) for number in drawn[:WIDTH]]],
        "seal": json.loads(raw)["signature"]["hash"],
    }


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def filed(*ballots: dict[str, Any]) -> bytes:
    kept = [{name: value for name, value in ballot.items() if name != "seal"} for ballot in ballots]
    return compact({"opened_ballots": 1, "ballots": kept}).encode()


@pytest.mark.parametrize(("chosen", "marked"), [([0, 1, 0], ("Reject",)), (None, (None,))])
def test_an_honest_opening_shows_the_marks_and_the_seal_number(
    sample: Sample, chosen: list[int] | None, marked: tuple[str | None, ...]
) -> None:
    ballot = opened(sample, chosen)
    (found,) = check_opened(filed(ballot))
    assert found.held == (Held("Ratify?", marked),)
    assert found.seal_number == ballot["seal"]
    assert found.ciphertexts == WIDTH
    assert not found.is_recorded


def other_number(ballot: dict[str, Any]) -> None:
    ballot["randomness"][0][2] = str(int(ballot["randomness"][0][2]) ^ 1)


def other_beta(ballot: dict[str, Any]) -> None:
    body = json.loads(ballot["body"])
    choices = body["answers"][0]["choices"]
    choices[1]["beta"] = choices[2]["beta"]
    ballot["body"] = compact(body)


def false_proof(ballot: dict[str, Any]) -> None:
    body = json.loads(ballot["body"])
    proof = body["answers"][0]["overall_proof"][0]
    proof["response"] = str(int(proof["response"]) ^ 1)
    ballot["body"] = compact(body)


def other_election(ballot: dict[str, Any]) -> None:
    ballot["election"] = ballot["election"].replace("Ratify?", "Reject?")


def with_blanks(ballot: dict[str, Any]) -> None:
    ballot["body"] = ballot["body"].replace(":", ": ", 1)


def short(ballot: dict[str, Any]) -> None:
    ballot["randomness"][0].pop()


def one_no_element(ballot: dict[str, Any]) -> None:
    body = json.loads(ballot["body"])
    body["credential"] = "2"
    ballot["body"] = compact(body)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (other_number, "does not fit the ciphertext of “Reject”"),
        (other_beta, "does not fit the ciphertext of “Accept”"),
        (false_proof, "the ballot box would have refused"),
        (other_election, "another version of this election"),
        (with_blanks, "not written in the canonical form"),
        (short, "a list of 4 was expected"),
        (one_no_element, "not an element"),
    ],
)
def test_a_dishonest_opening_is_named(sample: Sample, change: Callable[[dict[str, Any]], None], words: str) -> None:
    ballot = opened(sample)
    change(ballot)
    with pytest.raises(Dishonest, match=words):
        check_opened(filed(ballot))


def test_an_opening_holds_each_election_once(sample: Sample) -> None:
    for nothing in (b"", b"[]", filed(), filed(opened(sample), opened(sample))):
        with pytest.raises(Dishonest):
            check_opened(nothing)


def test_the_command_holds_an_opening_against_the_archive(
    sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own, foreign = (write_whole(each, tmp_path) for each in (sample, make_sample([OPTIONS], 1, seed="foreign")))
    file = tmp_path / "opened-ballot.json"
    file.write_bytes(filed(opened(sample)))
    assert main(["check-ballot", str(file), "--record", str(own)]) == 0
    told = capsys.readouterr().out
    assert "Reject" in told
    assert "as in the archive given" in told
    assert main(["check-ballot", str(file), "--record", str(foreign)]) == 1
    assert "none of the archives" in capsys.readouterr().out
    assert main(["check-ballot", str(tmp_path / "nothing")]) == 3
    assert main(["check-ballot", str(file), "--record", str(file)]) == 3
