from hypothesis import given
from hypothesis import strategies as st

from forum.questions.spokespersons import choose_spokespersons, may_name, ranked_names

SEED = b"head of the audit log"
members = st.integers(1, 12)
namings = st.dictionaries(members, members, max_size=12)


def test_only_the_first_ten_seconders_name_someone() -> None:
    seconders = list(range(1, 12))
    assert may_name(10, seconders)
    assert not may_name(11, seconders)
    assert ranked_names(seconders, {11: 99}, SEED, 1) == []


def test_the_two_named_most_are_chosen() -> None:
    named = {1: 50, 2: 50, 3: 60, 4: 60, 5: 60, 6: 70}
    assert choose_spokespersons({1: list(named)}, {1: named}, set(), SEED) == {1: (60, 50)}


def test_an_option_on_which_all_name_one_member_has_one() -> None:
    assert choose_spokespersons({1: [1, 2]}, {1: {1: 9, 2: 9}}, set(), SEED) == {1: (9,)}


def test_equal_namings_are_drawn_by_a_lot_that_the_seed_decides() -> None:
    named = {n: 100 + n for n in range(1, 9)}
    draws = {ranked_names(list(named), named, bytes([seed]), 1)[0] for seed in range(40)}
    assert len(draws) > 3
    assert ranked_names(list(named), named, SEED, 1) == ranked_names(
        list(named), dict(reversed(named.items())), SEED, 1
    )


def test_an_officer_speaks_for_the_one_option_that_named_them_most() -> None:
    seconders = {1: [1, 2, 3], 2: [4, 5, 6]}
    named = {1: {1: 7, 2: 7, 3: 8}, 2: {4: 7, 5: 9, 6: 10}}
    chosen = choose_spokespersons(seconders, named, {7}, SEED)
    assert chosen == {1: (7, 8), 2: chosen[2]}
    assert set(chosen[2]) == {9, 10}


@given(st.dictionaries(st.integers(1, 4), namings, max_size=4), st.frozensets(members), st.binary(max_size=8))
def test_no_officer_ever_speaks_for_two_options(
    named: dict[int, dict[int, int]], officers: frozenset[int], seed: bytes
) -> None:
    chosen = choose_spokespersons({option: list(by) for option, by in named.items()}, named, officers, seed)
    for officer in officers:
        assert sum(officer in names for names in chosen.values()) <= 1
    for option, names in chosen.items():
        assert len(names) <= 2
        assert set(names) <= set(named[option].values())
