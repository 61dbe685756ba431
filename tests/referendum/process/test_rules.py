from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referendum.process.facts import MOVES, ChallengeFacts, Ruling, VoteFacts, VoteMove, VoteState
from referendum.process.rules import (
    call_stands,
    is_voting_open,
    latest_closing,
    latest_opening,
    may_challenge,
    next_state,
    obstacles_to,
    obstacles_to_call,
)

OPENS = datetime(2026, 3, 1, 8, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=9)
BODY = frozenset({1, 2, 3})

READY = VoteFacts(
    state=VoteState.SET_UP,
    question_closed=True,
    digest_hash="d",
    roll_hash="r",
    eligible_count=400,
    ballot_hash="b",
    tie_break="The tellers draw a lot in public.",
    officers=frozenset({10, 11, 12}),
    tellers=BODY,
    trustees=frozenset({4, 5}),
    call_signers=frozenset({10, 11}),
    call_issued=True,
    sealed_list_stored=True,
    keys_ready=frozenset({4, 5}),
    keys_proved=frozenset({4, 5}),
    opens_at=OPENS,
    closes_at=CLOSES,
    opening_signers=frozenset({1, 2}),
)
COUNTED = replace(
    READY,
    state=VoteState.CHALLENGEABLE,
    counted_at=CLOSES,
    challenge_closes_at=CLOSES + timedelta(days=7),
    certificate_signers=frozenset({1, 2}),
)


def codes(move: VoteMove, facts: VoteFacts, now: datetime) -> set[str]:
    return {obstacle.code for obstacle in obstacles_to(move, facts, now)}


@given(st.sampled_from(VoteState), st.sampled_from(VoteMove))
def test_every_move_that_is_not_in_the_table_is_refused(state: VoteState, move: VoteMove) -> None:
    facts = replace(READY, state=state)
    found = codes(move, facts, OPENS)
    assert ("wrong_state" in found) == ((state, move) not in MOVES)


def test_nothing_leads_out_of_an_end() -> None:
    for state, move in product((VoteState.CERTIFIED, VoteState.ANNULLED), VoteMove):
        assert next_state(state, move) is None


def test_a_vote_opens_when_all_is_ready() -> None:
    assert obstacles_to(VoteMove.OPEN, READY, OPENS) == []


def test_all_that_is_missing_to_open_is_said_at_once() -> None:
    bare = VoteFacts(state=VoteState.SET_UP, tellers=BODY, trustees=frozenset({4}), codes_pending=3)
    assert codes(VoteMove.OPEN, bare, OPENS) == {
        "call",
        "codes",
        "keys",
        "ballot",
        "too_early",
        "opening_unsigned",
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"codes_pending": 1}, "codes"),
        ({"sealed_list_stored": False}, "codes"),
        ({"keys_ready": frozenset({4}), "keys_proved": frozenset({4})}, "keys"),
        ({"trustees": frozenset()}, "keys"),
        ({"keys_proved": frozenset({4})}, "rehearsal"),
        ({"opens_at": None}, "too_early"),
        ({"opens_at": OPENS + timedelta(seconds=1)}, "too_early"),
        ({"closes_at": OPENS}, "too_late"),
        ({"opening_signers": frozenset({1, 4})}, "opening_unsigned"),
    ],
)
def test_a_vote_does_not_open_with_one_thing_missing(change: dict[str, object], code: str) -> None:
    (found,) = obstacles_to(VoteMove.OPEN, replace(READY, **change), OPENS)  # type: ignore[arg-type]
    assert found.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"question_closed": False}, "question_open"),
        ({"digest_hash": ""}, "digest"),
        ({"roll_hash": ""}, "roll"),
        ({"eligible_count": 0}, "roll"),
        ({"opens_at": None}, "dates"),
        ({"closes_at": None}, "dates"),
        ({"tellers": frozenset()}, "committees"),
        ({"trustees": frozenset()}, "committees"),
        ({"tie_break": " "}, "tie_break"),
        ({"call_signers": frozenset({10, 99})}, "call_unsigned"),
    ],
)
def test_the_call_names_each_thing_it_lacks(change: dict[str, object], code: str) -> None:
    assert obstacles_to_call(READY) == []
    assert [o.code for o in obstacles_to_call(replace(READY, **change))] == [code]  # type: ignore[arg-type]


