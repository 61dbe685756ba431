"""A trustee and the keeper of the box forge a count together (SPEC 11): what of it is found, and what cannot be."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from referendum.archive.count_checks import are_possible
from referendum.archive.verify import verify
from referendum.archive.writer import ArchiveWriter
from referendum.crypto.ballot import make_ballot
from referendum.crypto.election import Question
from referendum.crypto.group import P, Q, draw_exponent, invert_exponent, power, power_of_g
from referendum.crypto.hashing import hq
from referendum.crypto.joint import read_trustees
from referendum.crypto.proofs import Proof
from referendum.crypto.tally import open_tally
from tests.referendum.archive.samples import OPTIONS, TIMESTAMP, Sample, make_sample

BLANK, ACCEPT, REJECT, SEND_BACK = range(4)


def forge(moved: Mapping[int, int], path: Path) -> None:
    """Four vote for Accept; then trustee 1 makes proofs of factors that add to the totals what is ``moved``, and has a
    fifth ballot cast, a blank one, whose random numbers make the proofs hold."""
    sample = make_sample([OPTIONS], 5, seed="forged")
    for voter in range(4):
        sample.vote(voter, [[1, 0, 0]])
    private = sample.private_keys[0]
    public = power_of_g(private)
    others = sample.count().ciphertexts[0]
    prefix = f"decrypt|{sample.election.fingerprint}|{public}|"
    random, proofs = {}, {}
    for place, more in moved.items():
        w, t = draw_exponent(sample.draw), draw_exponent(sample.draw)
        challenge = hq(prefix, [power_of_g(w), power(others[place].alpha, w) * power_of_g(t) % P])
        random[place] = (t + more * challenge) * invert_exponent(w) % Q
        proofs[place] = Proof(challenge, (w - private * challenge) % Q)
    _cast(sample, random)
    tally = sample.count()
    first, second = sample.partials(tally)
    factors, held = list(first.factors[0]), list(first.proofs[0])
    for place, more in moved.items():
        factors[place], held[place] = factors[place] * power_of_g(-more) % P, proofs[place]
    forged = replace(first, factors=(tuple(factors),), proofs=(tuple(held),))
    with path.open("wb") as stream:
        writer = ArchiveWriter(stream, timestamp=TIMESTAMP)
        writer.setup(sample.election.raw, sample.trustees, sample.credentials)
        writer.ballots(sample.ballots)
        writer.end_ballots()
        writer.encrypted_tally(tally)
        for owner, part in enumerate((forged, second), start=1):
            writer.partial_decryption(owner, part)
        writer.result(open_tally(tally, {1: forged, 2: second}, read_trustees(sample.trustees)))


def _cast(sample: Sample, random: Mapping[int, int]) -> None:
    """The fifth ballot, with these random numbers for its choices."""
    drawn = 0

    def draw(bound: int) -> int:
        nonlocal drawn
        drawn += 1
        return int(random.get(drawn - 1) or sample.draw(bound))

    sample.ballots.append(make_ballot(sample.election, sample.codes[4], [None], draw=draw))


@pytest.mark.parametrize("moved", [{REJECT: 1}, {ACCEPT: -1}, {BLANK: -1}, {BLANK: 1, ACCEPT: -2}])
def test_totals_that_no_ballots_can_have_are_refused(moved: Mapping[int, int], tmp_path: Path) -> None:
    forge(moved, tmp_path / "vote.bel")
    (problem,) = verify(tmp_path / "vote.bel").problems
    assert problem.words == "question 1: the ballots that count cannot have these totals"


@pytest.mark.parametrize(
    ("totals", "possible"),
    [
        ((0, 2, 2), True), ((0, 1, 1), True), ((1, 1, 1), True), ((2, 0, 0), True), ((0, 1, 0), False),
        ((0, 3, 1), False), ((1, 2, 0), False), ((3, 0, 0), False), ((1, 0, 0), False),
    ],
)  # fmt: skip
def test_what_two_ballots_with_one_or_two_marks_or_left_blank_can_add_up_to(
    totals: tuple[int, int, int], possible: bool
) -> None:
    assert are_possible(totals, Question("?", ("a", "b"), 1, 2, blank=True), 2) is possible


def test_votes_moved_from_one_answer_to_another_are_what_no_verifier_can_tell(tmp_path: Path) -> None:
    forge({ACCEPT: -3, REJECT: 3}, tmp_path / "vote.bel")
    report = verify(tmp_path / "vote.bel")
    assert (report.problems, report.result) == ([], [[1, 1, 3, 0]])
