"""Reads of open votes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func
from sqlalchemy.orm import joinedload

from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing, Percentage
from forum.kernel.once import once_a_page
from forum.questions.models import Option, Question
from forum.questions.process import ByNameStage, StageKind
from forum.questions.queries import options, process_of, question_by_id
from forum.questions.states import QuestionState
from forum.roll.models import Council, Local, Member
from referendum.process.chain import Finished, leads_to
from referendum.process.queries import cited_vote
from referendum.process.voting import Outcome, Reason
from referendum.results.chain_queries import finished_votes
from referendum.results.queries import result_of
from referendum.results.rules import percent_of
from referendum.results.turnout_queries import CouncilRow, turnout_of
from referendum.rollcalls import rules
from referendum.rollcalls.models import RollCall, Seat


def roll_call_by_id(roll_call_id: int) -> RollCall:
    """Raises `Missing`."""
    found = db.session.get(RollCall, roll_call_id)
    if found is None:
        raise Missing
    return found


def roll_call_of(question: Question, kind: str) -> RollCall:
    """The open vote of this kind on a question. Raises `Missing`."""
    found = next((each for each in by_name_on(question) if each.kind == kind), None)
    if found is None:
        raise Missing
    return found


@once_a_page
def roll_calls(question_id: int) -> list[RollCall]:
    """Every open vote on a question, in the order in which they came."""
    query = db.select(RollCall).where(RollCall.question_id == question_id)
    return list(db.session.scalars(query.order_by(RollCall.id)))


def by_name_on(question: Question) -> list[RollCall]:
    """The same; asks nothing where the process has none. A withdrawn question waits for nobody to open one."""
    has = any(isinstance(stage, ByNameStage) for stage in process_of(question).stages)
    found = roll_calls(question.id) if has else []
    return [each for each in found if question.state != QuestionState.WITHDRAWN or each.state != "set_up"]


def body_of(roll_call: RollCall) -> str:
    """The body's name as the process has it, to be said in the reader's language where it is the house's own word."""
    stage = process_of(question_by_id(roll_call.question_id)).stage(StageKind(roll_call.kind))
    return stage.body if isinstance(stage, ByNameStage) else roll_call.body


def any_opened(question: Question) -> bool:
    """Whether an open vote on this question has begun."""
    return any(each.state != "set_up" for each in by_name_on(question))


def open_roll_calls() -> list[RollCall]:
    """Those that the clock may have to close."""
    return list(db.session.scalars(db.select(RollCall).where(RollCall.state == "open").order_by(RollCall.id)))


def seat_of(roll_call: RollCall, member_id: int) -> Seat | None:
    """A member's own seat."""
    return db.session.scalars(
        db.select(Seat).where(Seat.roll_call_id == roll_call.id, Seat.member_id == member_id)
    ).first()


def people(ids: Iterable[int]) -> dict[int, Member]:
    """These members with their locals and councils, read together."""
    query = db.select(Member).where(Member.id.in_(ids)).options(joinedload(Member.local).joinedload(Local.council))
    return {each.id: each for each in db.session.scalars(query)}


def standing_options(roll_call: RollCall) -> list[Option]:
    """The options that stand, in the question's order."""
    return [each for each in options(roll_call.question_id) if each.letter in roll_call.letters]


def outcome_of(roll_call: RollCall) -> Outcome:
    """What the seats' votes come to, as they are now."""
    voted = [each.letter for each in roll_call.seats if each.voted_at is not None]
    process = process_of(question_by_id(roll_call.question_id))
    slates = [each.slate for each in standing_options(roll_call)]
    return rules.outcome(
        roll_call.letters, voted, len(roll_call.seats), Fraction(roll_call.quorum),
        leads_to(process, StageKind(roll_call.kind)), slates,
    )  # fmt: skip


