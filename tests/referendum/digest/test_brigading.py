"""Fifty members of one local who read alike, in a real debate; the whole bench is tests/bench/brigading.py."""

import os
from pathlib import Path

import pytest

from referendum.rehearsal.polis_export import read_export
from tests.bench.brigading import BRIGADE, Union, brigades, deal, moved

pytestmark = pytest.mark.needs("data")



@pytest.fixture(scope="module")
def union() -> Union:
    return deal(read_export(Path(os.environ["HUSTINGS_DATA"]) / "polis" / "15-per-hour-seattle"), 1)


@pytest.mark.parametrize("brigade", [("party line", "A"), ("party line", "B"), ("push", 28), ("push", 32)])
def test_bridging_moves_fewer_places_than_plain_agreement(
    union: Union, brigade: tuple[str, int | str]
) -> None:
    alike = next(each[2] for each in brigades(union) if each[:2] == brigade)
    brigaded = union.joined_by(alike)
    assert len(brigaded.readings) == len(union.readings) + BRIGADE
    by = moved(union.places(), brigaded.places())
    assert 0 < by["bridging"] < by["plain"]


def test_in_the_list_of_an_option_each_argument_has_a_place_among_its_own(union: Union) -> None:
    every, own = union.places()["plain"], union.places(by_option=True)["plain"]
    assert sorted(every.values()) == list(range(1, len(union.option_of) + 1))
    for option in ("A", "B"):
        numbers = [number for number, of in union.option_of.items() if of == option]
        assert [own[each] for each in sorted(numbers, key=every.__getitem__)] == list(range(1, len(numbers) + 1))
