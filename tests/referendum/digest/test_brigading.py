"""Fifty members of one local against one argument of a real debate; the whole bench is tests/bench/brigading.py."""

import os
from pathlib import Path

import pytest

from referendum.rehearsal.polis_export import read_export
from tests.bench.brigading import BRIGADE, deal, moved

pytestmark = pytest.mark.needs("data")


@pytest.mark.parametrize("number", [28, 32])
def test_bridging_and_the_digest_s_score_move_fewer_places_than_plain_agreement(number: int) -> None:
    folder = Path(os.environ["HUSTINGS_DATA"]) / "polis" / "15-per-hour-seattle"
    union = deal(read_export(folder), 1)
    brigaded = union.joined_by({number: 1})
    assert len(brigaded.readings) == len(union.readings) + BRIGADE
    by = moved(union.places(), brigaded.places())
    assert by["plain"] > 2 * max(by["bridging"], by["digest score"])