def test_a_process_without_debate_needs_no_digest() -> None:
    assert obstacles_to_call(replace(READY, has_debate=False, digest_hash="")) == []


def test_a_call_stands_from_its_issue_until_the_closing_it_names() -> None:
    assert not call_stands(None, CLOSES, OPENS)
    assert call_stands(OPENS, CLOSES, CLOSES - timedelta(seconds=1))
    assert not call_stands(OPENS, CLOSES, CLOSES)


def test_no_call_puts_a_vote_off_for_long() -> None:
    week = timedelta(days=7)
    assert latest_opening(CLOSES, first=True, now=OPENS) == CLOSES + week, "the published opening lies ahead"
    assert latest_opening(OPENS, first=True, now=CLOSES) == CLOSES + week, "it has passed"
    assert latest_opening(None, first=True, now=OPENS) == OPENS + week
    assert latest_opening(CLOSES, first=False, now=OPENS) == OPENS + 3 * week
    assert latest_closing(OPENS, CLOSES - OPENS) == CLOSES + week


def test_the_clock_shuts_the_box_even_when_the_job_is_late() -> None:
    assert is_voting_open("open", OPENS, CLOSES, OPENS)
    assert is_voting_open("open", OPENS, CLOSES, CLOSES - timedelta(seconds=1))
    assert not is_voting_open("open", OPENS, CLOSES, CLOSES)
    assert not is_voting_open("set_up", OPENS, CLOSES, OPENS)


def test_voting_is_extended_but_never_shortened() -> None:
    asked = replace(
        READY,
        state=VoteState.OPEN,
        extension_reason="The site was down.",
        extension_signers=frozenset({1, 3}),
    )
    later, earlier = CLOSES + timedelta(days=1), CLOSES - timedelta(days=1)
    assert obstacles_to(VoteMove.EXTEND, replace(asked, extended_to=later), OPENS) == []
    assert codes(VoteMove.EXTEND, replace(asked, extended_to=earlier), OPENS) == {"not_later"}
    assert codes(VoteMove.EXTEND, replace(asked, extended_to=CLOSES), OPENS) == {"not_later"}
    assert codes(VoteMove.EXTEND, replace(asked, extended_to=later), CLOSES) == {"too_late"}
    assert codes(VoteMove.EXTEND, replace(asked, extended_to=later, extension_reason=" "), OPENS) == {"reason"}


def test_the_clock_alone_closes_the_vote_at_its_moment() -> None:
    opened = replace(READY, state=VoteState.OPEN)
    assert codes(VoteMove.CLOSE, opened, CLOSES - timedelta(seconds=1)) == {"too_early"}
    assert codes(VoteMove.CLOSE, opened, CLOSES) == set()


def test_the_count_waits_for_every_check() -> None:
    counting = replace(READY, state=VoteState.COUNTING, ballots_unchecked=1, shares_needed=2)
    assert codes(VoteMove.COUNT, counting, CLOSES) == {"unchecked", "shares", "archive"}
    done = replace(counting, ballots_unchecked=0, shares_given=frozenset({4, 5}), archive_verified=True)
    assert codes(VoteMove.COUNT, done, CLOSES) == set()
    one = replace(done, shares_given=frozenset({4}))
    (short,) = obstacles_to(VoteMove.COUNT, one, CLOSES)
    assert (short.code, short.facts) == ("shares", {"given": 1, "needed": 2})
    assert codes(VoteMove.COUNT, replace(one, below_minimum=True), CLOSES) == set()
    nobody = replace(done, shares_given=frozenset(), shares_needed=0)
    (unopened,) = obstacles_to(VoteMove.COUNT, nobody, CLOSES)
    assert (unopened.code, unopened.facts) == ("shares", {"given": 0, "needed": 1}), "no count opens itself"


