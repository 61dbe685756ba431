"""Page-shaped reads of a question: its options with seconds and speakers, its people, its locals, its draft.

Names of persons are given here whole; the pages show them to members only, and counts to visitors.
"""

from dataclasses import dataclass, field
from datetime import datetime

from forum.bodies import queries as bodies
from forum.bodies.models import BodyAct
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions import queries, rules
from forum.questions.derived_queries import floor_now
from forum.questions.forms import ROLES, Draft, DraftOption, Duty
from forum.questions.models import Obligation, Option, Question, WithdrawalRequest
from forum.questions.naming_queries import Wanted, wanted_for
from forum.questions.spokespersons import NAMING_SECONDERS, may_name
from forum.questions.states import QuestionState
from forum.roll import queries as roll
from forum.roll.models import Local

OVERRIDES = {"close_debate_anyway", "extend_debate"}


@dataclass(frozen=True, slots=True)
class OptionCard:
    """One option as its page shows it to this person. `added` maps a role to the member its speakers
    added.
    """

    option: Option
    duties: list[Obligation]
    second_count: int
    speakers: list[str]
    added: dict[str, str]
    wanted: list[Wanted]
    seconded: bool
    may_second: bool
    may_name: bool
    names_left: int
    speaks: bool
    asked_count: int
    asked: bool


@dataclass(frozen=True, slots=True)
class LocalStanding:
    """One local under the charge. `state` is yes (honoured), part (under way), no (not open) or free
    (exempt).
    """

    number: str
    name: str
    state: str
    reason: str
    mine: bool


@dataclass(frozen=True, slots=True)
class People:
    """Who runs the question: for each role the members' names, with the letter of the option that added
    them.
    """

    named: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def count(self, role: str) -> int:
        """How many hold this office."""
        return len(self.named.get(role, ()))

    @property
    def all_told(self) -> int:
        """How many hold an office; nobody does where no vote of members or named body needs them."""
        return sum(map(len, self.named.values()))


def option_cards(actor: Actor, found: Question) -> list[OptionCard]:
    """Every option with what this person may do about it."""
    speakers = queries.spokespersons(found)
    names = roll.members(member for ids in speakers.values() for member in ids)
    first = queries.first_seconds(found.id)
    own = queries.own_seconds(found.id, actor.member_id) if actor.is_member else {}
    people = queries.named_people(found.id)
    duties = obligations_of(found.id)
    asked = _asked(found.id)
    allowed = actor.is_member and rules.may_second_option(actor, found.id, QuestionState(found.state))
    cards = []
    for option in found.options:
        order = [each.member_id for each in first if each.option_id == option.id]
        mine = own.get(option.id)
        cards.append(
            OptionCard(
                option=option,
                duties=[each for each in duties if each.option_id == option.id],
                second_count=option.second_count,
                speakers=[names[member].name for member in speakers.get(option.id, ()) if member in names],
                added={each.role: member.name for each, member in people if each.option_id == option.id},
                wanted=wanted_for(actor, found, option),
                seconded=mine is not None,
                may_second=allowed and mine is None,
                may_name=allowed and mine is not None and mine.names_id is None and may_name(actor.member_id, order),
                names_left=NAMING_SECONDERS - len(order),
                speaks=actor.is_member and actor.member_id in speakers.get(option.id, ()),
                asked_count=sum(option_id == option.id for option_id, _ in asked),
                asked=(option.id, actor.member_id) in asked,
            )
        )
    return cards


def _asked(question_id: int) -> set[tuple[int, int]]:
    query = (
        db.select(WithdrawalRequest.option_id, WithdrawalRequest.member_id)
        .join(Option, Option.id == WithdrawalRequest.option_id)
        .where(Option.question_id == question_id)
    )
    return {(option_id, member_id) for option_id, member_id in db.session.execute(query)}


def obligations_of(question_id: int) -> list[Obligation]:
    """What each outcome obliges the council to do."""
    query = db.select(Obligation).where(Obligation.question_id == question_id).order_by(Obligation.id)
    return list(db.session.scalars(query))


