"""Arguments are moved, seconded, worded and withdrawn here; members whose words were taken are asked for their name."""

from datetime import datetime

from forum.arguments import queries, rules
from forum.arguments.forms import NewArgument, NewWording
from forum.arguments.likeness_operations import note_likenesses
from forum.arguments.models import Argument, ArgumentRevision, OriginConsent
from forum.arguments.source_operations import answer_asks
from forum.bodies.queries import recipients
from forum.halls import queries as halls
from forum.halls.rules import office_shown, why_stopped
from forum.halls.stopping_queries import stopped_until, why_not_post
from forum.kernel import mail, slots, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Missing, Problem, Refused, Stale
from forum.questions.models import Option, Question
from forum.roll.models import Member


def move_argument(actor: Actor, question_id: int, new: NewArgument, *, now: datetime) -> Argument:
    """Put an argument on the record under the next number. A form sent twice gives the first argument again."""
    origin = _origin(new)
    hall_id = origin.hall_id if origin else new.hall_id
    hall = halls.hall(hall_id) if hall_id else None
    if hall is None or hall.question.id != question_id:
        raise Invalid([Problem("hall", N_("Please choose the hall in which you move it."))])
    question = db.session.get_one(Question, question_id, with_for_update=True)
    if reason := why_not_post(actor, hall.place, hall.hall.id, now):
        raise Refused(reason)
    if new.client_key and (twin := _sent_before(actor.member_id, new.client_key)):
        return twin
    option = db.session.get(Option, new.option_id)
    if option is None or option.question_id != question_id:
        raise Invalid([Problem("option", N_("Please choose one of those offered."))])
    question.argument_count += 1
    kind, _, number = new.origin.partition(":")
    argument = Argument(
        question_id=question_id, number=question.argument_count, option_id=option.id, side=new.side.value,
        claim=new.claim, mover_id=actor.member_id, office=office_shown(actor, hall.hall.local_id), moved_at=now,
        hall_id=hall.hall.id, answers_id=_answered(question_id, new.answers), client_key=new.client_key or None,
        post_id=int(number) if kind == "post" else None, message_id=int(number) if kind == "message" else None,
    )  # fmt: skip
    db.session.add(argument)
    db.session.flush()
    _add_revision(argument, new.grounds, new.sources, now)
    if origin:
        _name_or_ask(argument, origin.author_id, now)
    db.session.flush()
    slots.gather("argument.moved", argument, now)
    return argument


def _origin(new: NewArgument) -> queries.Origin | None:
    if not new.origin:
        return None
    kind, _, number = new.origin.partition(":")
    return queries.origin_of(kind, int(number))


def _sent_before(mover_id: int, client_key: str) -> Argument | None:
    query = db.select(Argument).where(Argument.mover_id == mover_id, Argument.client_key == client_key)
    found: Argument | None = db.session.scalar(query)
    return found


def _answered(question_id: int, number: int | None) -> int | None:
    if number is None:
        return None
    target = queries.argument_by_number(question_id, number)
    if target is None or target.withdrawn_at or target.hidden_at:
        raise Invalid([Problem("answers", N_("There is no such argument to answer."))])
    return target.merged_into_id or target.id


def _add_revision(argument: Argument, grounds: str, sources: str, now: datetime) -> None:
    db.session.add(
        ArgumentRevision(
            argument_id=argument.id,
            number=argument.revision,
            grounds_source=grounds,
            grounds_html=text.render(grounds),
            sources=sources,
            at=now,
        )
    )


def _name_or_ask(argument: Argument, author_id: int, now: datetime) -> None:
    """Members may name themselves; another whose words were taken is asked first."""
    if author_id == argument.mover_id:
        argument.origin_member_id = author_id
        return
    db.session.add(OriginConsent(argument_id=argument.id, member_id=author_id, asked_at=now))
    name = db.session.get_one(Member, author_id).name
    for address, language in recipients(frozenset({author_id})):
        mail.send("origin_asked", address, language=language, now=now, person=name, argument=argument)


def second_argument(actor: Actor, argument_id: int, *, now: datetime) -> Argument:
    """Second an argument; from here on its claim is fixed and members may read it."""
    argument, question = _locked(argument_id)
    if reason := rules.why_not_second(actor, actor.member_id, queries.facts_of(argument, question)):
        raise Refused(reason)
    argument.seconder_id, argument.seconded_at = actor.member_id, now
    db.session.flush()
    note_likenesses(argument, question)
    return argument


def word_argument(actor: Actor, argument_id: int, wording: NewWording, *, now: datetime) -> Argument:
    """Give an argument new grounds and sources, and a new claim while nobody has seconded it. Old ones stay public."""
    argument, question = _locked(argument_id)
    reason = rules.why_not_word(actor, actor.member_id, queries.facts_of(argument, question))
    if reason := reason or why_stopped(stopped_until(argument.hall_id, actor.member_id), now):
        raise Refused(reason)
    if wording.revision != argument.revision:
        raise Stale
    if argument.seconded_at is None:
        if not wording.claim:
            raise Invalid([Problem("claim", N_("Please fill this in."))])
        argument.claim = wording.claim
    elif wording.claim and wording.claim != argument.claim:
        raise Refused(N_("It has been seconded, so its claim is fixed. A new claim is a new argument."))
    current = db.select(ArgumentRevision.sources).where(ArgumentRevision.number == argument.revision)
    before = db.session.scalar(current.where(ArgumentRevision.argument_id == argument.id)) or ""
    argument.revision += 1
    _add_revision(argument, wording.grounds, wording.sources, now)
    answer_asks(argument, before, wording.sources, now)
    db.session.flush()
    return argument


def withdraw_argument(actor: Actor, argument_id: int, *, now: datetime) -> Argument:
    """Take an argument back. Its number and its page stay."""
    argument, question = _locked(argument_id)
    if reason := rules.why_not_withdraw(actor, actor.member_id, queries.facts_of(argument, question)):
        raise Refused(reason)
    argument.withdrawn_at = now
    db.session.flush()
    return argument


def answer_consent(actor: Actor, consent_id: int, agreed: bool, *, now: datetime) -> OriginConsent:
    """The member whose words were taken says whether to be named as their origin. May be changed later."""
    consent = db.session.get(OriginConsent, consent_id, with_for_update=True)
    if consent is None or consent.member_id != actor.member_id:
        raise Missing
    consent.agreed, consent.answered_at = agreed, now
    argument = queries.argument(consent.argument_id)
    argument.origin_member_id = actor.member_id if agreed else None
    db.session.flush()
    return consent


def _locked(argument_id: int) -> tuple[Argument, Question]:
    argument = db.session.get(Argument, argument_id, with_for_update=True)
    if argument is None:
        raise Missing
    return argument, db.session.get_one(Question, argument.question_id)
