"""A trustee and the keeper of the box forge a count together (SPEC 11): the second proof finds it, and names who."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from referendum.archive.count_checks import are_possible
from referendum.archive.record import verify_together
from referendum.archive.report import Report
from referendum.archive.verify import verify
from referendum.archive.writer import ArchiveWriter
from referendum.crypto.ballot import make_ballot
from referendum.crypto.election import Question
from referendum.crypto.group import P, Q, draw_exponent, invert_exponent, power, power_of_g
from referendum.crypto.hashing import hq
from referendum.crypto.joint import read_trustees
from referendum.crypto.proofs import Proof
from referendum.crypto.second_proof import prove_factors
from referendum.crypto.tally import PartialDecryption, Tally, open_tally
from tests.referendum.archive.outside import tool_accepts
from tests.referendum.archive.samples import TIMESTAMP, Sample
from tests.referendum.archive.vote_samples import GIVEN, file_of, file_part, problems, publish, stated_of, votes_of

BLANK, ACCEPT, REJECT, SEND_BACK = range(4)


@dataclass(frozen=True)
class Forged:
    """The tally of all but the last ballot and the one that was opened, and what the first trustee says of the latter:
    the truth, and what is in the archive."""

    sample: Sample
    before: Tally
    tally: Tally
    honest: PartialDecryption
    false: PartialDecryption

    def proof(self, partial: PartialDecryption, tally: Tally | None = None) -> Proof:
        private = self.sample.private_keys[0]
        return prove_factors(self.sample.election, (tally or self.tally).ciphertexts, partial, private)


def forge(moved: Mapping[int, int], path: Path) -> Forged:
    """Three vote for Accept; then trustee 1 makes proofs of factors that add to the totals what is ``moved``, and has a
    fourth ballot cast, a blank one, whose random numbers make the proofs hold."""
    sample = votes_of([])
    for voter in (0, 2, 3):
        sample.vote(voter, [[1, 0, 0]])
    private = sample.private_keys[0]
    public = power_of_g(private)
    before = sample.count()
    others = before.ciphertexts[0]
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
    return Forged(sample, before, tally, first, forged)


def _cast(sample: Sample, random: Mapping[int, int]) -> None:
    """The last ballot, with these random numbers for its choices."""
    drawn = 0

    def draw(bound: int) -> int:
        nonlocal drawn
        drawn += 1
        return int(random.get(drawn - 1) or sample.draw(bound))

    sample.ballots.append(make_ballot(sample.election, sample.codes[GIVEN], [None], draw=draw))


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


@pytest.fixture(scope="module")
def forged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Forged, Path]:
    path = tmp_path_factory.mktemp("forged") / "vote.bel"
    return forge({ACCEPT: -2, REJECT: 2}, path), path


def reports(forged: tuple[Forged, Path], proofs: Mapping[int, Proof], folder: Path) -> list[Report]:
    """What the verifier says of the forged archive beside a vote.json with these second proofs."""
    made, path = forged
    part = replace(file_part(made.sample, path), second_proofs=proofs)
    told = publish(file_of(stated_of(made.sample, 2, [part], replaced=True)), folder)
    return verify_together([path], vote=told)


def test_votes_moved_from_one_answer_to_another_are_what_an_archive_alone_cannot_tell(
    forged: tuple[Forged, Path]
) -> None:
    report = verify(forged[1])
    assert (report.problems, report.result) == ([], [[1, 1, 2, 0]])
    assert "  not checked: whether what the trustees opened is of these ballots" in "\n".join(report.lines())


@pytest.mark.needs("belenios-tool")
def test_the_outside_tool_accepts_them(forged: tuple[Forged, Path]) -> None:
    assert tool_accepts(forged[1])


@pytest.mark.parametrize(
    "claimed",
    [
        lambda made: made.proof(made.false),
        lambda made: made.proof(made.honest),
        lambda made: made.proof(made.false, made.before),
        lambda made: made.proof(made.honest, made.before),
        lambda made: made.false.proofs[0][ACCEPT],
    ],
    ids=["the false factors", "the true ones", "the false ones before the last ballot", "the true ones then", "no new"],
)
def test_the_forger_is_named_by_the_second_proof_whatever_it_is_made_of(
    claimed: Callable[[Forged], Proof], forged: tuple[Forged, Path], tmp_path: Path
) -> None:
    said = reports(forged, forged[0].sample.second_proofs() | {1: claimed(forged[0])}, tmp_path)
    words = "the second proof does not hold, so nothing shows that these factors are of these ballots"
    assert problems(said) == f"trustee 1 (Trustee 0 ñ): {words}"
    assert said[1].second_proofs == [2]


def test_a_trustee_without_a_second_proof_is_named_and_not_refused(forged: tuple[Forged, Path], tmp_path: Path) -> None:
    honest = {2: forged[0].sample.second_proofs()[2]}
    (_, report) = reports(forged, honest, tmp_path)
    assert report.ok
    words = "whether what trustee 1 (Trustee 0 ñ) opened is of these ballots: there is no second proof of it"
    assert report.unchecked == [words]
