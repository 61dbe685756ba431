"""The text of the format is enough: a verifier written from it alone agrees with ours about what holds."""

from pathlib import Path

import pytest

from referendum.archive.verify import verify
from tests.referendum.archive.cheats import CHEATS, Cheat
from tests.referendum.archive.forging import Events, pack, unpack
from tests.referendum.archive.number_cheats import NUMBER_CHEATS
from tests.referendum.archive.samples import OPTIONS, Sample, make_sample, vote_sample, write_whole
from tests.referendum.archive.second_verifier import Refused, check
from tests.referendum.archive.vote_samples import CITED, file_part

REFUSED = {
    "a broken proof of a choice": "individual proof", "a challenge of the sum's proof": "overall proof",
    "a challenge of the blank's proof": "blank proof", "a signature by somebody else": "signature",
    "a wrong tally": "encrypted tally", "the challenge of a decryption": "decryption proof", "a wrong result": "result",
}  # fmt: skip


@pytest.fixture(scope="module")
def sample() -> Sample:
    return vote_sample(5)


@pytest.fixture(scope="module")
def events(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Events:
    return unpack(write_whole(sample, tmp_path_factory.mktemp("second")))


def test_it_accepts_what_we_accept_with_and_without_blank(tmp_path: Path) -> None:
    sample = make_sample([OPTIONS, CITED], 2)
    sample.vote(0, [None, [0, 0]])
    sample.vote(1, [[0, 1, 0], [0, 1]])
    path = write_whole(sample, tmp_path)
    assert check(path.read_bytes()) == verify(path).result == [[1, 0, 1, 0], [0, 1]]


@pytest.mark.parametrize(
    "cheat", [each for each in (*CHEATS, *NUMBER_CHEATS) if each.name in REFUSED], ids=lambda cheat: cheat.name
)
def test_it_refuses_what_we_refuse(cheat: Cheat, sample: Sample, events: Events, tmp_path: Path) -> None:
    pack(cheat.forge(sample, list(events)), tmp_path / "vote.bel")
    with pytest.raises(Refused, match=REFUSED[cheat.name]):
        check((tmp_path / "vote.bel").read_bytes())


def test_it_agrees_about_second_proofs(sample: Sample, tmp_path: Path) -> None:
    raw = write_whole(sample, tmp_path).read_bytes()
    part = file_part(sample, tmp_path / f"{sample.election.uuid}.bel").as_json()
    assert check(raw, part["second_proofs"]) == check(raw)
    part["second_proofs"][1]["response"] = part["second_proofs"][0]["response"]
    with pytest.raises(Refused, match="second proof"):
        check(raw, part["second_proofs"])
