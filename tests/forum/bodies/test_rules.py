from hypothesis import given
from hypothesis import strategies as st

from forum.bodies.rules import Signing, is_more_than_half, may_sign, signatures_needed, takes_effect

people = st.frozensets(st.integers(1, 40), max_size=20)


@given(st.integers(1, 1000))
def test_the_signatures_needed_are_the_smallest_number_above_one_half(size: int) -> None:
    needed = signatures_needed(size)
    assert 2 * needed > size
    assert 2 * (needed - 1) <= size


def test_half_is_not_enough() -> None:
    assert not is_more_than_half(3, 6)
    assert is_more_than_half(4, 6)
    assert not is_more_than_half(1, 2)


def test_an_empty_body_never_acts() -> None:
    assert not takes_effect({1, 2}, frozenset())
    assert not is_more_than_half(1, 0)


@given(people, people)
def test_signatures_from_outside_the_body_change_nothing(body: frozenset[int], signed: frozenset[int]) -> None:
    assert takes_effect(signed, body) == takes_effect(signed & body, body)


@given(people, people)
def test_an_act_takes_effect_exactly_when_no_signature_is_missing(body: frozenset[int], signed: frozenset[int]) -> None:
    signing = Signing(body=body, signed=signed)
    assert signing.takes_effect == (signing.missing_count == 0)


def test_only_a_member_of_the_body_signs_and_only_once() -> None:
    assert may_sign(1, {1, 2, 3}, set())
    assert not may_sign(4, {1, 2, 3}, set())
    assert not may_sign(1, {1, 2, 3}, {1})


def test_nobody_rules_on_their_own_act() -> None:
    assert not may_sign(1, {1, 2, 3}, set(), own_act=True)
