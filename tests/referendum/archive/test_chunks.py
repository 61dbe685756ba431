"""Ballots checked in chunks: the one at fault is named among many, and work once done is not done again."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from referendum.archive import ballots, chunks
from referendum.archive.ballots import check_ballots
from referendum.archive.ledger import Ledger
from referendum.archive.names import name_of
from referendum.archive.places import BallotPlace, Task, Tasks
from referendum.archive.report import Report
from referendum.archive.setup_event import read_setup
from referendum.archive.survey import take_survey
from referendum.crypto import answers, membership
from referendum.crypto.ballot import BallotRefused, check_proofs, make_ballot, read_ballot
from referendum.crypto.elgamal import Ciphertext, encrypt
from referendum.crypto.group import FixedBase, P
from tests.referendum.archive.samples import Sample, vote_sample, write_whole


@pytest.fixture(scope="module")
def sample() -> Sample:
    return vote_sample(5)


@pytest.fixture(scope="module")
def path(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_whole(sample, tmp_path_factory.mktemp("chunks"))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballots, "SMALLEST_CHUNK", 2)
    monkeypatch.setattr(membership, "WORTH_A_BATCH", 4)


def tasks_of(path: Path) -> list[Task]:
    with path.open("rb") as stream:
        survey = take_survey(stream, Report(str(path)))
        assert survey is not None
        assert survey.setup is not None
        tasks = Tasks(survey.ballots, read_setup(survey.setup).credentials)
    return [tasks[number] for number in range(len(tasks))]


def with_a_stranger(sample: Sample) -> bytes:
    """A ballot whose proofs hold though one half of a ciphertext is the negative of an element.

    A sign vanishes under even challenges; whoever tries often enough meets them.
    """
    made: list[Ciphertext] = []

    def negative(key: FixedBase, randomness: int, message: int) -> Ciphertext:
        alpha, beta = encrypt(key, randomness, message)
        made.append(Ciphertext(P - alpha if len(made) % 4 == 1 else alpha, beta))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "encrypt", negative)
        for _ in range(500):
            raw = make_ballot(sample.election, sample.codes[1], [[0, 1, 0]])
            try:
                check_proofs(sample.election, read_ballot(sample.election, raw), members=True)
            except BallotRefused:
                continue
            return raw
    raise AssertionError("five hundred ballots, and none with even challenges")


def test_a_stranger_whose_proofs_hold_is_named_among_many(sample: Sample, tmp_path: Path) -> None:
    raws = [*sample.ballots[:2], with_a_stranger(sample), *sample.ballots[2:]]
    file, tasks, offset = tmp_path / "ballots", [], 0
    for number, raw in enumerate(raws):
        ballot = read_ballot(sample.election, raw)
        place = BallotPlace(number, offset, len(raw), ballot.record, name_of(ballot.credential))
        tasks.append(Task(place, True, 1))
        offset += len(raw)
    file.write_bytes(b"".join(raws))
    outcome = chunks.check_chunk(str(file), sample.election.raw, tasks)
    assert outcome.refused == [(2, "question 1: a ciphertext is not made of elements of the group")]
    assert outcome.product.ballots == 5


def test_one_pass_in_chunks_gives_what_one_chunk_gives(sample: Sample, path: Path) -> None:
    tasks = tasks_of(path)
    whole = chunks.check_chunk(str(path), sample.election.raw, tasks)
    seen: list[tuple[int, int]] = []
    checked = check_ballots(path, sample.election, tasks, progress=lambda done, total: seen.append((done, total)))
    assert checked.product == whole.product == sample.count()
    assert seen == [(2, 5), (4, 5), (5, 5)]


class Stopped(Exception):
    pass


@pytest.fixture
def checked_chunks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many ballots each chunk had that was really checked."""
    sizes: list[int] = []

    def counted(path: str, record: bytes, tasks: Sequence[Task]) -> chunks.Outcome:
        sizes.append(len(tasks))
        return chunks.check_chunk(path, record, tasks)

    monkeypatch.setattr(ballots, "check_chunk", counted)
    return sizes


def test_a_stopped_verification_goes_on_where_it_was(
    sample: Sample, path: Path, tmp_path: Path, checked_chunks: list[int]
) -> None:
    def stop(done: int, total: int) -> None:
        if done == 4:
            raise Stopped

    tasks, file = tasks_of(path), tmp_path / "ledger"
    with pytest.raises(Stopped):
        check_ballots(path, sample.election, tasks, progress=stop, ledger=Ledger(file, sample.election))
    torn = file.read_bytes()[:-20]
    file.write_bytes(torn)
    checked_chunks.clear()
    checked = check_ballots(path, sample.election, tasks, ledger=Ledger(file, sample.election))
    assert checked_chunks == [2, 1], "the chunk whose line was torn, and the one that was left"
    assert checked == check_ballots(path, sample.election, tasks)
    checked_chunks.clear()
    assert checked == check_ballots(path, sample.election, tasks, ledger=Ledger(file, sample.election))
    assert checked_chunks == [], "what was written after the torn line is found too"


def test_a_ledger_fits_no_other_weights(
    sample: Sample, path: Path, tmp_path: Path, checked_chunks: list[int]
) -> None:
    tasks, file = tasks_of(path), tmp_path / "ledger"
    check_ballots(path, sample.election, tasks, ledger=Ledger(file, sample.election))
    checked_chunks.clear()
    heavier = [task._replace(weight=2) for task in tasks]
    checked = check_ballots(path, sample.election, heavier, ledger=Ledger(file, sample.election))
    assert (sum(checked_chunks), checked.product.weight) == (5, 10)


def test_refusals_come_back_from_the_ledger(sample: Sample, path: Path, tmp_path: Path) -> None:
    tasks, file = tasks_of(path), tmp_path / "ledger"
    tasks[3] = tasks[3]._replace(listed=False)
    first = check_ballots(path, sample.election, tasks, ledger=Ledger(file, sample.election))
    again = check_ballots(path, sample.election, tasks, ledger=Ledger(file, sample.election))
    assert first == again
    assert [(place.event, words) for place, words in again.refused] == [
        (tasks[3].place.event, "its credential is not on the list of this election")
    ]
