"""Shares and answers wait in files for an hour, each for its own, and are taken away then."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from referendum.crypto.group import power_of_g
from referendum.electorate import answer_file, share_file
from referendum.electorate.sealing import unseal

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
PRIVATE = 1234567


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sealed").mkdir()
    return tmp_path


def test_a_share_waits_beside_the_others_for_an_hour_of_its_own(folder: Path, now: datetime) -> None:
    path, later = share_file.path_of(folder, 7), now + timedelta(minutes=20)
    share_file.keep(path, "1", "11", now)
    share_file.keep(path, "3", "33", later)
    assert share_file.waiting(path, now + HOUR - SECOND) == {"1": "11", "3": "33"}
    assert share_file.waiting(path, now + HOUR) == {"3": "33"}
    assert share_file.waiting(share_file.path_of(folder, 8), now) == {}


def test_a_file_is_taken_away_once_every_share_in_it_is_too_old_and_no_other_file(folder: Path, now: datetime) -> None:
    young, old = (share_file.path_of(folder, number) for number in (1, 2))
    share_file.keep(old, "1", "11", now)
    share_file.keep(young, "1", "11", now)
    share_file.keep(young, "2", "22", now + SECOND)
    answer = answer_file.path_of(folder, 2)
    answer_file.keep(answer, 5, power_of_g(PRIVATE), {"used": []}, now)
    assert share_file.forget_old(folder, now + HOUR) == 1
    assert (young.exists(), old.exists(), answer.exists()) == (True, False, True)
    share_file.forget(old)


def test_an_answer_is_for_one_teller_and_one_hour(folder: Path, now: datetime) -> None:
    path = answer_file.path_of(folder, 7)
    assert answer_file.sealed_for(path, 5, now) is None
    answer_file.keep(path, 5, power_of_g(PRIVATE), {"used": ["1001"]}, now)
    sealed = answer_file.sealed_for(path, 5, now + HOUR - SECOND)
    assert unseal(PRIVATE, sealed) == b'{"used":["1001"]}'
    assert answer_file.sealed_for(path, 6, now) is None
    assert answer_file.sealed_for(path, 5, now + HOUR) is None


def test_answers_are_taken_away_after_their_hour_and_what_a_crash_left_empty_at_once(
    folder: Path, now: datetime
) -> None:
    path, empty = answer_file.path_of(folder, 7), answer_file.path_of(folder, 8)
    answer_file.keep(path, 5, power_of_g(PRIVATE), {}, now)
    empty.touch()
    answer_file.forget_old(folder, now + HOUR - SECOND)
    assert (path.exists(), empty.exists()) == (True, False)
    answer_file.forget_old(folder, now + HOUR)
    assert not path.exists()
