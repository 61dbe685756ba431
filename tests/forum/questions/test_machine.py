"""Whatever is asked for in whatever order, a question keeps to its machine and leaves a whole history behind."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.bodies import queries as bodies
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.errors import Refusal
from forum.questions import act_operations, draft_operations, operations, queries
from forum.questions.facts_queries import gather_facts
from forum.questions.models import Question
from forum.questions.states import MOVES, QuestionMove, QuestionState, WithdrawalGround
from tests.build_questions import all_honoured, make_question, sign_all
from tests.people import Cast, actor, holding

Step = Callable[[Cast, Question, datetime], object]


def publish(cast: Cast, question: Question, now: datetime) -> object:
    return draft_operations.publish_question(actor(cast.officer), question, now=now)


def pledge(cast: Cast, question: Question, now: datetime) -> object:
    return sign_all(cast.officers, act_operations.propose_pledge(actor(cast.officer), question, now=now), now=now)


def charge(cast: Cast, question: Question, now: datetime) -> object:
    return sign_all(cast.officers, act_operations.propose_charge(actor(cast.officer), question, now=now), now=now)


def begin(cast: Cast, question: Question, now: datetime) -> object:
    return operations.begin_due(now)


def close(cast: Cast, question: Question, now: datetime) -> object:
    return operations.close_debate(question, now, gather_facts(question, locals=all_honoured()))


def close_anyway(cast: Cast, question: Question, now: datetime) -> object:
    teller = holding(actor(cast.tellers[0]), "teller", question.id)
    return sign_all(cast.tellers, act_operations.propose_close_anyway(teller, question, "Snow.", now=now), now=now)


def extend(cast: Cast, question: Question, now: datetime) -> object:
    teller = holding(actor(cast.tellers[0]), "teller", question.id)
    return sign_all(cast.tellers, act_operations.propose_extension(teller, question, 5, "Snow.", now=now), now=now)


def withdraw(cast: Cast, question: Question, now: datetime) -> object:
    by_council = question.state == "drafted"
    who = cast.officers if by_council else cast.tellers
    ground = None if by_council else WithdrawalGround.IMPOSSIBLE
    act = act_operations.propose_withdrawal(actor(who[0]), question, "Gone.", ground, now=now)
    return sign_all(who, act, now=now)


STEPS: list[Step] = [publish, pledge, charge, begin, close, close_anyway, extend, withdraw]
CHARGED: list[tuple[Step, int]] = [(publish, 0), (pledge, 0), (charge, 0), (begin, 8)]
acts = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 12)), max_size=12)
stories = st.tuples(st.sampled_from([[], CHARGED]), acts).map(lambda parts: parts[0] + parts[1])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories)
def test_no_order_of_acts_leaves_the_machine(
    cast: Cast, ground: Flask, now: datetime, story: list[tuple[Step, int]]
) -> None:
    at = now
    whole = db.session.begin_nested()
    question = make_question(cast, now=now)
    for step, days in story:
        at += timedelta(days=days)
        part = db.session.begin_nested()
        try:
            step(cast, question, at)
            part.commit()
        except Refusal:
            part.rollback()
    db.session.flush()
    check(question)
    whole.rollback()


def check(question: Question) -> None:
    """The history explains the state, and what each state promises holds."""
    state = QuestionState.DRAFTED
    for each in queries.history(question.id):
        state = MOVES[state, QuestionMove(each.move)]
        assert each.state == state
    assert question.state == state
    if state not in (QuestionState.DRAFTED, QuestionState.WITHDRAWN):
        assert question.published_at is not None
        assert question.pledged_at is not None
        assert bodies.took_effect(question.id, "charge") is not None
    if state is QuestionState.CLOSED:
        assert question.floor_proof is not None
        moves = {each.move for each in queries.history(question.id)}
        assert question.floor_proof["met"] or "close_anyway" in moves
    if state is QuestionState.WITHDRAWN:
        assert question.withdrawn_reason
    assert sum(each.move == "extend" for each in queries.history(question.id)) <= 1
    assert audit.check(audit.export(with_bodies=True)) == []


@pytest.mark.parametrize("state", ["drafted", "charged", "closed"])
def test_a_move_from_the_wrong_state_is_refused(cast: Cast, ground: Flask, now: datetime, state: str) -> None:
    question = make_question(cast, state=state, now=now)
    for move in QuestionMove:
        if (QuestionState(state), move) not in MOVES:
            with pytest.raises(Refusal):
                operations.move_question(question, move, gather_facts(question), now)
    assert question.state == state
