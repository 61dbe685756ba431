"""A record in several archives: its parts are checked together, and what is no part of it is named."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from referendum.archive import splitting
from referendum.archive.__main__ import main
from referendum.archive.compare_parts import compare_parts
from referendum.archive.events import EventType
from referendum.archive.names import name_of, place_of
from referendum.archive.record import verify_together
from referendum.archive.writer import ArchiveWriter
from referendum.crypto.hashing import b64_hash
from tests.referendum.archive.forging import altered, pack, unpack, with_setup
from tests.referendum.archive.samples import TIMESTAMP, Sample, write_whole
from tests.referendum.archive.vote_samples import (
    GIVEN,
    MEMBERS,
    SPARES,
    file_of,
    problems,
    publish,
    split,
    stated_of,
    votes_of,
)

PARTS = 2


class Record(NamedTuple):
    """A vote in two parts, without ``vote.json``; ``parts`` are the archives in the order of their places."""

    sample: Sample
    parts: list[Path]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "LARGEST_PART", 3)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    sample = votes_of([0, 2, 3, GIVEN], floor=0)
    return Record(sample, [path for path, _ in split(sample, PARTS, tmp_path_factory.mktemp("parts"))])


def ballots_of(record: Record, place: int) -> int:
    """How many of the record's ballots belong to a part, by the rule itself."""
    credentials = [json.loads(raw)["credential"] for raw in record.sample.ballots]
    return sum(place_of(name_of(each), PARTS) == place for each in credentials)


def test_the_totals_of_all_parts_are_added(record: Record) -> None:
    *parts, whole = verify_together(record.parts)
    assert problems([*parts, whole]) == ""
    assert [(report.part, report.counted) for report in parts] == [(n, ballots_of(record, n)) for n in range(PARTS)]
    assert all(report.counted for report in parts), "both parts have ballots, or this shows nothing"
    assert (whole.credentials, whole.ballots, whole.counted) == (MEMBERS + SPARES, 4, 4)
    assert whole.result == [[0, 1, 3, 0]]


def test_parts_are_accepted_with_what_is_published_about_them(tmp_path: Path) -> None:
    sample = votes_of([0, 2, 3, GIVEN], floor=0)
    made = split(sample, PARTS, tmp_path)
    publish(file_of(stated_of(sample, 0, [part for _, part in made], replaced=True)), tmp_path)
    paths = [path for path, _ in made]
    reports = verify_together(paths[::-1])
    assert problems(reports) == ""
    assert [report.unchecked for report in reports] == [[]] * 4
    *_, alone, whole = verify_together(paths[:1])
    assert (alone.ok, alone.part, whole.unchecked) == (
        True, 0, ["the whole record: of its 2 parts 2 are not given"],
    )  # fmt: skip
    assert "part 1 of 2" in "\n".join(alone.lines())


def test_a_credential_in_the_wrong_part_is_named(record: Record, tmp_path: Path) -> None:
    events = unpack(record.parts[0])
    there = json.loads(unpack(record.parts[1])[0][1][2])[0]
    pack(with_setup(events, 2, altered(events[0][1][2], lambda value: value.append(there))), tmp_path / "bad.bel")
    said = problems(verify_together([tmp_path / "bad.bel", record.parts[1]]))
    assert "belongs to part 2 of 2, and this is part 1" in said


def test_the_same_part_twice_is_refused(record: Record, tmp_path: Path) -> None:
    copy = tmp_path / "copy.bel"
    copy.write_bytes(record.parts[0].read_bytes())
    said = problems(verify_together([record.parts[0], copy]))
    assert "hold credentials of the same part; copies of one archive are compared with verify-diff" in said


def test_a_part_with_another_election_record_is_refused(record: Record, tmp_path: Path) -> None:
    other = votes_of([0, 2, 3], floor=1)
    assert other.election.uuid == record.sample.election.uuid
    path, _ = split(other, PARTS, tmp_path)[1]
    assert "has another election record than" in problems(verify_together([record.parts[0], path]))


