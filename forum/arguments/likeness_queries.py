"""Arguments that may say the same: for a member before moving, for hosts and movers after, who may propose a merge."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, or_
from sqlalchemy.orm import aliased

from forum.arguments import rules
from forum.arguments.forms import NewArgument
from forum.arguments.likeness import nearest_of
from forum.arguments.list_queries import Tag, in_view, tag_of
from forum.arguments.models import Argument, ArgumentLikeness, Merge
from forum.arguments.queries import facts_of
from forum.arguments.rules import ArgumentFacts
from forum.halls.models import Hall
from forum.halls.rules import keeps_order
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Question
from forum.questions.rules import QuestionState

MOST_NEAR = 3
MOST_LOOKED_AT = 12
PAIRS_A_PAGE = 20


@dataclass(frozen=True)
class Near:
    """An argument that says nearly the same as what a member is about to move."""

    argument: Argument
    tag: Tag
    may_second: bool


@dataclass(frozen=True)
class Pair:
    """Two seconded arguments that may say the same; a merge would put the later into the earlier. `keeps_order`: the
    reader is host of a hall that one of the two came from."""

    later: Argument
    earlier: Argument
    later_tag: Tag
    earlier_tag: Tag
    may_propose: bool
    keeps_order: bool


def near(actor: Actor, question: Question, new: NewArgument) -> list[Near]:
    """Standing arguments, seconded or not, that lean the same way and say nearly what this new one does."""
    letters = {option.id: option.letter for option in question.options}
    state = QuestionState(question.state)
    facts = ArgumentFacts(question.id, state, actor.member_id, option_id=new.option_id, side=new.side)
    if new.option_id not in letters:
        return []
    wanted = rules.leaning(facts, list(letters))
    found = []
    for argument, _ in _with_values(question.id, new.claim):
        facts = facts_of(argument, question)
        if rules.leaning(facts, list(letters)) == wanted:
            tag = tag_of(argument, letters[argument.option_id])
            found.append(Near(argument, tag, rules.may_second(actor, actor.member_id, facts)))
    return found[:MOST_NEAR]


def nearest_seconded(argument: Argument, question: Question) -> list[tuple[Argument, float]]:
    """Seconded arguments that lean as this one does and say nearly the same, with how like they are."""
    options = [option.id for option in question.options]
    wanted = rules.leaning(facts_of(argument, question), options)
    return [
        (other, value)
        for other, value in _with_values(question.id, argument.claim)
        if other.id != argument.id and other.seconded_at and rules.leaning(facts_of(other, question), options) == wanted
    ][:MOST_NEAR]


def _with_values(question_id: int, claim: str) -> list[tuple[Argument, float]]:
    claims = db.select(Argument.id, Argument.claim).where(Argument.question_id == question_id, *in_view())
    known = tuple((number, words) for number, words in db.session.execute(claims.order_by(Argument.id)))
    like = dict(nearest_of(known, claim, MOST_LOOKED_AT))
    found = {each.id: each for each in db.session.scalars(db.select(Argument).where(Argument.id.in_(like)))}
    return [(found[each], value) for each, value in like.items()]


LATER, EARLIER = aliased(Argument), aliased(Argument)


def _open_pairs() -> Select[Any]:
    """Pairs that both stand, that nobody has settled and on which no merge was ever proposed."""
    proposed = exists().where(
        or_(
            (Merge.argument_id == LATER.id) & (Merge.into_id == EARLIER.id),
            (Merge.argument_id == EARLIER.id) & (Merge.into_id == LATER.id),
        )
    )
    query: Select[Any] = (
        db.select(LATER, EARLIER)
        .select_from(ArgumentLikeness)
        .join(LATER, LATER.id == ArgumentLikeness.argument_id)
        .join(EARLIER, EARLIER.id == ArgumentLikeness.other_id)
        .where(ArgumentLikeness.settled_at.is_(None), *in_view(LATER), *in_view(EARLIER), ~proposed)
        .order_by(ArgumentLikeness.likeness.desc(), LATER.id)
    )
    return query


def pairs(actor: Actor, question: Question, *, page: int = 1) -> list[Pair]:
    """The pairs of a question, those most alike first."""
    query = _open_pairs().where(LATER.question_id == question.id)
    return _pairs(actor, question, query.limit(PAIRS_A_PAGE).offset((page - 1) * PAIRS_A_PAGE))


def pairs_of(actor: Actor, argument: Argument, question: Question) -> list[Pair]:
    """The pairs that one argument belongs to."""
    return _pairs(actor, question, _open_pairs().where(or_(LATER.id == argument.id, EARLIER.id == argument.id)))


def _pairs(actor: Actor, question: Question, query: Select[Any]) -> list[Pair]:
    rows = db.session.execute(query).all()
    letters = {option.id: option.letter for option in question.options}
    halls = {each.hall_id for row in rows for each in row}
    ids = db.select(Hall.id, Hall.local_id).where(Hall.id.in_(halls))
    local_of = dict(db.session.execute(ids).all()) if rows else {}
    found = []
    for later, earlier in rows:
        host = any(keeps_order(actor, question.id, local_of[each.hall_id]) for each in (later, earlier))
        mover = actor.is_member and actor.member_id in (later.mover_id, earlier.mover_id)
        tags = (tag_of(later, letters[later.option_id]), tag_of(earlier, letters[earlier.option_id]))
        found.append(Pair(later, earlier, *tags, may_propose=host or mover, keeps_order=host))
    return found


def for_hosts(actor: Actor) -> list[tuple[Question, int]]:
    """For the desk: questions in debate with pairs that touch a hall this person keeps order in, and how many."""
    told = [question_id for role, question_id in actor.appointments if role == "teller"]
    own = [(Hall.local_id == actor.local_id)] if actor.office == "host" else []
    kept = [*own, *([Hall.local_id.is_(None) & Hall.question_id.in_(told)] if told else [])]
    if not kept:
        return []
    hall = db.select(Hall.id).where(or_(*kept))
    touched = or_(LATER.hall_id.in_(hall), EARLIER.hall_id.in_(hall))
    query = _open_pairs().where(touched).with_only_columns(LATER.question_id).order_by(None).subquery()
    counted = db.select(Question, func.count()).join(query, query.c.question_id == Question.id)
    counted = counted.where(Question.state == "debating").group_by(Question.id).order_by(Question.number)
    return [(question, count) for question, count in db.session.execute(counted)]
