"""Many numbers asked at once: the same answer as asking each."""

import pytest

from referendum.crypto import membership
from referendum.crypto.group import P, is_member, power, power_of_g
from referendum.crypto.membership import are_members

MEMBERS = [power_of_g(7**exponent) for exponent in range(300)]
OF_ORDER_TWO = P - 1
OF_ORDER_THREE = power(5, (P - 1) // 3)


def test_elements_are_accepted_few_or_many() -> None:
    assert are_members([])
    assert are_members(MEMBERS[:3])
    assert are_members([*MEMBERS, 1])


@pytest.mark.parametrize("place", [0, 150, 299])
@pytest.mark.parametrize("stranger", [OF_ORDER_TWO, OF_ORDER_THREE, 2], ids=["order 2", "order 3", "2"])
def test_one_stranger_among_many_is_noticed_wherever_it_stands(stranger: int, place: int) -> None:
    assert power(OF_ORDER_THREE, 3) == 1 != OF_ORDER_THREE
    assert not is_member(stranger)
    others = MEMBERS[:place] + MEMBERS[place + 1 :]
    assert not are_members([*others[:place], stranger * MEMBERS[place] % P, *others[place:]])


def test_strangers_that_cancel_out_are_noticed() -> None:
    assert is_member(OF_ORDER_TWO * OF_ORDER_TWO % P)
    assert not are_members([*MEMBERS, OF_ORDER_TWO, OF_ORDER_TWO])


@pytest.mark.parametrize("number", [0, P + 1, P])
def test_a_number_outside_the_range_is_no_element(number: int) -> None:
    assert not are_members([*MEMBERS, number])


def test_each_round_alone_misses_a_stranger_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """One round of eight tests passes with probability 1/256: sixteen of thirty-two would be a miracle."""
    monkeypatch.setattr(membership, "ROUNDS", 1)
    assert sum(are_members([*MEMBERS, OF_ORDER_TWO]) for _ in range(32)) < 16


def test_the_tests_of_all_rounds_are_a_hundred_and_twenty_eight(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(membership, "is_member", lambda number: not asked.append(number))
    assert are_members(MEMBERS)
    assert len(asked) == 128