def test_a_part_with_other_trustees_is_refused(record: Record, tmp_path: Path) -> None:
    events = unpack(record.parts[1])
    renamed = altered(events[0][1][1], lambda value: value[0][1].update(name="Somebody else"))
    pack(with_setup(events, 1, renamed), tmp_path / "bad.bel")
    assert "has another trustees record than" in problems(verify_together([record.parts[0], tmp_path / "bad.bel"]))


def test_a_refused_part_refuses_the_record(record: Record, tmp_path: Path) -> None:
    (tmp_path / "cut.bel").write_bytes(record.parts[1].read_bytes()[:-1])
    for files in ([record.parts[0], tmp_path / "cut.bel"], [tmp_path / "cut.bel", record.parts[0]]):
        *_, whole = verify_together(files)
        said = [problem.words for problem in whole.problems]
        assert said == [f"{tmp_path / 'cut.bel'} is refused, or cannot be read"]
        assert (whole.uuid, whole.result) == (record.sample.election.uuid, None)


def test_a_record_in_more_parts_than_its_ballots_ask_for_is_refused(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "LARGEST_PART", 4)
    *_, whole = verify_together(record.parts)
    assert problems([whole]) == "the record is split into 2 parts; its ballots ask for 1"


def test_archives_of_two_votes_are_no_parts_of_each_other(record: Record, tmp_path: Path) -> None:
    other = write_whole(votes_of([0], seed="other", floor=0), tmp_path)
    reports = verify_together([*record.parts, other])
    assert problems(reports) == ""
    assert [report.parts for report in reports] == [2, 2, 1, 1]


def box_of(record: Record, path: Path, ballots: int) -> Path:
    """The record as it stood in one file while it filled."""
    with path.open("wb") as stream:
        writer = ArchiveWriter(stream, timestamp=TIMESTAMP)
        writer.setup(record.sample.election.raw, record.sample.trustees, record.sample.credentials)
        writer.ballots(record.sample.ballots[:ballots])
    return path


@pytest.mark.parametrize("ballots", [0, 1, 4])
def test_the_parts_extend_every_earlier_copy_of_the_box(ballots: int, record: Record, tmp_path: Path) -> None:
    box = box_of(record, tmp_path / "box.bel", ballots)
    found = compare_parts(box, record.parts)
    assert main(["verify-diff", str(box), str(record.parts[0].parent / "*.bel")]) == 0
    assert (found.words, found.common, sum(found.added.values())) == ("", 1 + ballots, 4 - ballots)


def test_a_ballot_of_the_box_that_is_in_no_part_is_named(record: Record, tmp_path: Path) -> None:
    box = box_of(record, tmp_path / "box.bel", 4)
    events = unpack(record.parts[0])
    gone = tracker_of(events[1])
    pack([events[0], *events[2:]], tmp_path / "less.bel")
    command = ["verify-diff", str(box), str(tmp_path / "less.bel"), str(record.parts[1])]
    assert main(command) == 1
    words = compare_parts(box, [tmp_path / "less.bel", record.parts[1]]).words
    assert f"where {box} has ballot {gone}, " in words


def test_a_part_that_is_not_given_is_missed(record: Record, tmp_path: Path) -> None:
    box = box_of(record, tmp_path / "box.bel", 0)
    assert "do not have the credentials" in compare_parts(box, [record.parts[0], record.parts[0]]).words


def test_the_parts_of_another_vote_extend_nothing(record: Record, tmp_path: Path) -> None:
    box = box_of(record, tmp_path / "box.bel", 1)
    other = write_whole(votes_of([0], seed="other", floor=0), tmp_path)
    assert "another election or other trustees" in compare_parts(box, [other, record.parts[1]]).words


def tracker_of(event: tuple[EventType, list[bytes]]) -> str:
    return b64_hash(event[1][0])
