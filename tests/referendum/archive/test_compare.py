"""``verify-diff``: whether a newer copy of an archive is the older one and what came after."""

from pathlib import Path

import pytest

from referendum.archive.__main__ import main
from referendum.archive.compare import Unreadable, compare
from referendum.archive.events import EventType
from referendum.crypto.hashing import b64_hash
from tests.referendum.archive.forging import Events, pack, unpack, with_setup
from tests.referendum.archive.samples import TIMESTAMP, Sample, vote_sample, write_whole

Output = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def sample() -> Sample:
    return vote_sample(3)


@pytest.fixture(scope="module")
def whole(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_whole(sample, tmp_path_factory.mktemp("compare"))


@pytest.fixture(scope="module")
def events(whole: Path) -> Events:
    return unpack(whole)


def packed(events: Events, path: Path) -> Path:
    pack(events, path)
    return path


@pytest.mark.parametrize("kept", range(9))
def test_every_earlier_state_is_extended_by_the_whole(kept: int, whole: Path, events: Events, tmp_path: Path) -> None:
    old = packed(events[:kept], tmp_path / "old.bel")
    assert whole.read_bytes().startswith(old.read_bytes())
    found = compare(old, whole)
    assert (found.words, found.common, sum(found.added.values())) == ("", kept, len(events) - kept)


def test_a_copy_extends_itself(whole: Path) -> None:
    assert compare(whole, whole).extends
    assert compare(whole, whole).added == {}


def test_the_older_one_does_not_extend_the_newer(whole: Path, events: Events, tmp_path: Path, sample: Sample) -> None:
    old = packed(events[:2], tmp_path / "old.bel")
    words = f"the newer one ends before event 2, where the older has ballot {b64_hash(sample.ballots[1])}"
    assert compare(whole, old).words == words


def test_a_ballot_in_another_place_is_named_with_its_event(
    whole: Path, events: Events, tmp_path: Path, sample: Sample
) -> None:
    new = packed([events[0], events[1], events[3], events[2], *events[4:]], tmp_path / "new.bel")
    found = compare(whole, new)
    first, second = b64_hash(sample.ballots[1]), b64_hash(sample.ballots[2])
    assert found.words == f"they part at event 2: older ballot {first}, newer ballot {second}"
    assert found.common == 2


def test_a_ballot_that_is_gone_is_named(whole: Path, events: Events, tmp_path: Path) -> None:
    new = packed([*events[:3], *events[4:]], tmp_path / "new.bel")
    assert "part at event 3: older ballot" in compare(whole, new).words
    assert "newer EndBallots" in compare(whole, new).words


def test_a_record_that_the_chain_does_not_name_counts_too(whole: Path, events: Events, tmp_path: Path) -> None:
    election, *rest = with_setup(events, 0, events[0][1][0])[0][1]
    new = packed([(EventType.SETUP, [election.replace(b"Ratify", b"Reject"), *rest]), *events[1:]], tmp_path / "n.bel")
    assert "part at event 0" in compare(whole, new).words


def test_a_copy_with_another_time_is_not_the_same_file(whole: Path, events: Events, tmp_path: Path) -> None:
    later = b"%011o\0" % (TIMESTAMP + 1)
    raw = whole.read_bytes()
    assert raw.count(b"%011o\0" % TIMESTAMP) > 1
    new = packed(events, tmp_path / "new.bel")
    new.write_bytes(rewritten(raw, later))
    assert "the time in their headers differs" in compare(whole, new).words


def rewritten(raw: bytes, time: bytes) -> bytes:
    """The archive with another time in its first record and in every header, checksums made anew."""
    out, place = bytearray(raw), 0
    while place < len(raw):
        size = int(raw[place + 124 : place + 135], 8)
        out[place + 136 : place + 148] = time
        if place == 0:
            end = 512 + size
            out[512:end] = raw[512:end].replace(b"%d" % TIMESTAMP, b"%d" % (TIMESTAMP + 1))
        out[place + 148 : place + 156] = b" " * 8
        out[place + 148 : place + 156] = b"%06o\0 " % sum(out[place : place + 512])
        place += 512 + size + -size % 512
    return bytes(out)


def test_a_damaged_file_is_named(whole: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.bel"
    cut.write_bytes(whole.read_bytes()[:-1])
    with pytest.raises(Unreadable, match=r"cut\.bel"):
        compare(whole, cut)
    cut.write_bytes(b"junk")
    with pytest.raises(Unreadable, match=r"cut\.bel"):
        compare(cut, whole)


def test_the_command_tells_what_came_after_and_its_exit_codes(
    whole: Path, events: Events, tmp_path: Path, capsys: Output
) -> None:
    old = packed(events[:2], tmp_path / "old.bel")
    assert main(["verify-diff", str(old), str(whole)]) == 0
    said = capsys.readouterr().out
    assert "its 2 events are all there; added: 2 Ballot, 1 EndBallots, 1 EncryptedTally" in said
    assert main(["verify-diff", str(whole), str(old)]) == 1
    assert "NO:" in capsys.readouterr().out
    assert main(["verify-diff", str(old), str(tmp_path / "none.bel")]) == 3
    assert "none.bel: cannot be read" in capsys.readouterr().err
    (tmp_path / "cut.bel").write_bytes(whole.read_bytes()[:-1])
    assert main(["verify-diff", str(old), str(tmp_path / "cut.bel")]) == 3
    with pytest.raises(SystemExit) as left:
        main(["verify-diff", str(old)])
    assert left.value.code == 2
