from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from referendum.mandate.rules import (
    MOVES,
    Act,
    Dispute,
    MandateFacts,
    MandateMove,
    MandateState,
    Obligation,
    awaited_citations,
    breaches,
    dispute_closes_at,
    due_at,
    may_dispute,
    next_state,
    obstacles_to,
    unanswered,
)

START = datetime(2026, 4, 1, tzinfo=UTC)
DUE = due_at(START, 60)
DAY = timedelta(days=1)
QUOTED = frozenset({17, 4})


def mandate(*obligations: Obligation, disputes: tuple[Dispute, ...] = ()) -> MandateFacts:
    return MandateFacts(MandateState.DUE, obligations, QUOTED, dispute_days=14, disputes=disputes)


def obligation(*acts: Act, number: int = 1) -> Obligation:
    return Obligation(number, DUE, acts)


FULL = Act(1, START + 10 * DAY, QUOTED)


def codes(move: MandateMove, facts: MandateFacts, now: datetime) -> list[str]:
    return [obstacle.code for obstacle in obstacles_to(move, facts, now)]


def test_every_move_that_is_not_in_the_table_is_refused() -> None:
    for state, move in product(MandateState, MandateMove):
        found = codes(move, replace(mandate(obligation(FULL)), state=state), DUE)
        assert (found == ["wrong_state"]) == ((state, move) not in MOVES)
        assert (next_state(state, move) is None) == (state is not MandateState.DUE)


def test_it_is_discharged_when_all_is_answered_and_the_window_is_over() -> None:
    facts = mandate(obligation(FULL))
    assert dispute_closes_at(facts) == START + 24 * DAY
    assert codes(MandateMove.DISCHARGE, facts, START + 24 * DAY - timedelta(seconds=1)) == ["disputable"]
    assert codes(MandateMove.DISCHARGE, facts, START + 24 * DAY) == []


def test_every_obligation_needs_its_own_act_that_answers_every_quoted_argument() -> None:
    part = Act(2, START + 11 * DAY, frozenset({17}))
    facts = mandate(obligation(FULL), obligation(part, number=2), obligation(number=3))
    assert codes(MandateMove.DISCHARGE, facts, DUE) == ["unanswered", "no_act"]
    assert unanswered(facts.obligations[1], QUOTED) == (4,)


def test_it_waits_for_citations_that_are_sealed_and_the_days_run_on_meanwhile() -> None:
    facts = replace(mandate(obligation(FULL)), citations_sealed=True)
    assert codes(MandateMove.DISCHARGE, facts, DUE) == ["citations_sealed"]
    assert [each.code for each in awaited_citations(facts)] == ["citations_sealed"]
    without = replace(mandate(obligation()), citations_sealed=True)
    assert codes(MandateMove.BREACH, without, DUE + timedelta(seconds=1)) == []
    assert awaited_citations(replace(facts, state=MandateState.BREACHED)) == []


def test_two_acts_may_answer_together() -> None:
    first, second = Act(1, START + DAY, frozenset({17})), Act(2, START + 3 * DAY, frozenset({4}))
    assert dispute_closes_at(mandate(obligation(first, second))) == START + 17 * DAY


def test_an_open_or_unmended_dispute_keeps_it_from_being_discharged() -> None:
    open_one = Dispute(1, START + 12 * DAY)
    upheld = Dispute(2, START + 12 * DAY, upheld=True, mend_by=START + 30 * DAY)
    facts = mandate(obligation(FULL), disputes=(open_one, upheld))
    assert codes(MandateMove.DISCHARGE, facts, START + 25 * DAY) == ["disputes", "unmended"]
    mended = replace(upheld, mended_at=START + 20 * DAY)
    rejected = replace(open_one, upheld=False)
    assert codes(MandateMove.DISCHARGE, replace(facts, disputes=(rejected, mended)), START + 25 * DAY) == []


def test_it_is_breached_only_after_the_day_has_passed() -> None:
    facts = mandate(obligation())
    assert codes(MandateMove.BREACH, facts, DUE) == ["nothing_breached"]
    assert codes(MandateMove.BREACH, facts, DUE + timedelta(seconds=1)) == []
    on_the_day = mandate(obligation(Act(1, DUE, QUOTED)))
    assert codes(MandateMove.BREACH, on_the_day, DUE + DAY) == ["nothing_breached"]
    assert due_at(START, 60) == START + 60 * DAY


def test_an_act_that_leaves_an_argument_unanswered_does_not_prevent_the_breach() -> None:
    facts = mandate(obligation(Act(1, START + DAY, frozenset({17}))))
    assert breaches(facts, DUE + DAY) == ((1,), ())


def test_an_act_filed_too_late_breaches_and_never_discharges() -> None:
    facts = mandate(obligation(Act(1, DUE + DAY, QUOTED)))
    assert codes(MandateMove.DISCHARGE, facts, DUE + 30 * DAY) == ["breached"]
    assert codes(MandateMove.BREACH, facts, DUE + 30 * DAY) == []


@given(st.integers(0, 120), st.integers(0, 120))
def test_it_is_never_both_discharged_and_breached(filed: int, later: int) -> None:
    facts = mandate(obligation(Act(1, START + filed * DAY, QUOTED)))
    now = START + (filed + later) * DAY
    assert codes(MandateMove.DISCHARGE, facts, now) or codes(MandateMove.BREACH, facts, now)


def test_a_dispute_upheld_and_not_mended_by_the_day_set_is_a_breach() -> None:
    upheld = Dispute(5, START + 12 * DAY, upheld=True, mend_by=START + 30 * DAY)
    facts = mandate(obligation(FULL), disputes=(upheld,))
    assert breaches(facts, START + 30 * DAY) == ((), ())
    assert breaches(facts, START + 31 * DAY) == ((), (5,))
    for mended, found in ((START + 30 * DAY, ()), (START + 30 * DAY + timedelta(seconds=1), (5,))):
        facts = mandate(obligation(FULL), disputes=(replace(upheld, mended_at=mended),))
        assert breaches(facts, START + 31 * DAY) == ((), found)


def test_only_a_later_certified_question_supersedes() -> None:
    facts = mandate(obligation())
    assert codes(MandateMove.SUPERSEDE, facts, START) == ["no_later_vote"]
    assert codes(MandateMove.SUPERSEDE, replace(facts, superseded_by_certified=True), START) == []


def test_members_dispute_from_the_first_act_until_the_window_closes() -> None:
    assert not may_dispute(mandate(obligation()), START)
    assert may_dispute(mandate(obligation(FULL)), START + 23 * DAY)
    assert not may_dispute(mandate(obligation(FULL)), START + 24 * DAY)
