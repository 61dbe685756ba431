"""What may be done with an argument, crossed with every kind of person and state."""

from hypothesis import given
from hypothesis import strategies as st

from forum.arguments.rules import (
    ArgumentFacts,
    Side,
    leaning,
    may_read,
    may_second,
    why_not_merge,
    why_not_read,
    why_not_standing,
    why_not_withdraw,
    why_not_word,
)
from forum.questions.rules import QuestionState
from tests.forum.halls.test_rules import PEOPLE, QUESTION, Someone

ARGUMENTS = st.builds(
    ArgumentFacts, question_id=st.just(QUESTION), state=st.sampled_from(QuestionState), mover_id=st.integers(1, 2),
    seconded=st.booleans(), withdrawn=st.booleans(), merged=st.booleans(), hidden=st.booleans(),
    option_id=st.integers(1, 3), side=st.sampled_from(Side),
)  # fmt: skip


def takes_part(person: Someone, argument: ArgumentFacts) -> bool:
    impartial = {("teller", QUESTION), ("observer", QUESTION)} & person.appointments
    debating = argument.state is QuestionState.DEBATING
    return person.standing in ("good", "retired") and not impartial and debating


def stands(argument: ArgumentFacts) -> bool:
    return not (argument.withdrawn or argument.merged or argument.hidden)


@given(person=PEOPLE, person_id=st.integers(1, 2), argument=ARGUMENTS)
def test_another_member_seconds_what_stands_and_waits(person: Someone, person_id: int, argument: ArgumentFacts) -> None:
    expected = (
        takes_part(person, argument) and stands(argument) and not argument.seconded and argument.mover_id != person_id
    )
    assert may_second(person, person_id, argument) is expected


@given(person=PEOPLE, argument=ARGUMENTS)
def test_whoever_takes_part_reads_what_is_seconded(person: Someone, argument: ArgumentFacts) -> None:
    expected = takes_part(person, argument) and stands(argument) and argument.seconded
    assert may_read(person, argument) is expected
    assert bool(why_not_read(person, argument)) is not expected


@given(person=PEOPLE, person_id=st.integers(1, 2), argument=ARGUMENTS)
def test_only_the_mover_words_and_withdraws(person: Someone, person_id: int, argument: ArgumentFacts) -> None:
    expected = takes_part(person, argument) and stands(argument) and argument.mover_id == person_id
    assert (why_not_word(person, person_id, argument) == "") is expected
    assert (why_not_withdraw(person, person_id, argument) == "") is expected


@given(one=ARGUMENTS, other=ARGUMENTS)
def test_what_merges_stands_and_leans_the_same_way(one: ArgumentFacts, other: ArgumentFacts) -> None:
    if why_not_merge(one, other, [1, 2, 3]) == "":
        assert stands(one)
        assert stands(other)
        assert (one.option_id, one.side) == (other.option_id, other.side)
        assert other.seconded or not one.seconded


def test_of_two_options_one_against_the_first_is_one_for_the_second() -> None:
    first = ArgumentFacts(QUESTION, QuestionState.DEBATING, 1, option_id=1, side=Side.AGAINST)
    second = ArgumentFacts(QUESTION, QuestionState.DEBATING, 1, option_id=2)
    assert leaning(first, [1, 2]) == leaning(second, [1, 2])
    assert leaning(first, [1, 2, 3]) != leaning(second, [1, 2, 3])


@given(argument=ARGUMENTS)
def test_what_no_longer_stands_says_why(argument: ArgumentFacts) -> None:
    assert (why_not_standing(argument) == "") is stands(argument)
