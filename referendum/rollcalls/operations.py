"""Open votes: set up when their stage is due, opened when the seats are named, closed by the clock.

The last one of a process binds the leadership.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from forum.bodies import operations as bodies
from forum.bodies.acts import Body
from forum.bodies.models import BodyAct
from forum.kernel import audit, mailings, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Problem, Refused, refuse_unless
from forum.questions.models import Question
from forum.questions.process import ByNameStage, CouncilDecisionStage, StageKind
from forum.questions.queries import appointments, members_by_number, options, process_of, question_by_id
from forum.questions.states import QuestionMove, QuestionState
from forum.roll.models import Member
from forum.roll.queries import officer_ids
from referendum.mandate.operations import bind
from referendum.process.chain import next_stage
from referendum.process.queries import cited_vote
from referendum.rollcalls import notices, queries, rules
from referendum.rollcalls.forms import NewSeat
from referendum.rollcalls.models import RollCall, Seat

NAME_SEATS = "name_seats"
SEATS_TOGETHER = 50
CLOSING = (QuestionMove.CLOSE, QuestionMove.CLOSE_ANYWAY, QuestionMove.PUBLISH)


class Act(audit.Act):
    """Acts of power in open votes."""

    SET_UP_ROLL_CALL = "set_up_roll_call"
    OPEN_ROLL_CALL = "open_roll_call"
    VOTE_BY_NAME = "vote_by_name"
    CLOSE_ROLL_CALL = "close_roll_call"


def subject_of(roll_call: RollCall) -> str:
    """How the audit log names an open vote."""
    return f"roll call:{roll_call.id}"


def set_up(question: Question, stage: ByNameStage, letters: Sequence[str], now: datetime) -> RollCall:
    """Set up an open vote between these options. A council's decision opens at once: its seats are the officers'."""
    days, quorum = (rules.COUNCIL_DAYS, 0) if isinstance(stage, CouncilDecisionStage) else (stage.days, stage.quorum)
    roll_call = RollCall(
        question_id=question.id, kind=str(stage.kind), body=stage.body, letters=list(letters), set_up_at=now,
        quorum=str(quorum), state="set_up", days=days,
    )  # fmt: skip
    db.session.add(roll_call)
    db.session.flush()
    audit.record(
        None, Act.SET_UP_ROLL_CALL, subject_of(roll_call), now=now, question=question.number, body=stage.body,
        options=list(letters),
    )  # fmt: skip
    if isinstance(stage, CouncilDecisionStage):
        officers = queries.people(officer_ids())
        _open(roll_call, [(officers[each], "") for each in sorted(officers)], now, office="clock")
    return roll_call


def question_moved(question: Question, move: object, now: datetime) -> None:
    """Where the members have no vote, the first open vote is due as soon as the question is closed; a survey that is
    still to come calls `begin` once it is over."""
    if move in CLOSING and process_of(question).stage(StageKind.SURVEY) is None:
        begin(question, now)


def begin(question: Question, now: datetime) -> None:
    """Set up the open vote with which this process decides, if it does; between all options."""
    stage = next_stage(process_of(question), ())
    due = question.state == QuestionState.CLOSED and not queries.roll_calls(question.id)
    if due and isinstance(stage, ByNameStage):
        set_up(question, stage, [each.letter for each in options(question.id)], now)


def propose_seats(actor: Actor, roll_call: RollCall, new: Sequence[NewSeat], now: datetime) -> BodyAct:
    """Put before the tellers who holds a seat in the body; signed, the vote opens."""
    refuse_unless(actor.holds("teller", roll_call.question_id), N_("Only the tellers of this question do this."))
    _refuse_unless_waiting(roll_call)
    people = _people(new)
    _refuse_tellers(roll_call, [member for member, _ in people])
    seats = [{"member_id": member.id, "speaks_for": speaks_for} for member, speaks_for in people]
    question = question_by_id(roll_call.question_id)
    document = (
        f"# Seats of {roll_call.body}, question {question.number}\n\n{question.title}\n\n"
        f"They vote by name within {roll_call.days} day{'' if roll_call.days == 1 else 's'} of this act, between "
        f"{', '.join(f'{each.letter} {each.title}' for each in queries.standing_options(roll_call))}.\n\n"
        + "\n".join(_rows(people))
    )
    return bodies.propose(
        actor, question.id, Body.TELLERS, NAME_SEATS, document, {"roll_call_id": roll_call.id, "seats": seats}, now,
        about=subject_of(roll_call), names=[member.name for member, _ in people],
    )  # fmt: skip


def _rows(people: Sequence[tuple[Member, str]]) -> Iterator[str]:
    """Who holds which seat, in sections short enough to be shown as such."""
    for first in range(0, len(people), SEATS_TOGETHER):
        part = list(enumerate(people[first : first + SEATS_TOGETHER], first + 1))
        yield f"### Seats {first + 1} to {first + len(part)}\n"
        yield from (f"Seat {at}, {_seat_name(member, told)}: {member.name}" for at, (member, told) in part)
        yield ""


def _people(new: Sequence[NewSeat]) -> list[tuple[Member, str]]:
    found = members_by_number(each.number for each in new)
    unknown = [each.number for each in new if each.number not in found]
    if unknown:
        text = N_("Nobody on the roll has this number: %(numbers)s.")
        raise Invalid([Problem("seats", text, {"numbers": ", ".join(unknown)})])
    whole = queries.people([each.id for each in found.values()])
    return [(whole[found[each.number].id], each.speaks_for) for each in new]


def _refuse_unless_waiting(roll_call: RollCall) -> None:
    refuse_unless(roll_call.state == "set_up", N_("The seats are named already. The vote has opened."))
    refuse_unless(question_by_id(roll_call.question_id).state == QuestionState.CLOSED, rules.NOT_OPEN)


def _refuse_tellers(roll_call: RollCall, people: Sequence[Member]) -> None:
    """Nobody rules on their own act: who names the seats has none."""
    tellers = appointments(roll_call.question_id, "teller")
    if named := [each.number for each in people if each.id in tellers]:
        text = N_("Tellers of this question name the seats and have none: %(numbers)s.")
        raise Invalid([Problem("seats", text, {"numbers": ", ".join(named)})])


def _seat_name(member: Member, told: str) -> str:
    return told or str(member.local.council.name)


def open_by_act(act: BodyAct, now: datetime) -> None:
    """The seats are signed: the vote opens."""
    roll_call = queries.roll_call_by_id(act.facts["roll_call_id"])
    _refuse_unless_waiting(roll_call)
    found = queries.people([each["member_id"] for each in act.facts["seats"]])
    people = [(found[each["member_id"]], each["speaks_for"]) for each in act.facts["seats"]]
    _open(roll_call, people, now, office="teller")


def _open(roll_call: RollCall, people: Sequence[tuple[Member, str]], now: datetime, *, office: str) -> None:
    for place, (member, told) in enumerate(people, 1):
        roll_call.seats.append(
            Seat(place=place, member_id=member.id, council_id=member.local.council_id,
                 speaks_for=_seat_name(member, told))
        )  # fmt: skip
    roll_call.state, roll_call.opened_at = "open", now
    roll_call.closes_at = now + timedelta(days=roll_call.days)
    db.session.flush()
    audit.record(
        None, Act.OPEN_ROLL_CALL, subject_of(roll_call), now=now, office=office, seats=len(people),
        closes_at=roll_call.closes_at.isoformat(),
    )  # fmt: skip
    mailings.start(notices.OPENS, roll_call.id, now)


def vote_by_name(actor: Actor, roll_call: RollCall, letter: str, words: str, now: datetime) -> Seat:
    """A seat votes, or abstains, with its public reason. Until the close it may vote anew; the last one counts. Seats
    are those of the moment in which the vote opened: who takes or leaves an office later gains and loses none."""
    db.session.refresh(roll_call, with_for_update=True)
    seat = queries.seat_of(roll_call, actor.member_id)
    if seat is None:
        raise Refused(rules.NO_SEAT)
    refuse_unless(rules.is_open(roll_call.state, roll_call.closes_at, now), rules.NOT_OPEN)
    seat.letter, seat.words, seat.voted_at = letter, words, now
    db.session.flush()
    audit.record(
        actor, Act.VOTE_BY_NAME, subject_of(roll_call), now=now, office="seat", seat=seat.place, letter=letter,
        reason_hash=audit.sha256(words),
    )  # fmt: skip
    return seat


def close_if_due(roll_call_id: int, now: datetime) -> bool:
    """Close an open vote whose moment has come, or in which every seat has voted; says whether it did. Who votes in
    this very moment comes before the close or is refused, because both lock the roll call's row."""
    roll_call = queries.roll_call_by_id(roll_call_id)
    db.session.refresh(roll_call, with_for_update=True)
    voted = sum(each.voted_at is not None for each in roll_call.seats)
    due = rules.is_due(roll_call.state, roll_call.closes_at, len(roll_call.seats), voted, now)
    if due:
        _close(roll_call, now)
    return due