def test_parts_that_cannot_come_any_more_are_counted_out() -> None:
    counting = replace(READY, state=VoteState.COUNTING, shares_given=frozenset({4, 5}), archive_verified=True)
    (lost,) = obstacles_to(VoteMove.COUNT, replace(counting, shares_lost=frozenset({6, 7})), CLOSES)
    assert (lost.code, lost.facts) == ("shares_lost", {"count": 2})


def test_a_part_counts_also_after_its_trustee_has_left() -> None:
    counting = replace(READY, state=VoteState.COUNTING, shares_needed=2, archive_verified=True)
    left = replace(counting, shares_given=frozenset({4, 5}), trustees=frozenset({4}))
    assert codes(VoteMove.COUNT, left, CLOSES) == set()


def test_a_count_unopened_for_seven_days_lapses() -> None:
    counting = replace(READY, state=VoteState.COUNTING, closed_at=CLOSES)
    assert codes(VoteMove.LAPSE, counting, CLOSES + timedelta(days=7, seconds=-1)) == {"too_early"}
    assert codes(VoteMove.LAPSE, counting, CLOSES + timedelta(days=7)) == set()


def test_it_is_certified_after_the_window_with_every_challenge_ruled_on() -> None:
    end = CLOSES + timedelta(days=7)
    assert codes(VoteMove.CERTIFY, COUNTED, end) == set()
    assert codes(VoteMove.CERTIFY, COUNTED, end - timedelta(seconds=1)) == {"too_early"}
    open_one = replace(COUNTED, challenges=(ChallengeFacts(1, ruling=Ruling.DISMISSED), ChallengeFacts(2)))
    assert codes(VoteMove.CERTIFY, open_one, end) == {"challenges"}
    upheld = replace(COUNTED, challenges=(ChallengeFacts(1, ruling=Ruling.UPHELD),))
    assert codes(VoteMove.CERTIFY, upheld, end) == set()


def test_a_challenge_that_could_have_changed_the_outcome_annuls() -> None:
    end = CLOSES + timedelta(days=7)
    fatal = replace(COUNTED, challenges=(ChallengeFacts(1, ruling=Ruling.UPHELD_CHANGES_OUTCOME),))
    assert codes(VoteMove.CERTIFY, fatal, end) == {"annul"}
    signed = replace(fatal, annulment_reason="Ballots were withheld.", annulment_signers=frozenset({1, 2}))
    assert codes(VoteMove.ANNUL, signed, end) == set()
    assert codes(VoteMove.ANNUL, replace(signed, annulment_reason=" "), end) == {"reason"}
    assert codes(VoteMove.ANNUL, replace(signed, annulment_signers=frozenset({1})), end) == {"annulment_unsigned"}
    assert codes(VoteMove.ANNUL, replace(signed, challenges=()), end) == {"no_ground"}


def test_a_tie_is_awaited_for_seven_days_after_the_count() -> None:
    tied = replace(COUNTED, tie_open=True, challenge_closes_at=CLOSES + timedelta(days=2))
    assert codes(VoteMove.CERTIFY, tied, CLOSES + timedelta(days=6)) == {"tie"}
    assert codes(VoteMove.CERTIFY, tied, CLOSES + timedelta(days=7)) == set()


def test_only_eligible_members_challenge_and_only_in_the_window() -> None:
    assert may_challenge(COUNTED, CLOSES, eligible=True)
    assert not may_challenge(COUNTED, CLOSES, eligible=False)
    assert not may_challenge(COUNTED, CLOSES + timedelta(days=7), eligible=True)
    assert not may_challenge(READY, CLOSES, eligible=True)


