"""Members second options and name spokespersons; spokespersons add a trustee and an observer, or ask for
withdrawal.
"""

from datetime import datetime

from forum.bodies import queries as bodies
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Problem, refuse_unless
from forum.questions import naming_queries, queries, rules
from forum.questions.models import Appointment, Option, OptionNaming, OptionSecond, Question, WithdrawalRequest
from forum.questions.operations import tell_named
from forum.questions.spokespersons import NAMING_SECONDERS, agreed, may_name
from forum.questions.states import QuestionState
from forum.roll.models import Member


class Act(audit.Act):
    """Acts of spokespersons that touch who runs the question."""

    NAME_BY_OPTION = "name_by_option"
    ASK_WITHDRAWAL = "ask_withdrawal"


def second_option(actor: Actor, question: Question, option: Option, names: str, *, now: datetime) -> OptionSecond:
    """Second an option. The first ten may name one member each, by number; `names` is "" to name nobody
    yet.
    """
    _refuse_unless_open(actor, question)
    mine = queries.own_seconds(question.id, actor.member_id).get(option.id)
    refuse_unless(mine is None, N_("You have seconded this option already."))
    refuse_unless(
        not names or len(_first_ten(question, option)) < NAMING_SECONDERS,
        N_("Ten members have seconded this option before you; they name its spokespersons. Send yours without a name."),
    )
    named = _find_speaker(question, option, names) if names else None
    second = OptionSecond(option_id=option.id, member_id=actor.member_id, names_id=named.id if named else None, at=now)
    db.session.add(second)
    option.second_count = Option.second_count + 1  # added by the database: many second at once
    db.session.flush()
    return second


def name_spokesperson(actor: Actor, question: Question, option: Option, names: str) -> OptionSecond:
    """Name a spokesperson after having seconded: once, and only as one of the first ten."""
    _refuse_unless_open(actor, question)
    second = queries.own_seconds(question.id, actor.member_id).get(option.id)
    refuse_unless(second is not None, N_("Second the option first."))
    assert second is not None
    refuse_unless(
        may_name(actor.member_id, _first_ten(question, option)),
        N_("Only the first ten who seconded an option name its spokespersons."),
    )
    refuse_unless(second.names_id is None, N_("You have named a spokesperson already."))
    second.names_id = _find_speaker(question, option, names).id
    db.session.flush()
    return second


def _refuse_unless_open(actor: Actor, question: Question) -> None:
    state = QuestionState(question.state)
    refuse_unless(
        state in (QuestionState.CHARGED, QuestionState.DEBATING),
        N_("Options are seconded from the charge to the close of the debate."),
    )
    refuse_unless(
        rules.may_second_option(actor, question.id, state),
        N_("Seconding is for members in good standing and retired ones who are not tellers or observers here."),
    )


def _first_ten(question: Question, option: Option) -> list[int]:
    return [each.member_id for each in queries.first_seconds(question.id) if each.option_id == option.id]


def _find_speaker(question: Question, option: Option, words: str) -> Member:
    """The member named; raises `Invalid` at the field where that is nobody who could speak."""
    member = _find_member(words, f"names-{option.letter}")
    impartial = {"teller", "observer"} & {
        role for role, held in queries.appointments_of(member.id) if held == question.id
    }
    if member.standing not in rules.SPEAKING or impartial:
        raise Invalid(
            [Problem(f"names-{option.letter}", N_("This member cannot speak for an option of this question."))]
        )
    return member


def _find_member(words: str, field: str) -> Member:
    """The one member with this number or exactly this name; raises `Invalid` at the field otherwise."""
    found = queries.member_named(words) if words else []
    if not found:
        text = N_("No member on the roll has this number, or exactly this name.")
        raise Invalid([Problem(field, text)])
    if len(found) > 1:
        raise Invalid([Problem(field, N_("Several members have this name. Give the member number."))])
    return found[0]


def add_by_option(
    actor: Actor, question: Question, option: Option, role: str, number: str, *, now: datetime
) -> Appointment | None:
    """A spokesperson names whom the option adds as trustee or observer, until the call.

    Where two speak for the option it is done once both have named the same member; None until then. Naming another
    takes the place of what one had named before.
    """
    _refuse_unless_adding(actor, question, option, role)
    return _want(actor, question, option, role, _find_appointee(question, option, role, number), now)


