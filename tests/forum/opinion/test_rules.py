import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.arguments.next_rules import draw_next, priority
from forum.opinion.rules import (
    Counts,
    Side,
    consensus,
    group_aware_consensus,
    inside_outside,
    probability,
    probability_test,
    repness,
    representative,
    total,
)

counts = st.builds(Counts, st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
groups_of_two = st.fixed_dictionaries(
    {0: st.dictionaries(st.integers(1, 6), counts), 1: st.dictionaries(st.integers(1, 6), counts)}
)


def test_six_of_six_are_far_from_one_half() -> None:
    assert probability(Counts(agree=6), Side.AGREE) == 7 / 8
    assert probability_test(Counts(agree=6), Side.AGREE) == pytest.approx(7**0.5)


def test_a_group_that_alone_agrees_is_represented_by_it() -> None:
    groups = {0: {1: Counts(20, 0, 0), 2: Counts(10, 10, 0)}, 1: {1: Counts(0, 20, 0), 2: Counts(10, 10, 0)}}
    assert [(row.argument, row.side) for row in representative(groups, 0)] == [(1, Side.AGREE)]
    assert [(row.argument, row.side) for row in representative(groups, 1)] == [(1, Side.DISAGREE)]


def test_asked_for_the_agree_side_only_that_side_is_looked_at() -> None:
    groups = {0: {1: Counts(0, 20, 0), 2: Counts(12, 3, 0)}, 1: {1: Counts(20, 0, 0), 2: Counts(3, 12, 0)}}
    assert [row.argument for row in representative(groups, 0, side=Side.AGREE)] == [2]


@given(groups_of_two)
def test_a_group_has_at_most_five_and_at_least_one_if_it_read_anything(
    groups: dict[int, dict[int, Counts]],
) -> None:
    found = representative(groups, 0)
    assert len(found) <= 5
    assert bool(found) == any(each.agree or each.disagree for each in groups[0].values())


@given(st.dictionaries(st.integers(1, 9), counts))
def test_no_argument_is_both_agreed_and_disagreed_by_all(totals: dict[int, Counts]) -> None:
    agreed, disagreed = consensus(totals)
    assert not {row.argument for row in agreed} & {row.argument for row in disagreed}


@given(counts, st.floats(0, 10))
def test_an_argument_that_nobody_knows_yet_is_drawn_more_often(of: Counts, extremity: float) -> None:
    more = Counts(of.agree * 3, of.disagree * 3, of.passed * 3)
    if of.seen >= 5:
        new = priority(Counts(), extremity)
        assert new > 0
        assert priority(more, extremity) <= 81 * new


def test_the_draw_follows_the_weights() -> None:
    steps = [step / 1000 for step in range(1000)]
    drawn = Counter(draw_next({7: 3.0, 9: 1.0}, lambda at=at: at) for at in steps)  # type: ignore[misc]
    assert drawn == {7: 750, 9: 250}
    assert draw_next({}, lambda: 0.5) is None


@pytest.fixture
def polis() -> dict:  # type: ignore[type-arg]
    folder = Path(os.environ["HUSTINGS_DATA"]) / "polis" / "below-100-ptpts"
    return json.loads((folder / "math-pca2.json").read_text())  # type: ignore[no-any-return]


def _groups(polis: dict) -> dict[int, dict[int, Counts]]:  # type: ignore[type-arg]
    return {
        int(group): {int(tid): Counts(v["A"], v["D"], v["S"] - v["A"] - v["D"]) for tid, v in row["votes"].items()}
        for group, row in polis["group-votes"].items()
    }


def _everyone() -> dict[int, Counts]:
    """Each statement's latest votes by all participants, clustered or not; 1 is agree in this file."""
    folder = Path(os.environ["HUSTINGS_DATA"]) / "polis" / "below-100-ptpts"
    votes = sorted(json.loads((folder / "votes.json").read_text()), key=lambda vote: int(vote["modified"]))
    last = {(vote["pid"], vote["tid"]): vote["vote"] for vote in votes}
    tally = Counter((tid, vote) for (_, tid), vote in last.items())
    return {tid: Counts(tally[tid, 1], tally[tid, -1], tally[tid, 0]) for tid in {tid for _, tid in last}}


@pytest.mark.needs("data")
def test_representativeness_is_what_polis_published(polis: dict) -> None:  # type: ignore[type-arg]
    groups = _groups(polis)
    for group, rows in polis["repness"].items():
        assert {row["tid"] for row in rows} >= {row.argument for row in representative(groups, int(group))[:1]}
        for row in rows:
            side = Side(row["repful-for"])
            found = repness(row["tid"], *inside_outside(groups, int(group), row["tid"]), side)
            assert found.p == pytest.approx(row["p-success"], abs=1e-9)
            assert found.z_p == pytest.approx(row["p-test"], abs=1e-9)
            assert found.r == pytest.approx(row["repness"], abs=1e-9)
            assert found.z_r == pytest.approx(row["repness-test"], abs=1e-6)


@pytest.mark.needs("data")
def test_consensus_is_what_polis_published(polis: dict) -> None:  # type: ignore[type-arg]
    everyone = _everyone()
    shown = [tid for tid in polis["tids"] if tid not in polis["mod-out"]]
    agreed, disagreed = consensus({tid: everyone.get(tid, Counts()) for tid in shown})
    for found, published in (
        (agreed, polis["consensus"]["agree"]),
        (disagreed, polis["consensus"]["disagree"]),
    ):
        assert [row.argument for row in found] == [row["tid"] for row in published]
        for row, expected in zip(found, published, strict=True):
            assert row.p == pytest.approx(expected["p-success"], abs=1e-9)
            assert row.z_p == pytest.approx(expected["p-test"], abs=1e-9)


@pytest.mark.needs("data")
def test_group_aware_consensus_is_what_polis_published(polis: dict) -> None:  # type: ignore[type-arg]
    groups = _groups(polis)
    for tid, published in polis["group-aware-consensus"].items():
        assert group_aware_consensus(groups, int(tid)) == pytest.approx(published, abs=1e-9)


@pytest.mark.needs("data")
def test_priorities_are_what_polis_published(polis: dict) -> None:  # type: ignore[type-arg]
    groups = _groups(polis)
    extremity = dict(zip(polis["tids"], polis["pca"]["comment-extremity"], strict=True))
    for tid, published in polis["comment-priorities"].items():
        of = total([group[int(tid)] for group in groups.values()])
        assert priority(of, extremity[int(tid)]) == pytest.approx(published, abs=1e-9)