def _close(roll_call: RollCall, now: datetime) -> None:
    question, ended = question_by_id(roll_call.question_id), queries.outcome_of(roll_call)
    roll_call.state, roll_call.closed_at, roll_call.reason = "closed", now, str(ended.reason)
    roll_call.elected = roll_call.letters[ended.elected[0]] if ended.is_elected else ""
    db.session.flush()
    audit.record(
        None, Act.CLOSE_ROLL_CALL, subject_of(roll_call), now=now, office="clock", reason=roll_call.reason,
        elected=roll_call.elected, voted=sum(each.voted_at is not None for each in roll_call.seats),
    )  # fmt: skip
    slots.gather("roll_call.closed", roll_call, now)
    if question.state == QuestionState.CLOSED:
        _follow(question, roll_call, now)


def _follow(question: Question, roll_call: RollCall, now: datetime) -> None:
    """What comes next in the process; after the last stage the leadership is bound to what was elected."""
    done = queries.finished_stages(question.id)
    stage = next_stage(process_of(question), done)
    if isinstance(stage, ByNameStage):
        set_up(question, stage, done[-1].going_on, now)
    vote = cited_vote(question.id)
    if roll_call.elected and vote is not None:
        elected = [each for each in queries.standing_options(roll_call) if each.letter == roll_call.elected]
        bind(vote, elected, now, now)