def agree_to_add(
    actor: Actor, question: Question, option: Option, naming_id: int, *, now: datetime
) -> Appointment | None:
    """The other spokesperson wants the same member."""
    naming = naming_queries.naming(option.id, naming_id)
    _refuse_unless_adding(actor, question, option, naming.role)
    member = db.session.get_one(Member, naming.member_id)
    return _want(actor, question, option, naming.role, _suitable(question, option, naming.role, member), now)


def _refuse_unless_adding(actor: Actor, question: Question, option: Option, role: str) -> None:
    _refuse_unless_speaker(actor, question, option)
    refuse_unless(
        question.state in (QuestionState.CHARGED, QuestionState.DEBATING, QuestionState.CLOSED)
        and bodies.took_effect(question.id, "call") is None,
        N_("Spokespersons add a trustee and an observer between the charge and the call."),
    )
    taken = any(named.option_id == option.id and named.role == role for named, _ in queries.named_people(question.id))
    refuse_unless(not taken, N_("This option has named its own already."))


def _want(
    actor: Actor, question: Question, option: Option, role: str, member: Member, now: datetime
) -> Appointment | None:
    """Note whom this spokesperson wants; name the member once nobody who speaks for the option wants another."""
    found = {each.by_id: each for each in naming_queries.namings(option.id) if each.role == role}
    own = found.get(actor.member_id)
    if own is None:
        own = OptionNaming(option_id=option.id, role=role, by_id=actor.member_id, member_id=member.id, at=now)
        db.session.add(own)
    own.member_id, own.at = member.id, now
    db.session.flush()
    wanted = {by_id: each.member_id for by_id, each in found.items()} | {actor.member_id: member.id}
    if not agreed(naming_queries.present_speakers(question, option), wanted, member.id):
        return None
    named = Appointment(question_id=question.id, member_id=member.id, role=role, option_id=option.id, named_at=now)
    db.session.add(named)
    db.session.flush()
    audit.record(
        actor, Act.NAME_BY_OPTION, f"question:{question.id}", now=now, office="spokesperson",
        role=role, option=option.letter, named=member.public_id,
    )  # fmt: skip
    tell_named(question, [(role, member.id)], now)
    return named


def _find_appointee(question: Question, option: Option, role: str, number: str) -> Member:
    return _suitable(question, option, role, _find_member(number, f"number-{option.letter}"))


def _suitable(question: Question, option: Option, role: str, member: Member) -> Member:
    if member.office == "officer":
        raise Invalid([Problem(f"number-{option.letter}", N_("Officers cannot be trustees or observers."))])
    held = {each for each, held in queries.appointments_of(member.id) if held == question.id}
    if role in held or "teller" in held:
        raise Invalid(
            [Problem(f"number-{option.letter}", N_("This member already holds an office for this question."))]
        )
    return member


def ask_withdrawal(actor: Actor, question: Question, option: Option, *, now: datetime) -> WithdrawalRequest:
    """A spokesperson asks that the question be withdrawn; once all of every option ask, the tellers may."""
    _refuse_unless_speaker(actor, question, option)
    refuse_unless(
        question.state in (QuestionState.CHARGED, QuestionState.DEBATING, QuestionState.CLOSED),
        N_("You can ask for this after the charge."),
    )
    query = db.select(WithdrawalRequest).where(
        WithdrawalRequest.option_id == option.id, WithdrawalRequest.member_id == actor.member_id
    )
    refuse_unless(db.session.scalars(query).first() is None, N_("You have asked for this already."))
    asked = WithdrawalRequest(option_id=option.id, member_id=actor.member_id, at=now)
    db.session.add(asked)
    db.session.flush()
    audit.record(
        actor,
        Act.ASK_WITHDRAWAL,
        f"question:{question.id}",
        now=now,
        office="spokesperson",
        option=option.letter,
    )
    return asked


def _refuse_unless_speaker(actor: Actor, question: Question, option: Option) -> None:
    speaks = actor.member_id in queries.spokespersons(question).get(option.id, ())
    refuse_unless(speaks, N_("This is for the spokespersons of the option."))
