"""Every archive with one thing wrong is refused in words that name it; the outside tool agrees mostly."""

import re
from pathlib import Path

import pytest

from referendum.archive.verify import verify
from tests.referendum.archive.cheats import CHEATS, Cheat
from tests.referendum.archive.forging import Events, pack, unpack
from tests.referendum.archive.outside import tool_accepts
from tests.referendum.archive.samples import Sample, vote_sample, write_whole


@pytest.fixture(scope="module")
def sample() -> Sample:
    return vote_sample(5)


@pytest.fixture(scope="module")
def events(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Events:
    return unpack(write_whole(sample, tmp_path_factory.mktemp("whole")))


def forged(cheat: Cheat, sample: Sample, events: Events, folder: Path) -> Path:
    path = folder / "vote.bel"
    pack(cheat.forge(sample, list(events)), path)
    return path


def test_packing_without_a_cheat_gives_an_accepted_archive(
    sample: Sample, events: Events, tmp_path: Path
) -> None:
    pack(events, tmp_path / "vote.bel")
    assert verify(tmp_path / "vote.bel").ok


@pytest.mark.parametrize("cheat", CHEATS, ids=lambda cheat: cheat.name)
def test_the_verifier_names_the_cheat(cheat: Cheat, sample: Sample, events: Events, tmp_path: Path) -> None:
    report = verify(forged(cheat, sample, events, tmp_path))
    assert any(re.search(cheat.words, str(problem)) for problem in report.problems), report.problems


@pytest.mark.needs("belenios-tool")
@pytest.mark.parametrize("cheat", CHEATS, ids=lambda cheat: cheat.name)
def test_the_outside_tool_says_what_we_expect(
    cheat: Cheat, sample: Sample, events: Events, tmp_path: Path
) -> None:
    assert tool_accepts(forged(cheat, sample, events, tmp_path)) is not cheat.tool_refuses
