"""The draw can be repeated from frame and seed, takes each stratum by its share, and leaves nobody without a chance."""

import hashlib
from collections import Counter
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.surveys import frames
from referendum.surveys.estimates import Stratum, estimate
from referendum.surveys.sampling import allocate, draw, last_place, make_strata, place_of

sizes = st.dictionaries(st.integers(1, 9), st.integers(1, 400), min_size=1)
entries = st.text("0123456789abcdef", min_size=32, max_size=32)
frame_of = st.dictionaries(entries, st.integers(1, 4), max_size=12)


@given(sizes, st.integers(0, 900))
def test_each_stratum_is_asked_by_its_share_and_nobody_twice(of: dict[int, int], sample: int) -> None:
    taken = allocate(of, sample)
    assert sum(taken.values()) == min(sample, sum(of.values()))
    assert all(0 <= taken[each] <= of[each] for each in of)
    exact = {each: of[each] * min(sample, sum(of.values())) / sum(of.values()) for each in of}
    assert all(abs(taken[each] - exact[each]) < 1 for each in of)


@given(sizes, st.integers(1, 900))
def test_small_councils_are_drawn_together_so_that_two_of_each_stratum_are_asked(
    councils: dict[int, int], sample: int
) -> None:
    strata = make_strata(councils, sample)
    together = Counter(dict.fromkeys(strata.values(), 0))
    for council, at in strata.items():
        together[at] += councils[council]
    assert strata.keys() == councils.keys()
    assert all(strata[at] == at for at in together)
    if len(together) > 1:
        assert min(together.values()) >= 30
        assert min(allocate(together, sample).values()) >= 2


@given(frame_of, st.integers(0, 14), st.text())
def test_the_draw_is_the_same_in_whatever_order_the_frame_is_read(
    frame: dict[str, int], sample: int, seed: str
) -> None:
    drawn = draw(frame, seed, sample)
    assert drawn == draw(dict(reversed(frame.items())), seed, sample)
    assert sum(map(len, drawn.values())) == min(sample, len(frame))
    for entry, stratum in frame.items():
        asked = bool(drawn[stratum]) and place_of(seed, entry) <= last_place(seed, drawn[stratum])
        assert asked == (entry in drawn[stratum])


def test_every_member_is_drawn_as_often_as_any_other_over_many_seeds() -> None:
    frame = {f"{each:032x}": 1 + each % 2 for each in range(12)}
    found = Counter(entry for seed in range(3000) for each in draw(frame, str(seed), 4).values() for entry in each)
    assert all(abs(found[entry] - 1000) < 4 * (3000 * 2 / 9) ** 0.5 for entry in frame)


def test_over_every_possible_sample_the_weighted_share_is_exactly_that_of_all() -> None:
    small, large = [1, 0, 0], [1, 1, 1, 0, 1]
    shares = [
        estimate([Stratum(3, 2, Counter("AB"[not each] for each in one)),
                  Stratum(5, 3, Counter("AB"[not each] for each in two))], "AB").shares[0].weighted
        for one in combinations(small, 2) for two in combinations(large, 3)
    ]  # fmt: skip
    assert sum(shares) / len(shares) == pytest.approx(Fraction(5, 8))


@given(frame_of)
def test_a_frame_is_published_as_it_is_kept_and_read_again(frame: dict[str, int]) -> None:
    parts = frames.packed(frame)
    text = "".join(frames.line_of(*each) for rows in parts.values() for each in frames.unpacked(rows))
    assert frames.read_frame(text.splitlines()) == frame
    assert list(parts) == sorted(parts)
    assert frames.frame_hash(parts.values()) == hashlib.sha256(text.encode()).hexdigest()
    assert all(frames.part_of(entry) == part for part, rows in parts.items() for entry, _ in frames.unpacked(rows))


@pytest.mark.parametrize("line", ["", "abc 1", f"{'a' * 32}", f"{'a' * 32} x", f"{'a' * 32}  1", f"{'a' * 32} 01"])
def test_what_is_no_frame_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"line 1|invalid literal"):
        frames.read_frame([line])
    with pytest.raises(ValueError, match="line 2"):
        frames.read_frame([f"{'a' * 32} 1", f"{'a' * 32} 2"])


def test_a_number_in_a_frame_is_its_members_alone_and_another_in_every_survey() -> None:
    slip = frames.slip_of("ab" * 32, "1001")
    assert frames.entry_of("1001", slip) != frames.entry_of("1002", slip)
    assert frames.slip_of("cd" * 32, "1001") != slip
    assert len(slip) == len(frames.entry_of("1001", slip)) == 32
