from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.questions.floor import LocalFacts, Opener, floor_proof
from forum.questions.process import DebateStage
from tests.forum.questions.facts import HONOURED, START

STAGE = DebateStage(min_days=14, min_sessions=2, share_of_locals=Fraction(2, 3))
END = START + timedelta(days=14)

locals_ = st.lists(
    st.builds(
        LocalFacts,
        st.integers(1, 9),
        st.just("Local"),
        st.sampled_from([None, Opener.HOST, Opener.TELLERS]),
        st.integers(0, 3),
        st.sampled_from([None, None, "too few members"]),
    ),
    max_size=9,
).map(tuple)


def local(opened_by: Opener | None, sessions: int, exemption: str | None = None) -> LocalFacts:
    return LocalFacts(1, "Local 1", opened_by, sessions, exemption)


@pytest.mark.parametrize(
    ("facts", "honoured"),
    [
        (local(Opener.HOST, 2), True),
        (local(Opener.HOST, 1), False),
        (local(Opener.TELLERS, 5), False),
        (local(None, 0), False),
    ],
)
def test_the_charge_is_honoured_by_the_locals_own_host_with_all_sessions(facts: LocalFacts, honoured: bool) -> None:
    (row,) = floor_proof(STAGE, (facts,), START, END).locals
    assert row.honoured is honoured
    assert bool(row.reason) is not honoured


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (LocalFacts(1, "Local 1", empty=True, too_late=True), "no member"),
        (LocalFacts(1, "Local 1", too_late=True), "less than seven days"),
        (LocalFacts(1, "Local 1", Opener.TELLERS, 5, too_late=True), "less than seven days"),
        (LocalFacts(1, "Local 1", Opener.HOST, 1, too_late=True), "Too few live sessions"),
        (LocalFacts(1, "Local 1"), "was not opened"),
        (LocalFacts(1, "Local 1", Opener.TELLERS, 5), "in the host’s stead"),
    ],
)
def test_a_local_that_did_not_honour_it_is_told_the_first_reason(facts: LocalFacts, words: str) -> None:
    (row,) = floor_proof(STAGE, (facts,), START, END).locals
    assert words in row.reason
    assert not row.honoured


def test_whole_days_count_from_the_beginning_and_none_before_it() -> None:
    days = timedelta(days=1)
    for began, now, held in ((None, END, 0), (START, START - days, 0), (START, END - timedelta(seconds=1), 13)):
        assert floor_proof(STAGE, (), began, now).days_held == held


def test_the_share_is_exact_at_its_boundary() -> None:
    two, one = local(Opener.HOST, 2), local(None, 0)
    assert floor_proof(STAGE, (two, two, one), START, END).met
    assert not floor_proof(STAGE, (two, one, one), START, END).met
    assert not floor_proof(STAGE, (two,) * 665 + (one,) * 334, START, END).met
    assert floor_proof(STAGE, (two,) * 666 + (one,) * 333, START, END).met


def test_an_exempt_local_is_left_out_of_the_share() -> None:
    proof = floor_proof(STAGE, (local(Opener.HOST, 2), local(None, 0, "Nobody is left.")), START, END)
    assert proof.share == 1
    assert [row.local.exemption for row in proof.exempt] == ["Nobody is left."]
    assert proof.wanting == ()


def test_a_floor_without_a_single_local_is_never_met() -> None:
    assert not floor_proof(STAGE, (), START, END).met
    assert not floor_proof(STAGE, (local(None, 0, "all exempt"),), START, END).met


def test_town_halls_that_were_not_held_leave_the_floor_unmet() -> None:
    asking = replace(STAGE, town_halls=2)
    honoured = (local(Opener.HOST, 2),)
    assert not floor_proof(asking, honoured, START, END, 1).met
    assert floor_proof(asking, honoured, START, END, 2).met


def test_days_are_whole_days() -> None:
    assert floor_proof(STAGE, HONOURED, START, END - timedelta(seconds=1)).days_held == 13
    assert floor_proof(STAGE, HONOURED, None, END).days_held == 0


@given(locals_)
def test_every_local_is_in_exactly_one_of_three_lists(rows: tuple[LocalFacts, ...]) -> None:
    proof = floor_proof(STAGE, rows, START, END)
    assert len(proof.honoured) + len(proof.wanting) + len(proof.exempt) == len(rows)