WEEK = timedelta(days=7)
moments = st.sampled_from([OPENS - WEEK, OPENS, CLOSES - timedelta(seconds=1), CLOSES, CLOSES + WEEK])
people = st.frozensets(st.integers(1, 6), max_size=5)
anything = st.builds(
    VoteFacts,
    state=st.sampled_from(VoteState),
    tellers=st.sampled_from([BODY, frozenset({1, 2, 3, 4})]), trustees=people, keys_ready=people, keys_proved=people,
    call_issued=st.booleans(), codes_pending=st.integers(0, 1), sealed_list_stored=st.booleans(),
    ballot_hash=st.sampled_from(["", "b"]), opens_at=st.none() | moments, closes_at=st.none() | moments,
    opening_signers=people, extended_to=st.none() | moments, extension_reason=st.sampled_from([" ", "Snow."]),
    extension_signers=people, ballots_unchecked=st.integers(0, 1), closed_at=st.none() | moments,
    below_minimum=st.booleans(), shares_given=people, shares_lost=st.just(frozenset()) | people,
    shares_needed=st.integers(0, 4), archive_verified=st.booleans(), counted_at=st.none() | moments,
    challenge_closes_at=st.none() | moments, tie_open=st.booleans(), certificate_signers=people,
    challenges=st.lists(st.builds(ChallengeFacts, st.just(1), st.sampled_from([None, *Ruling])), max_size=2).map(tuple),
    annulment_signers=people, annulment_reason=st.sampled_from(["", "Ballots were withheld."]),
)  # fmt: skip


def allowed(move: VoteMove, facts: VoteFacts, now: datetime) -> bool:
    """The table of moves and guards once more, as one reads it."""

    def signed(signers: frozenset[int]) -> bool:
        return len(signers & facts.tellers) * 2 > len(facts.tellers)

    def over(moment: datetime | None, wait: timedelta = timedelta()) -> bool:
        return moment is not None and now >= moment + wait

    rulings = {each.ruling for each in facts.challenges}
    annuls = Ruling.UPHELD_CHANGES_OUTCOME in rulings
    match move:
        case VoteMove.OPEN:
            ready = facts.trustees and facts.trustees <= facts.keys_ready & facts.keys_proved
            codes_out = facts.sealed_list_stored and not facts.codes_pending
            begun = over(facts.opens_at) and not over(facts.closes_at)
            return bool(facts.call_issued and codes_out and ready and facts.ballot_hash and begun) and signed(
                facts.opening_signers
            )
        case VoteMove.EXTEND:
            later = facts.closes_at and facts.extended_to and facts.extended_to > facts.closes_at > now
            return bool(later) and facts.extension_reason != " " and signed(facts.extension_signers)
        case VoteMove.CLOSE:
            return over(facts.closes_at)
        case VoteMove.COUNT:
            enough = facts.below_minimum or len(facts.shares_given) >= max(1, facts.shares_needed)
            return enough and not (facts.ballots_unchecked or facts.shares_lost) and facts.archive_verified
        case VoteMove.LAPSE:
            return over(facts.closed_at, WEEK)
        case VoteMove.CERTIFY:
            awaited = facts.tie_open and not over(facts.counted_at, WEEK)
            ruled = None not in rulings and not annuls
            return over(facts.challenge_closes_at) and ruled and not awaited and signed(facts.certificate_signers)
        case VoteMove.ANNUL:
            return annuls and facts.annulment_reason != "" and signed(facts.annulment_signers)


@settings(max_examples=150)
@given(anything, moments)
def test_a_move_happens_exactly_when_every_guard_of_the_table_holds(facts: VoteFacts, now: datetime) -> None:
    for move in VoteMove:
        there = (facts.state, move) in MOVES
        assert (obstacles_to(move, facts, now) == []) is (there and allowed(move, facts, now)), move
        in_place = replace(facts, state=next(state for state, each in MOVES if each is move))
        assert (obstacles_to(move, in_place, now) == []) is allowed(move, facts, now), move
