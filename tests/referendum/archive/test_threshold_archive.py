"""Archives whose trustees are mandatory ones and a group of which two of three are enough."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from referendum.archive.beside import Claim
from referendum.archive.verify import verify
from referendum.archive.vote_file import Part, Stated, VoteFile
from referendum.archive.writer import ArchiveWriter
from referendum.crypto import tally
from referendum.crypto.ballot import make_ballot, read_ballot
from referendum.crypto.credentials import credentials_bytes, new_code, public_of
from referendum.crypto.election import Question, make_election, new_uuid
from referendum.crypto.group import seeded_draw
from referendum.crypto.joint import Item, joint_key, trustees_bytes
from referendum.crypto.second_proof import prove_factors
from referendum.crypto.trustee import public_key_of
from tests.referendum.archive.samples import TIMESTAMP
from tests.referendum.crypto.made_group import make_group

DRAW = seeded_draw("threshold archive")
ALONE = 11**71
MADE = make_group(3, 2, DRAW)
ITEMS: list[Item] = [public_key_of(ALONE, draw=DRAW), MADE.group]
SECRETS = {1: ALONE, 2: MADE.private(1), 3: MADE.private(2), 4: MADE.private(3)}
ELECTION = make_election(
    uuid=new_uuid(DRAW), name="n", description="d", public_key=joint_key(ITEMS),
    questions=[Question("?", ("a", "b"), 1, 1)],
)  # fmt: skip


class Counted:
    """Two ballots and their product."""

    def __init__(self) -> None:
        codes = [new_code(DRAW) for _ in range(2)]
        self.credentials = credentials_bytes(public_of(code, ELECTION.uuid) for code in codes)
        self.ballots = [make_ballot(ELECTION, code, [[1, 0]], draw=DRAW) for code in codes]
        product = tally.TallyProduct(ELECTION)
        for raw in self.ballots:
            product.add(read_ballot(ELECTION, raw).ciphertexts)
        self.tally = product.close()

    def part(self, number: int) -> tally.PartialDecryption:
        return tally.decrypt(ELECTION, self.tally.ciphertexts, SECRETS[number], draw=DRAW)

    def archive(self, folder: Path, owned: Sequence[tuple[int, int]], result: list[list[int]]) -> Path:
        """Parts as (whose number stands there, whose secret made it)."""
        path = folder / f"{ELECTION.uuid}.bel"
        with path.open("wb") as stream:
            writer = ArchiveWriter(stream, timestamp=TIMESTAMP)
            writer.setup(ELECTION.raw, trustees_bytes(ITEMS), self.credentials)
            writer.ballots(self.ballots)
            writer.end_ballots()
            writer.encrypted_tally(self.tally)
            for owner, maker in owned:
                writer.partial_decryption(owner, self.part(maker))
            writer.result(result)
        return path


COUNTED = Counted()


@pytest.mark.parametrize("present", [(1, 2, 3), (1, 2, 4), (1, 3, 4), (4, 1, 2, 3)])
def test_the_mandatory_trustee_and_two_of_the_group_are_enough(present: tuple[int, ...], tmp_path: Path) -> None:
    report = verify(COUNTED.archive(tmp_path, [(number, number) for number in present], [[2, 0]]))
    assert (report.problems, report.result, report.trustees) == ([], [[2, 0]], 4)


@pytest.mark.parametrize(
    ("owned", "result", "words"),
    [
        ([(1, 1), (2, 2)], [[2, 0]], "the group of trustees 2 to 4: 1 of its members opened their part, it takes 2"),
        ([(2, 2), (3, 3), (4, 4)], [[2, 0]], "the decryption of trustee 1 is missing"),
        ([(1, 1), (2, 2), (3, 3)], [[1, 0]], "not what the trustees opened"),
        ([(1, 1), (2, 2), (3, 4)], [[2, 0]], "the proof of decryption factor 1 does not hold"),
        ([(1, 1), (2, 2), (3, 3), (4, 2)], [[2, 0]], "the proof of decryption factor 1 does not hold"),
        ([(1, 1), (2, 2), (5, 3)], [[2, 0]], "names no trustee"),
        ([(1, 1), (2, 2), (2, 2)], [[2, 0]], "stands there twice"),
    ],
)
def test_a_count_by_too_few_or_by_others_is_refused(
    owned: list[tuple[int, int]], result: list[list[int]], words: str, tmp_path: Path
) -> None:
    report = verify(COUNTED.archive(tmp_path, owned, result))
    assert not report.ok
    assert any(words in str(problem) for problem in report.problems)


@pytest.mark.parametrize(
    ("present", "proving", "missing"),
    [
        ((1, 2, 3), (1, 2, 3), ()),
        ((1, 2, 3), (1, 2), (3,)),
        ((1, 2, 3), (), (1, 2, 3)),
        ((1, 2, 3, 4), (1, 2, 4), ()),
        ((1, 2, 3, 4), (2, 3, 4), (1,)),
    ],
)
def test_a_missing_second_proof_is_made_good_by_one_more_of_the_group_and_by_nobody_for_a_mandatory_trustee(
    present: tuple[int, ...], proving: tuple[int, ...], missing: tuple[int, ...], tmp_path: Path
) -> None:
    proofs = {
        number: prove_factors(ELECTION, COUNTED.tally.ciphertexts, COUNTED.part(number), SECRETS[number], draw=DRAW)
        for number in proving
    }
    part = Part("00" * 32, 2, "00" * 32, proofs)
    stated = Stated(ELECTION.uuid, "00" * 32, "00" * 32, 0, (part,), frozenset(), {})
    claim = Claim(VoteFile("vote", True, 2, 0, "00" * 32, "", {"V": stated}), "V")
    report = verify(COUNTED.archive(tmp_path, [(number, number) for number in present], [[2, 0]]), claim=claim)
    assert report.second_proofs == list(proving)
    assert [problem.trustee for problem in report.problems if problem.trustee] == []
    assert [words.split(" ", 4)[3] for words in report.unchecked] == [str(number) for number in missing]
