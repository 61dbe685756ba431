"""The container: every byte of an archive is accounted for, and any bytes at all are survived."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referendum.archive import container
from referendum.archive.container import BLOCK, ContainerReader, Damaged, header, record_name, write_record
from referendum.archive.events import EventType
from referendum.archive.reader import ArchiveReader
from referendum.archive.verify import verify
from referendum.archive.writer import ArchiveWriter, OutOfOrder
from referendum.crypto.canonical import Malformed
from tests.referendum.archive.forging import unpack
from tests.referendum.archive.samples import TIMESTAMP, vote_sample, write_whole


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_whole(vote_sample(1), tmp_path_factory.mktemp("container")).read_bytes()


def read_all(raw: bytes) -> int:
    return sum(1 for _ in ArchiveReader(io.BytesIO(raw)))


def records_of(raw: bytes) -> list[tuple[int, int]]:
    """Where each record begins and ends, its header and padding included."""
    found, place = [], 0
    while place < len(raw):
        size = int(raw[place + 124 : place + 135], 8)
        end = place + BLOCK + size + -size % BLOCK
        found.append((place, end))
        place = end
    return found


def stands(raw: bytes) -> bool:
    """Whether every record of these bytes is whole."""
    try:
        return all(record.body is not None for record in ContainerReader(io.BytesIO(raw)))
    except Damaged:
        return False


def test_a_flip_of_any_single_byte_is_found(whole: bytes) -> None:
    """Each record is looked at behind the first one alone: what is wrong in it is found without the others."""
    assert read_all(whole) == 7
    first, *others = records_of(whole)
    assert others[-1][1] == len(whole)
    begin = whole[: first[1]]
    unnoticed = []
    for start, end in (first, *others):
        before, record = (b"", begin) if start == 0 else (begin, whole[start:end])
        assert stands(before + record)
        for place in range(len(record)):
            flipped = record[:place] + bytes([record[place] ^ 1]) + record[place + 1 :]
            if stands(before + flipped):
                unnoticed.append(start + place)
    assert unnoticed == []


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (0, "header|name that does not belong"),
        (80, "name that does not belong"),
        (100, "header"),
        (108, "header"),
        (116, "header"),
        (126, "ends too early|header"),
        (135, "header"),
        (136, "header"),
        (148, "header"),
        (154, "header"),
        (156, "header"),
        (157, "header"),
        (511, "header"),
        (512, "its content does not fit its name"),
        (-1, "not padded with zeros"),
    ],
)
def test_a_flip_is_named_by_the_region_it_stands_in(place: int, words: str, whole: bytes) -> None:
    start, end = records_of(whole)[1]
    at = start + place if place >= 0 else end + place
    flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    with pytest.raises(Damaged, match=words):
        read_all(flipped)


def test_a_damaged_record_is_named_by_the_event_that_it_belongs_to(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "damaged.bel"
    named = []
    for start, end in records_of(whole):
        path.write_bytes(whole[: end - 1] + b"Z" + whole[end:])
        (problem,) = verify(path).problems
        named.append(problem.event)
        assert f"(at byte {start})" in problem.words
    assert named == [None, *[0] * 5, *[1] * 2, 2, *[3] * 3, *[4] * 3, *[5] * 3, *[6] * 2]


def test_a_file_cut_anywhere_but_between_events_is_found(whole: bytes) -> None:
    good = [length for length in range(len(whole) + 1) if not length % 64 and reads(whole[:length])]
    events = [length for length in range(0, len(whole) + 1, BLOCK) if reads(whole[:length])]
    assert good == events
    assert len(events) == 8, "after the first record, and after each of the seven events"


def reads(raw: bytes) -> bool:
    try:
        read_all(raw)
    except Damaged:
        return False
    return True


@settings(max_examples=60)
@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    assert not reads(raw)


@settings(max_examples=60)
@given(place=st.integers(min_value=0), junk=st.binary(min_size=1, max_size=40))
def test_junk_written_over_an_archive_is_found(whole: bytes, place: int, junk: bytes) -> None:
    place %= len(whole) - len(junk)
    spoilt = whole[:place] + junk + whole[place + len(junk) :]
    assert reads(spoilt) is (spoilt == whole)


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=1200), max_size=5))
def test_records_come_out_as_they_went_in(bodies: list[bytes]) -> None:
    stream = io.BytesIO()
    ArchiveWriter(stream, timestamp=TIMESTAMP)
    for body in bodies:
        write_record(stream, record_name(body, is_event=False), body, TIMESTAMP)
    stream.seek(0)
    assert [record.body for record in ContainerReader(stream)] == bodies


def test_large_records_are_not_kept_and_are_read_again_where_they_are_needed(
    whole: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "PIECE", 100)
    path = tmp_path / "vote.bel"
    path.write_bytes(whole)
    with path.open("rb") as stream:
        kept = [len(record.kept) for record in ContainerReader(stream) if record.kept is not None]
    assert max(kept, default=0) <= 100
    assert verify(path).ok


def test_a_large_record_that_changed_meanwhile_is_not_taken(whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "PIECE", 100)
    stream = io.BytesIO(whole)
    record = next(iter(ContainerReader(stream)))
    assert record.body.startswith(b'{"version":1')
    stream.seek(record.offset + 200)
    stream.write(b"?")
    with pytest.raises(Malformed, match="changed while it was being checked"):
        _ = record.body


def test_a_record_that_claims_to_be_huge_is_refused_unread(whole: bytes) -> None:
    name = "0" * 64 + ".data.json"
    with pytest.raises(Damaged, match="larger than any record"):
        read_all(whole[: 2 * BLOCK] + header(name, 8**11 - 1, TIMESTAMP))
    with pytest.raises(Damaged, match="ends too early"):
        read_all(whole[: 2 * BLOCK] + header(name, 2**27, TIMESTAMP))


@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 64 + ".json", "BELENIOS", "", "é" * 30])
def test_a_record_with_a_strange_name_is_refused(whole: bytes, name: str) -> None:
    strange = bytearray(header("x", 0, TIMESTAMP))
    strange[:100] = name.encode("latin-1").ljust(100, b"\0")
    with pytest.raises(Damaged, match="name that does not belong"):
        read_all(whole + bytes(strange))


def test_records_without_an_event_are_refused(whole: bytes) -> None:
    stream = io.BytesIO(whole)
    stream.seek(0, io.SEEK_END)
    for number in range(5):
        body = b"%d" % number
        write_record(stream, record_name(body, is_event=False), body, TIMESTAMP)
        with pytest.raises(Damaged, match="belong to no event"):
            read_all(stream.getvalue())


def test_the_writer_keeps_the_order_of_events() -> None:
    writer = ArchiveWriter(io.BytesIO(), timestamp=TIMESTAMP)
    with pytest.raises(OutOfOrder, match="Ballot cannot follow nothing"):
        writer.ballot(b"{}")
    writer.setup(b"{}", b"[]", b"[]")
    writer.end_ballots()
    with pytest.raises(OutOfOrder, match="Ballot cannot follow EndBallots"):
        writer.ballot(b"{}")
    with pytest.raises(OutOfOrder, match="Result cannot follow EndBallots"):
        writer.result([[0]])
    assert writer.event_count == 2


@pytest.mark.parametrize("kept", range(1, 8))
def test_a_writer_goes_on_where_another_stopped(kept: int, whole: bytes, tmp_path: Path) -> None:
    full = tmp_path / "full.bel"
    full.write_bytes(whole)
    part = tmp_path / "part.bel"
    ends = [length for length in range(0, len(whole) + 1, BLOCK) if reads(whole[:length])]
    part.write_bytes(whole[: ends[kept]])
    with part.open("r+b") as stream:
        writer = ArchiveWriter.resume(stream)
        assert writer.event_count == kept
        for kind, data in unpack(full)[kept:]:
            writer.append(kind, *data)
    assert part.read_bytes() == whole
    assert unpack(part)[-1][0] is EventType.RESULT
