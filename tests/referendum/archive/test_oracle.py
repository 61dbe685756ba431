"""The outside tool accepts what we write, and we accept what it writes."""

import json
from pathlib import Path

import pytest

from referendum.archive.events import EventType
from referendum.archive.verify import verify
from referendum.archive.writer import ArchiveWriter
from referendum.crypto.hashing import b64_hash
from tests.referendum.archive.forging import pack, places, unpack, without
from tests.referendum.archive.outside import run_tool, tool_accepts
from tests.referendum.archive.samples import citation_sample, vote_sample, write_whole

pytestmark = pytest.mark.needs("belenios-tool")

TEMPLATE = {
    "description": "made outside",
    "name": "Outside",
    "questions": [
        {"answers": ["A", "B", "C"], "blank": True, "min": 1, "max": 2, "question": "Endorse?"},
        {"answers": ["x", "y"], "min": 0, "max": 1, "question": "Why?"},
    ],
}
CAST = [
    (0, [[0, 1, 0, 1], [0, 1]]),
    (1, [[1, 0, 0, 0], [0, 0]]),
    (2, [[0, 0, 1, 0], [1, 0]]),
    (0, [[0, 1, 0, 0], [0, 0]]),
]
"""Voter and choices, blank first; voter 0 votes twice. Weights: 1, 2, 5."""
OUTSIDE_RESULT = [[2, 1, 5, 0], [5, 0]]


@pytest.mark.parametrize("ballots", [0, 1, 5, 10])
def test_the_outside_tool_accepts_our_votes(ballots: int, tmp_path: Path) -> None:
    path = write_whole(vote_sample(ballots), tmp_path)
    assert tool_accepts(path)
    assert verify(path).ok


@pytest.mark.parametrize("ballots", [1, 5, 10])
def test_the_outside_tool_accepts_our_citations(ballots: int, tmp_path: Path) -> None:
    assert tool_accepts(write_whole(citation_sample(ballots), tmp_path))


@pytest.mark.parametrize("kept", range(1, 11))
def test_the_outside_tool_accepts_an_archive_at_every_stage(kept: int, tmp_path: Path) -> None:
    path = write_whole(vote_sample(5), tmp_path)
    pack(unpack(path)[:kept], path)
    assert tool_accepts(path)
    assert verify(path, unfinished=True).ok


def test_the_outside_tool_reads_our_trackers(tmp_path: Path) -> None:
    sample = vote_sample(1)
    raw = sample.ballots[0]
    assert run_tool("sha256-b64", folder=tmp_path, given=raw.decode()).strip() == b64_hash(raw)


def make_election_outside(folder: Path) -> Path:
    """An election set up with the tool alone, in its folder, with three weighted voters and two trustees."""
    group = ("--group", "BELENIOS-2048")
    uuid = run_tool("setup", "generate-token", folder=folder).strip()
    (folder / "voters.txt").write_text("a@x.example,a,1\nb@x.example,b,2\nc@x.example,c,5\n")
    run_tool("setup", "generate-credentials", "--uuid", uuid, *group, "--file", "voters.txt", folder=folder)
    next(folder.glob("*.pubcreds")).rename(folder / "public_creds.json")
    for _ in range(2):
        run_tool("setup", "generate-trustee-key", *group, folder=folder)
    keys = sorted(folder.glob("*.pubkey"))
    (folder / "public_keys.jsons").write_text("".join(key.read_text() for key in keys))
    run_tool("setup", "make-trustees", folder=folder)
    (folder / "template.json").write_text(json.dumps(TEMPLATE))
    run_tool("setup", "make-election", "--uuid", uuid, *group, "--template", "template.json", folder=folder)
    run_tool("archive", "init", folder=folder)
    return folder / f"{uuid}.bel"


def voting_codes(folder: Path) -> list[str]:
    """The tool's private credentials by weight."""
    lines = next(folder.glob("*.privcreds")).read_text().split("\n")
    return [line.split()[1] for line in sorted(line for line in lines if line)]


def add_event(folder: Path, kind: EventType, given: str = "") -> None:
    run_tool("archive", "add-event", f"--type={kind}", folder=folder, given=given)


def cast_outside(folder: Path, code: str, choices: list[list[int]]) -> None:
    (folder / "code").write_text(f"{code}\n")
    (folder / "choices").write_text(json.dumps(choices) + "\n")
    made = run_tool("election", "generate-ballot", "--privcred", "code", "--ballot", "choices", folder=folder)
    add_event(folder, EventType.BALLOT, made)


def count_outside(folder: Path) -> None:
    add_event(folder, EventType.END_BALLOTS)
    add_event(
        folder, EventType.ENCRYPTED_TALLY, run_tool("election", "compute-encrypted-tally", folder=folder)
    )
    for number, key in enumerate(sorted(folder.glob("*.privkey")), start=1):
        arguments = ("--privkey", key.name, "--trustee-id", str(number))
        add_event(
            folder, EventType.PARTIAL_DECRYPTION, run_tool("election", "decrypt", *arguments, folder=folder)
        )
    add_event(folder, EventType.RESULT, run_tool("election", "compute-result", folder=folder))


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside")
    path = make_election_outside(folder)
    codes = voting_codes(folder)
    for voter, choices in CAST:
        cast_outside(folder, codes[voter], choices)
    count_outside(folder)
    return path


def test_we_accept_an_election_held_with_the_outside_tool(outside: Path) -> None:
    report = verify(outside)
    assert report.problems == []
    assert (report.credentials, report.ballots, report.counted, report.trustees) == (3, 4, 3, 2)
    assert report.result == OUTSIDE_RESULT


def test_we_refuse_it_with_a_ballot_taken_away(outside: Path, tmp_path: Path) -> None:
    events = unpack(outside)
    pack(without(events, places(events, EventType.BALLOT)[0]), tmp_path / "less.bel")
    assert verify(tmp_path / "less.bel").ok, "the first ballot was replaced: without it the count is the same"
    pack(without(events, places(events, EventType.BALLOT)[1]), tmp_path / "less.bel")
    assert not verify(tmp_path / "less.bel").ok


def test_we_write_the_same_bytes_as_the_outside_tool(outside: Path, tmp_path: Path) -> None:
    events = unpack(outside)
    with (tmp_path / "again.bel").open("wb") as stream:
        writer = ArchiveWriter(stream, timestamp=timestamp_of(outside))
        writer.setup(*events[0][1][:3])
        writer.ballots(data[0] for kind, data in events if kind is EventType.BALLOT)
        writer.end_ballots()
    again = (tmp_path / "again.bel").read_bytes()
    assert outside.read_bytes().startswith(again)


def timestamp_of(path: Path) -> int:
    return int(path.read_bytes()[136:147], 8)
