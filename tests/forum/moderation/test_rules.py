"""Who judges words, who lifts, appeals and rules, in every meeting of office, place and state. Pure."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from forum.halls.rules import keeps_order
from forum.moderation.rules import (
    Case,
    Ruling,
    Standing,
    in_force,
    is_for_tellers,
    judges,
    may_judge,
    may_see_hidden,
    office_of,
    why_not_appeal,
    why_not_judge,
    why_not_lift,
    why_not_rule,
)
from tests.forum.halls.test_rules import QUESTION, Someone, everybody

ME, OTHER, BOTH = 7, 8, (False, True)
CASES = [
    Case(QUESTION, local, author, involved, orphaned)
    for local, author, involved, orphaned in product(
        (None, 1, 2), (ME, OTHER), (frozenset[int](), frozenset({ME}), frozenset({OTHER})), BOTH
    )
]
MEASURES = [
    Standing(case, by, concerns, *facts)
    for case, by, concerns, facts in product(CASES[::3], (ME, OTHER), (ME, OTHER, 0), product(BOTH, repeat=3))
]
TELLER = Someone(appointments=frozenset({("teller", QUESTION)}))
HOST = Someone(office="host")
OWN = Standing(Case(QUESTION, None), ME, OTHER, appealed=True, ruled=False, lifted=False)


def test_words_are_judged_by_who_keeps_order_there_or_by_a_teller_where_no_host_is_free() -> None:
    for person, case in product(everybody(), CASES):
        keeps = keeps_order(person, QUESTION, case.local_id)
        stands_in = case.orphaned and ("teller", QUESTION) in person.appointments
        assert judges(person, case) is (keeps or stands_in)
        own = case.author_id == ME or ME in case.involved
        assert may_judge(person, case) is ((keeps or stands_in) and not own)
        assert office_of(person, case) == ("host" if keeps and case.local_id is not None else "teller")
        assert is_for_tellers(case) is (case.local_id is None or case.orphaned)


def test_whoever_may_judge_lifts_what_stands_until_the_tellers_have_ruled() -> None:
    for person, measure in product(everybody(), MEASURES):
        may = may_judge(person, measure.case) and not measure.ruled and not measure.lifted
        assert bool(why_not_lift(person, measure)) is not may


def test_the_member_it_touches_appeals_once_and_against_a_slowed_chat_anybody_who_writes_there() -> None:
    for measure, writes in product(MEASURES, BOTH):
        touched = measure.concerns == ME if measure.concerns else writes and measure.by_id != ME
        may = touched and not (measure.ruled or measure.lifted or measure.appealed)
        assert bool(why_not_appeal(ME, measure, may_write=writes)) is not may


def test_tellers_rule_on_an_appeal_that_waits_and_on_nothing_of_their_own() -> None:
    for person, measure in product(everybody(), MEASURES):
        waits = measure.appealed and not measure.ruled and not measure.lifted
        own = ME in (measure.by_id, measure.concerns)
        may = ("teller", QUESTION) in person.appointments and waits and not own
        assert bool(why_not_rule(person, measure)) is not may


def test_hidden_words_are_read_by_author_and_hider_and_by_those_who_rule_or_watch() -> None:
    for person, by, author in product(everybody(), (ME, OTHER), (ME, OTHER)):
        watches = {("teller", QUESTION), ("observer", QUESTION)} & person.appointments
        assert may_see_hidden(person, QUESTION, by, author) is (ME in (by, author) or bool(watches))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (why_not_judge(HOST, Case(QUESTION, 2)), "by the hall’s host"),
        (why_not_judge(HOST, Case(QUESTION, 1, ME)), "Nobody rules on their own act"),
        (why_not_judge(HOST, Case(QUESTION, 1, OTHER, frozenset({ME}))), "answer, quote or name you"),
        (why_not_rule(TELLER, OWN), "Nobody rules on their own act"),
    ],
)
def test_the_reason_is_the_one_that_matters(reason: str, words: str) -> None:
    assert words in reason


def test_what_is_not_said_of_a_case_opens_nothing() -> None:
    assert not judges(TELLER, Case(QUESTION, 1)), "a host is free to judge"
    assert may_judge(HOST, Case(QUESTION, 1)), "the chat of a session has no author"
    assert why_not_appeal(ME, Standing(CASES[0], OTHER, 0, appealed=False, ruled=False, lifted=False))


def test_a_measure_holds_until_its_end_unless_it_was_lifted_or_undone_by_a_ruling() -> None:
    until = datetime(2026, 11, 10, tzinfo=UTC)
    for lifted, ruling, end in product(BOTH, ("", *Ruling), (None, until)):
        holds = not lifted and ruling != "restored"
        assert in_force(end, until - timedelta(seconds=1), lifted=lifted, ruling=ruling) is holds
        assert in_force(end, until, lifted=lifted, ruling=ruling) is (holds and end is None)
