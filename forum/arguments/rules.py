"""What may be done with an argument, by whom, and what it must look like. Why-not rules give a reason or ""."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from forum.halls.rules import why_not_take_part
from forum.kernel.errors import N_
from forum.questions.rules import Person, QuestionState, holds

MOST_CLAIM = 200
MOST_SOURCES = 12
MOST_SOURCE = 500
MOST_STATEMENT = 3000
MOST_RULING = 2000
ANSWER_WITHIN = timedelta(days=3)
A_VISIT = timedelta(minutes=30)
LOOKS_APART = timedelta(minutes=1)


def label_of(number: int) -> str:
    """How everyone calls an argument: A-07, A-17, A-102."""
    return f"A-{number:02d}"


class Side(StrEnum):
    FOR = "for"
    AGAINST = "against"


class Answer(IntEnum):
    """A reading's value as stored."""

    AGREE = 1
    PASS = 0
    DISAGREE = -1


class MergeOutcome(StrEnum):
    """How a proposed merge ended. Only a refusal leaves something to rule on: `ruled` and `apart` are the tellers'."""

    MERGED = "merged"
    DECLINED = "declined"
    RULED = "ruled"
    APART = "apart"


@dataclass(frozen=True)
class MergeFacts:
    """A proposed merge as its rules see it. `silent` are movers who have said neither yes nor no; `gone` those of them
    who can no longer agree, because they left the roll or take no part now."""

    question_id: int
    proposed_by_id: int
    proposed_at: datetime
    movers: frozenset[int]
    silent: frozenset[int]
    gone: frozenset[int] = frozenset()
    outcome: str = ""


@dataclass(frozen=True)
class ArgumentFacts:
    """An argument as its rules see it."""

    question_id: int
    state: QuestionState
    mover_id: int
    seconded: bool = False
    withdrawn: bool = False
    merged: bool = False
    hidden: bool = False
    option_id: int = 0
    side: Side = Side.FOR


def why_not_standing(argument: ArgumentFacts) -> str:
    """Why an argument can no longer be acted on; empty while it stands."""
    if argument.hidden:
        return N_("This argument was hidden. The reason stands on its page.")
    if argument.withdrawn:
        return N_("This argument was withdrawn by its mover.")
    if argument.merged:
        return N_("This argument was merged into another. Go on there.")
    return ""


def why_not_second(person: Person, person_id: int, argument: ArgumentFacts) -> str:
    """Any other member who takes part may second, from whichever local: the record is the whole union's."""
    reason = why_not_take_part(person, argument.question_id, argument.state) or why_not_standing(argument)
    if reason:
        return reason
    if argument.seconded:
        return N_("It has been seconded already.")
    if argument.mover_id == person_id:
        return N_("You moved it. Another member must second it.")
    return ""


def may_second(person: Person, person_id: int, argument: ArgumentFacts) -> bool:
    return not why_not_second(person, person_id, argument)


def why_not_read(person: Person, argument: ArgumentFacts) -> str:
    """Any member who takes part reads any seconded argument, the mover too."""
    reason = why_not_take_part(person, argument.question_id, argument.state) or why_not_standing(argument)
    if reason:
        return reason
    return "" if argument.seconded else N_("It waits for a seconder. Then everybody can say what they make of it.")


def may_read(person: Person, argument: ArgumentFacts) -> bool:
    return not why_not_read(person, argument)


def why_not_word(person: Person, person_id: int, argument: ArgumentFacts) -> str:
    """The mover words an argument: everything until it is seconded, then grounds and sources only."""
    reason = why_not_take_part(person, argument.question_id, argument.state) or why_not_standing(argument)
    if reason:
        return reason
    return "" if argument.mover_id == person_id else N_("Only the member who moved it can change its words.")


def why_not_withdraw(person: Person, person_id: int, argument: ArgumentFacts) -> str:
    """The mover may take an argument back while the debate runs."""
    reason = why_not_take_part(person, argument.question_id, argument.state) or why_not_standing(argument)
    if reason:
        return reason
    return "" if argument.mover_id == person_id else N_("Only the member who moved it can withdraw it.")


def why_not_ask(person: Person, person_id: int, argument: ArgumentFacts, *, asked: bool) -> str:
    """Whoever may read an argument may ask once for its sources; its mover gives them."""
    if reason := why_not_read(person, argument):
        return reason
    if argument.mover_id == person_id:
        return N_("You moved it. You can give its sources yourself.")
    return N_("You have asked for its sources already.") if asked else ""


def why_not_mark(person: Person, person_id: int, argument: ArgumentFacts, answer: ArgumentFacts) -> str:
    """The mover of an argument says which of its answers answer it well; nobody else does."""
    reason = why_not_take_part(person, argument.question_id, argument.state)
    if reason := reason or why_not_standing(argument) or why_not_standing(answer):
        return reason
    return "" if argument.mover_id == person_id else N_("Only the member who moved it can say which answers are good.")


def why_not_merge(argument: ArgumentFacts, into: ArgumentFacts, option_ids: Sequence[int]) -> str:
    """Two arguments merge when they are of one question and lean the same way, into one that is seconded."""
    if argument.question_id != into.question_id:
        return N_("These two belong to different questions.")
    if reason := why_not_standing(argument) or why_not_standing(into):
        return reason
    if leaning(argument, option_ids) != leaning(into, option_ids):
        return N_("Two arguments merge only when they argue the same way.")
    if argument.seconded and not into.seconded:
        return N_("A seconded argument is not merged into one that is not. Try it the other way round.")
    return ""


def leaning(argument: ArgumentFacts, option_ids: Sequence[int]) -> tuple[int, Side]:
    """What an argument argues for or against. Of two options, one against the first is one for the second."""
    if len(option_ids) == 2 and argument.side is Side.AGAINST:
        return next(each for each in option_ids if each != argument.option_id), Side.FOR
    return argument.option_id, argument.side


def may_propose_merge(person_id: int, argument: ArgumentFacts, into: ArgumentFacts, *, keeps_order: bool) -> bool:
    """Either mover, or the host of a hall that one of the two came from."""
    return person_id in (argument.mover_id, into.mover_id) or keeps_order


def lacks_consent(merge: MergeFacts, now: datetime) -> bool:
    """A mover has refused, has not answered for three days, or can no longer answer."""
    if merge.outcome:
        return merge.outcome == MergeOutcome.DECLINED
    return bool(merge.silent) and (bool(merge.gone) or now >= merge.proposed_at + ANSWER_WITHIN)


def barred_from_ruling(merge: MergeFacts) -> frozenset[int]:
    """Whose own act it is: both movers, and whoever proposed the merge."""
    return merge.movers | {merge.proposed_by_id}


def why_not_rule(person: Person, person_id: int, merge: MergeFacts, now: datetime) -> str:
    """Tellers of the question rule on a merge that lacks consent, but none on an act of their own."""
    if not holds(person, "teller", merge.question_id):
        return N_("The tellers of the question rule on a merge.")
    if person_id in barred_from_ruling(merge):
        return N_("Nobody rules on their own act.")
    if merge.outcome not in ("", MergeOutcome.DECLINED):
        return N_("This proposal has ended.")
    if not lacks_consent(merge, now):
        return N_("The movers still have time to answer. The tellers may rule after three days, or after a no.")
    return ""


def may_rule(person: Person, person_id: int, merge: MergeFacts, now: datetime) -> bool:
    return not why_not_rule(person, person_id, merge, now)