def people_of(found: Question) -> People:
    """Tellers, trustees and observers of a question."""
    letters = {each.id: each.letter for each in found.options}
    named: dict[str, list[tuple[str, str]]] = {role: [] for role in ROLES}
    for appointment, member in queries.named_people(found.id):
        if member.office != "officer" or found.state == QuestionState.DRAFTED:
            named[appointment.role].append((member.name, letters.get(appointment.option_id or 0, "")))
    return People(named)


def locals_standing(actor: Actor, found: Question, now: datetime) -> list[LocalStanding]:
    """Whether every local has been given its say; empty before the charge and without a debate."""
    proof = floor_now(found, now)
    if proof is None:
        return []
    rows = {each.id: each for each in db.session.scalars(db.select(Local))}
    standing = []
    for row in proof.locals:
        local = rows.get(row.local.local_id)
        if local is None:
            continue
        state = "free" if row.local.exemption is not None else "yes" if row.honoured else "no"
        if state == "no" and row.local.opened_by is not None:
            state = "part"
        reason = row.local.exemption or row.reason
        standing.append(LocalStanding(local.number, local.name, state, reason, local.id == actor.local_id))
    return standing


def draft_of(found: Question) -> Draft:
    """The stored draft in the shape in which it is read from the form."""
    duties = obligations_of(found.id)
    people: dict[str, tuple[str, ...]] = dict.fromkeys(ROLES, ())
    needed: list[str] = []
    for appointment, member in queries.named_people(found.id):
        people[appointment.role] += (member.number,)
        needed += [member.number] if appointment.needed else []
    return Draft(
        title=found.title,
        template=found.template,
        process=queries.process_of(found),
        background=found.background_source,
        process_source=found.process_source,
        timetable=queries.timetable_of(found),
        options=tuple(
            DraftOption(
                each.title,
                each.text,
                each.slate,
                tuple(Duty(duty.text, duty.due_days) for duty in duties if duty.option_id == each.id),
            )
            for each in found.options
        ),
        people=people,
        needed=tuple(needed),
        version=found.version,
        takes_up=_takes_up(found),
    )


def _takes_up(found: Question) -> int | None:
    return None if found.takes_up_id is None else queries.question_by_id(found.takes_up_id).number


def names_of(found: Question) -> dict[str, list[str]]:
    """For the draft's page: number and name of everyone named, so that a wrong number is seen."""
    named: dict[str, list[str]] = {role: [] for role in ROLES}
    for appointment, member in queries.named_people(found.id):
        named[appointment.role].append(f"{member.number} {member.name}")
    return named


def drafts() -> list[Question]:
    """Questions that have not left the drawer, newest first; the desk of officers works on them."""
    query = db.select(Question).where(Question.state == QuestionState.DRAFTED)
    return list(db.session.scalars(query.order_by(Question.number.desc()).limit(20)))


def overdue_debates(actor: Actor, now: datetime) -> list[Question]:
    """Debates that this teller must decide on: past their last moment, and no text on it waits for signatures."""
    led = [question_id for role, question_id in actor.appointments if role == "teller"]
    query = db.select(Question).where(Question.id.in_(led), Question.state == QuestionState.DEBATING)
    late = db.session.scalars(query.where(Question.debate_closes_at <= now).order_by(Question.number))
    return [each for each in late if not {act.act for act in bodies.pending(each.id)} & OVERRIDES]


def newest_act(question_id: int, act: str) -> BodyAct | None:
    """The newest act of a kind on a question that was not dropped, pending or in effect."""
    return next((each for each in bodies.acts_of(question_id) if each.act == act), None)


def current_questions() -> list[Question]:
    """Questions that are charged or in debate, newest first."""
    states = (QuestionState.CHARGED, QuestionState.DEBATING)
    query = db.select(Question).where(Question.state.in_(states)).order_by(Question.number.desc()).limit(20)
    return list(db.session.scalars(query))
