"""What may be done with an argument, crossed with every kind of person and state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from forum.arguments.rules import (
    ArgumentFacts,
    MergeFacts,
    MergeOutcome,
    Side,
    label_of,
    lacks_consent,
    leaning,
    may_propose_merge,
    may_read,
    may_rule,
    may_second,
    why_not_ask,
    why_not_mark,
    why_not_merge,
    why_not_read,
    why_not_rule,
    why_not_second,
    why_not_standing,
    why_not_withdraw,
    why_not_word,
)
from forum.arguments.statement_rules import may_sign, why_not_state
from forum.halls.rules import why_not_take_part
from forum.questions.rules import QuestionState
from tests.forum.halls.test_rules import QUESTION, Someone, everybody

ME, ANOTHER = 1, 2
BOTH = (False, True)
ARGUMENTS = [
    ArgumentFacts(QUESTION, state, mover, *facts)
    for state, mover, facts in product(QuestionState, (ME, ANOTHER), product(BOTH, repeat=4))
]
DEBATED = ArgumentFacts(QUESTION, QuestionState.DEBATING, ANOTHER, seconded=True)
MEMBER = Someone()


def takes_part(person: Someone, argument: ArgumentFacts) -> bool:
    impartial = {("teller", QUESTION), ("observer", QUESTION)} & person.appointments
    debating = argument.state is QuestionState.DEBATING
    return person.standing in ("good", "retired") and not impartial and debating


def stands(argument: ArgumentFacts) -> bool:
    return not (argument.withdrawn or argument.merged or argument.hidden)


def test_members_who_take_part_second_read_word_and_withdraw_what_stands() -> None:
    """Another's that waits is seconded, what is seconded is read, one's own is worded and withdrawn."""
    for person, argument in product(everybody(), ARGUMENTS):
        acts = takes_part(person, argument) and stands(argument)
        own = argument.mover_id == ME
        assert may_second(person, ME, argument) is (acts and not argument.seconded and not own)
        assert may_read(person, argument) is (acts and argument.seconded)
        assert bool(why_not_read(person, argument)) is not (acts and argument.seconded)
        assert bool(why_not_word(person, ME, argument)) is not (acts and own)
        assert bool(why_not_withdraw(person, ME, argument)) is not (acts and own)


def test_sources_are_asked_for_once_by_whoever_reads_and_did_not_move_it() -> None:
    for person, argument, asked in product(everybody(), ARGUMENTS, BOTH):
        may = may_read(person, argument) and argument.mover_id != ME and not asked
        assert bool(why_not_ask(person, ME, argument, asked=asked)) is not may


def test_the_mover_alone_marks_answers_that_stand_to_an_argument_that_stands() -> None:
    for person, argument in product(everybody(), ARGUMENTS):
        for answer in (DEBATED, replace(DEBATED, withdrawn=True)):
            may = takes_part(person, argument) and stands(argument) and stands(answer) and argument.mover_id == ME
            assert bool(why_not_mark(person, ME, argument, answer)) is not may


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hidden": True, "withdrawn": True}, "was hidden"),
        ({"withdrawn": True, "merged": True}, "was withdrawn"),
        ({"merged": True}, "was merged"),
        ({"state": QuestionState.CLOSED, "hidden": True}, "is closed"),
        ({"seconded": True, "mover_id": ME}, "seconded already"),
        ({"seconded": False, "mover_id": ME}, "You moved it"),
    ],
)
def test_who_may_not_second_is_told_what_hinders_first(changes: dict[str, object], words: str) -> None:
    assert words in why_not_second(MEMBER, ME, replace(DEBATED, **changes))  # type: ignore[arg-type]


def test_what_merges_is_of_one_question_stands_and_leans_the_same_way_into_what_is_seconded() -> None:
    kinds = [
        replace(DEBATED, question_id=number, seconded=seconded, withdrawn=withdrawn, option_id=option, side=side)
        for number, seconded, withdrawn, option, side in product((QUESTION, 15), BOTH, BOTH, (1, 2), Side)
    ]
    for one, other in product(kinds, kinds):
        merges = (
            one.question_id == other.question_id
            and stands(one)
            and stands(other)
            and (one.option_id, one.side) == (other.option_id, other.side)
            and (other.seconded or not one.seconded)
        )
        assert bool(why_not_merge(one, other, [1, 2, 3])) is not merges


MOMENT = datetime(2026, 11, 10, tzinfo=UTC)
MERGE = MergeFacts(QUESTION, 3, MOMENT, movers=frozenset({1, 2}), silent=frozenset({2}))
TELLER = Someone(appointments=frozenset({("teller", QUESTION)}))
LATER = MOMENT + timedelta(days=3)


def test_a_merge_lacks_consent_after_a_no_three_days_of_silence_or_when_a_mover_is_gone() -> None:
    assert not lacks_consent(MERGE, LATER - timedelta(seconds=1))
    assert lacks_consent(MERGE, LATER)
    assert lacks_consent(replace(MERGE, gone=frozenset({2})), MOMENT)
    assert not lacks_consent(replace(MERGE, silent=frozenset()), LATER)
    for outcome in MergeOutcome:
        assert lacks_consent(replace(MERGE, outcome=outcome), LATER) is (outcome is MergeOutcome.DECLINED)


def test_tellers_rule_on_a_merge_that_lacks_consent_and_is_not_their_own_act() -> None:
    for person, person_id, outcome, now in product(everybody(), (1, 2, 3, 7), ("", *MergeOutcome), (MOMENT, LATER)):
        merge = replace(MERGE, outcome=outcome)
        rules = ("teller", QUESTION) in person.appointments and person_id == 7 and lacks_consent(merge, now)
        assert may_rule(person, person_id, merge, now) is rules
    assert "Nobody rules on their own act" in why_not_rule(TELLER, 3, MERGE, LATER)
    assert "has ended" in why_not_rule(TELLER, 7, replace(MERGE, outcome="merged"), LATER)
    assert "still have time" in why_not_rule(TELLER, 7, MERGE, MOMENT)


def test_a_merge_is_proposed_by_either_mover_or_by_who_keeps_order() -> None:
    own, other = replace(DEBATED, mover_id=ME), DEBATED
    assert may_propose_merge(ME, own, other, keeps_order=False)
    assert may_propose_merge(ME, other, own, keeps_order=False)
    assert not may_propose_merge(ME, other, other, keeps_order=False)
    assert may_propose_merge(ME, other, other, keeps_order=True)


def test_of_two_options_one_against_the_first_is_one_for_the_second() -> None:
    first = ArgumentFacts(QUESTION, QuestionState.DEBATING, 1, option_id=1, side=Side.AGAINST)
    second = ArgumentFacts(QUESTION, QuestionState.DEBATING, 1, option_id=2)
    assert leaning(first, [1, 2]) == leaning(second, [1, 2])
    assert leaning(first, [1, 2, 3]) != leaning(second, [1, 2, 3])


def test_officers_speak_for_the_leadership_and_who_takes_part_signs_a_reply() -> None:
    for person, state in product(everybody(), QuestionState):
        running = state in (QuestionState.CHARGED, QuestionState.DEBATING)
        assert bool(why_not_state(person, state)) is not (person.office == "officer" and running)
        assert may_sign(person, QUESTION, state) is (why_not_take_part(person, QUESTION, state) == "")


def test_an_argument_is_called_by_its_number() -> None:
    assert [label_of(number) for number in (7, 17, 102)] == ["A-07", "A-17", "A-102"]


def test_what_no_longer_stands_says_why() -> None:
    for argument in ARGUMENTS:
        assert bool(why_not_standing(argument)) is not stands(argument)
