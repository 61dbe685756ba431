"""A tie: broken in the way that the call names, within seven days, or nobody is bound."""

from datetime import datetime, timedelta

import pytest

from forum.kernel.database import attempt, db
from forum.kernel.errors import Invalid, Obstructed, Refused
from forum.questions.models import Option
from referendum.conduct import certificate_operations, tie_operations
from referendum.conduct.forms import NewTieBreak
from referendum.results.page_queries import ahead_of
from referendum.results.queries import outcome_of
from tests.build_questions import sign_all
from tests.build_referendum import Referendum, break_tie, certify, make_closed, make_counted, make_open
from tests.people import Cast, actor

pytestmark = pytest.mark.usefixtures("ground")


def tied(cast: Cast, now: datetime, **changes: object) -> Referendum:
    return make_counted(make_open(make_closed(cast, now=now, **changes)), {"A": 4, "B": 4})


def test_a_tie_waits_seven_days_for_the_call_s_way_then_nobody_is_bound(cast: Cast, now: datetime) -> None:
    made = tied(cast, now, challenge_days=1)
    made.vote.challenges_end_at = made.at + timedelta(days=1)
    made.at += timedelta(days=2)
    with pytest.raises(Obstructed) as refusal:
        certificate_operations.propose_certificate(made.teller(), made.vote, made.at)
    assert [each.code for each in refusal.value.obstacles] == ["tie"]
    made.at += timedelta(days=6)
    certify(made)
    assert (made.vote.outcome, made.vote.outcome_reason) == ("undecided", "tie")


def test_a_tie_is_broken_in_the_call_s_way_by_the_tellers_from_the_count_on(cast: Cast, now: datetime) -> None:
    made = break_tie(tied(cast, now), "A", how="By lot, in public, before both sides.")
    assert (made.vote.state, made.vote.outcome) == ("challengeable", "")
    elected, going_on = ahead_of(made.vote)
    assert ([each.letter for each in elected], going_on) == (["A"], [])
    with pytest.raises(Refused, match="broken already"):
        break_tie(made, "B")
    certify(made)
    assert made.vote.outcome == "elected"
    assert "before both sides" in made.vote.certificate


def test_no_tie_is_broken_later_than_seven_days_after_the_count(cast: Cast, now: datetime) -> None:
    made = tied(cast, now)
    assert made.vote.counted_at is not None
    new = NewTieBreak(("A",), "By lot.")
    made.at = made.vote.counted_at + timedelta(days=7) - timedelta(seconds=1)
    act = tie_operations.propose_tie_break(made.teller(), made.vote, new, made.at)
    made.at += timedelta(seconds=1)
    with pytest.raises(Refused, match="seven days"), attempt():
        sign_all(cast.tellers, act, now=made.at)
    with pytest.raises(Refused, match="seven days"):
        break_tie(made, "B")
    certify(made)
    assert made.vote.outcome == "undecided"


def test_a_breaking_that_names_what_has_changed_since_is_written_anew(cast: Cast, now: datetime) -> None:
    made = tied(cast, now)
    act = tie_operations.propose_tie_break(made.teller(), made.vote, NewTieBreak(("A",), "By lot."), made.at)
    made.question.title = "Shall we do something else?"
    with pytest.raises(Refused, match="has changed"), attempt():
        sign_all(cast.tellers, act, now=made.at)


def test_only_the_tied_are_chosen_and_only_where_there_is_a_tie(cast: Cast, now: datetime) -> None:
    made = tied(cast, now)
    with pytest.raises(Invalid) as refusal:
        break_tie(made, "C")
    assert [each.field for each in refusal.value.problems] == ["letters"]
    with pytest.raises(Refused, match="body"):
        tie_operations.propose_tie_break(actor(cast.officer), made.vote, NewTieBreak(("A",), "So."), made.at)


def test_where_there_is_no_tie_none_is_broken(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
    with pytest.raises(Refused, match="no tie"):
        break_tie(made, "A")


def test_a_tie_that_needs_two_choices_is_broken_by_two(cast: Cast, now: datetime) -> None:
    made = make_closed(cast, now=now, rule="majority_run_off")
    db.session.add(Option(question_id=made.question.id, position=2, title="Wait"))
    db.session.flush()
    db.session.refresh(made.question)
    made = make_counted(make_open(made), {"A": 3, "B": 3, "C": 3})
    with pytest.raises(Invalid):
        break_tie(made, "A")
    break_tie(made, "A", "C")
    outcome = outcome_of(made.vote)
    assert outcome is not None
    assert outcome.reason == "run_off"
