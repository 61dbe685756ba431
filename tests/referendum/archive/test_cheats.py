"""Every archive with one thing wrong is refused in words that name it; the outside tool agrees mostly."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referendum.archive.verify import verify
from tests.referendum.archive.cheats import CHEATS, Cheat
from tests.referendum.archive.forging import Events, altered, pack, unpack
from tests.referendum.archive.number_cheats import NUMBER_CHEATS
from tests.referendum.archive.outside import tool_accepts
from tests.referendum.archive.samples import OPTIONS, Sample, make_sample, vote_sample, write_whole

EVERY = [*CHEATS, *NUMBER_CHEATS]


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


@pytest.mark.parametrize("cheat", EVERY, ids=lambda cheat: cheat.name)
def test_the_verifier_names_the_cheat(cheat: Cheat, sample: Sample, events: Events, tmp_path: Path) -> None:
    report = verify(forged(cheat, sample, events, tmp_path))
    assert any(re.search(cheat.words, str(problem)) for problem in report.problems), report.problems


def test_a_trustee_at_fault_is_named(sample: Sample, events: Events, tmp_path: Path) -> None:
    cheat = next(each for each in CHEATS if each.name == "a wrong factor")
    report = verify(forged(cheat, sample, events, tmp_path))
    assert str(report.problems[0]).startswith("event 9, trustee 2 (Trustee 1 ñ): ")


@pytest.mark.needs("belenios-tool")
@pytest.mark.parametrize("cheat", EVERY, ids=lambda cheat: cheat.name)
def test_the_outside_tool_says_what_we_expect(
    cheat: Cheat, sample: Sample, events: Events, tmp_path: Path
) -> None:
    assert tool_accepts(forged(cheat, sample, events, tmp_path)) is not cheat.tool_refuses


@pytest.mark.parametrize(("least", "accepted"), [(2, True), (3, False)])
def test_an_archive_opened_with_too_few_ballots_by_its_own_rule_is_refused(
    least: int, accepted: bool, tmp_path: Path
) -> None:
    sample = make_sample([OPTIONS], 2, description=f'{{"digest":"5f","minimum_ballots":{least}}}')
    sample.vote(0, [None])
    sample.vote(1, [[0, 1, 0]])
    path = write_whole(sample, tmp_path)
    report = verify(path)
    assert report.ok is accepted
    assert accepted or "at least 3" in str(report.problems)
    pack(unpack(path)[:-3], path)
    closed = verify(path, unfinished=True)
    assert closed.ok, "not opened, it may stay closed for good"
    assert ("it stays closed with fewer than 3 ballots" in "\n".join(closed.lines())) is not accepted
    (refusal,) = verify(path).problems
    assert "--open" in refusal.words
    assert ("is opened from 3 on, so it stays closed" in refusal.words) is not accepted


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


def put(value: Any, steps: list[int], junk: Any) -> None:
    """Walks down a JSON value by the steps, modulo what is there, and puts junk in the last place."""
    for number, step in enumerate(steps, start=1):
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = keys[step % len(keys)]
        if number == len(steps) or not isinstance(value[key], dict | list) or not value[key]:
            value[key] = junk
            return
        value = value[key]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    event=st.integers(0, 9),
    record=st.integers(0, 3),
    steps=st.lists(st.integers(0, 50), min_size=1, max_size=6),
    junk=JUNK,
)
def test_junk_in_any_place_of_any_record_is_reported_without_a_crash(
    events: Events, tmp_path: Path, event: int, record: int, steps: list[int], junk: Any
) -> None:
    kind, data = events[event % len(events)]
    if not data:
        return
    place = record % len(data)
    body = altered(data[place], lambda value: put(value, steps, junk))
    changed = [*data[:place], body, *data[place + 1 :]]
    pack(
        [*events[: event % len(events)], (kind, changed), *events[event % len(events) + 1 :]],
        tmp_path / "junk.bel",
    )
    report = verify(tmp_path / "junk.bel")
    assert report.ok is (body == data[place])
    assert report.as_json()["ok"] is report.ok
    assert report.lines()