def finished_stages(question_id: int) -> tuple[Finished, ...]:
    """Every deciding stage of a question that is over: its certified votes, then its closed open votes."""
    closed = [each for each in roll_calls(question_id) if each.state == "closed"]
    over = (Finished(StageKind(each.kind), tuple(each.letters), outcome_of(each)) for each in closed)
    return (*finished_votes(question_id), *over)


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat as it is shown: its holder's name is for members."""

    seat: Seat
    name: str
    council: str


@dataclass(frozen=True, slots=True)
class RollCallPage:
    """An open vote as everybody sees it. `own` is the reader's seat; `counts` are votes by letter, `reason` why it
    ended as it did. `body` is to be said by the edge."""

    question: Question
    roll_call: RollCall
    body: str
    options: list[Option]
    rows: list[SeatRow]
    counts: dict[str, int]
    voted: int
    open: bool
    own: Seat | None
    seats: int
    elected: Option | None
    reason: Reason | None

    @property
    def quorum(self) -> Percentage:
        return percent_of(Fraction(self.roll_call.quorum))


def roll_call_page(roll_call: RollCall, actor: Actor, now: datetime, *, rows: bool = True) -> RollCallPage:
    """The page of an open vote; without `rows` only how it stands is read, not every seat."""
    counts, seats = _counts(roll_call)
    standing = standing_options(roll_call)
    return RollCallPage(
        question_by_id(roll_call.question_id), roll_call, body_of(roll_call), standing,
        seat_rows(roll_call.seats) if rows else [], counts, sum(counts.values()),
        rules.is_open(roll_call.state, roll_call.closes_at, now),
        seat_of(roll_call, actor.member_id) if actor.is_member else None, seats,
        next((each for each in standing if each.letter == roll_call.elected), None),
        Reason(roll_call.reason) if roll_call.reason else None,
    )  # fmt: skip


def _counts(roll_call: RollCall) -> tuple[dict[str, int], int]:
    """Votes by letter, and how many seats there are."""
    voted = Seat.voted_at.is_not(None)
    query = db.select(Seat.letter, voted, func.count()).where(Seat.roll_call_id == roll_call.id)
    found = db.session.execute(query.group_by(Seat.letter, voted)).all()
    return {letter: count for letter, has, count in found if has}, sum(count for *_, count in found)


def seat_rows(seats: list[Seat]) -> list[SeatRow]:
    """Seats with the names of who holds them."""
    ids = {each.member_id for each in seats}
    query = db.select(Member.id, Member.name).where(Member.id.in_(ids))
    names = {row.id: row.name for row in db.session.execute(query)}
    of = db.select(Council).where(Council.id.in_({each.council_id for each in seats}))
    councils = {each.id: each.name for each in db.session.scalars(of)}
    return [SeatRow(each, names[each.member_id], councils[each.council_id]) for each in seats]


@dataclass(frozen=True, slots=True)
class SeatPage:
    """One seat beside what the members decided. `table` is the members' published table: letter, title, share;
    `turnout` is their council's, where it was told."""

    page: RollCallPage
    row: SeatRow
    table: list[tuple[str, str, str]]
    turnout: CouncilRow | None


def seat_page(roll_call: RollCall, place: int, actor: Actor, now: datetime) -> SeatPage:
    """A seat's own page. Raises `Missing`."""
    page = roll_call_page(roll_call, actor, now, rows=False)
    query = db.select(Seat).where(Seat.roll_call_id == roll_call.id, Seat.place == place)
    row = next(iter(seat_rows(list(db.session.scalars(query)))), None)
    if row is None:
        raise Missing
    vote = cited_vote(roll_call.question_id)
    result = result_of(vote.id) if vote else None
    rows = result.table["rows"] if result else []
    councils = turnout_of(vote, for_members=actor.is_member) if vote else []
    return SeatPage(
        page, row, [(each["letter"], each["title"], each["percent"]) for each in rows if each["listed"]],
        next((each for each in councils if each.name == row.council), None),
    )  # fmt: skip
