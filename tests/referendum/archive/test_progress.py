"""How far a check is: a bar of all ballots of all files, with the time that is left."""

import io
from pathlib import Path

import pytest

from referendum.archive.glance import Glance, glance
from referendum.archive.progress import Bar
from tests.referendum.archive.samples import vote_sample, write_whole


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_sees_one_line_that_grows_over_all_files() -> None:
    stream, watch = Terminal(), Watch()
    bar = Bar(400, stream, watch)
    for at, done in ((10, 50), (20, 100)):
        watch.now = at
        bar.tell(done, 100)
    bar.begin_file()
    watch.now = 600
    bar.tell(100, 300)
    bar.tell(300, 300)
    bar.end()
    lines = stream.getvalue().split("\r")
    assert lines[1:] == [
        "[###.....................] 50 of 400 ballots, 12 %, about 70 s left",
        "[######..................] 100 of 400 ballots, 25 %, about 60 s left",
        "[############............] 200 of 400 ballots, 50 %, about 10 min left",
        "[########################] 400 of 400 ballots, 100 %\n",
    ]


def test_hours_are_told_as_hours() -> None:
    stream, watch = Terminal(), Watch()
    bar = Bar(600_000, stream, watch)
    watch.now = 60
    bar.tell(5_000, 20_000)
    assert "about 1 h 59 min left" in stream.getvalue()


@pytest.mark.parametrize(("total", "lines"), [(5, 1), (5000, 10)])
def test_a_file_gets_a_line_for_every_tenth_or_one_at_the_end(total: int, lines: int) -> None:
    stream = io.StringIO()
    bar = Bar(total, stream)
    for done in range(1, total + 1):
        bar.tell(done, total)
    assert len(stream.getvalue().splitlines()) == lines
    assert f"{total} of {total} ballots, 100 %" in stream.getvalue()


def test_a_glance_finds_whose_archive_it_is_and_how_many_ballots_it_has(tmp_path: Path) -> None:
    sample = vote_sample(5)
    path = write_whole(sample, tmp_path)
    assert glance(path) == Glance(sample.election.uuid, 5)
    path.write_bytes(path.read_bytes()[:-3000])
    assert glance(path) == Glance(sample.election.uuid, 5)


@pytest.mark.parametrize("raw", [b"", b"junk", b"\0" * 2000, b"7" * 4000])
def test_a_glance_at_anything_else_finds_nothing(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(raw)
    assert glance(tmp_path / "junk").ballots == 0
