"""How the demo's live sessions are told: held ones with chat, attendance and minutes, one under way, some to come."""

from datetime import datetime, timedelta
from typing import Any

from forum.kernel.database import db
from forum.roll.models import Local, Member
from forum.roll.rules import SPEAKING
from forum.sittings import (
    chat_operations,
    closing_operations,
    enquiry_operations,
    floor_operations,
    operations,
    poll_operations,
)
from forum.sittings.enquiry_forms import NewEnquiry
from forum.sittings.forms import Call, Minutes, NewMessage, NewPoll, NewSitting, Request
from forum.sittings.models import Sitting
from referendum.rehearsal.stage import Happening, Made, Stage

LENGTH = timedelta(minutes=95)
WRITING_UP = timedelta(hours=3)


def held_session(
    stage: Stage, made: Made, hall: str, at: datetime, coming: int, minutes: str, said: list[list[Any]]
) -> list[Happening]:
    """The hall's first session, from its opening to its signed minutes; "" leaves the minutes unwritten."""

    def open_(now: datetime) -> None:
        operations.open_sitting(stage.host(hall), _scheduled(made, hall), now=now)

    def arrive(_now: datetime) -> None:
        arrive_at(stage, open_session(made, hall), hall, coming)

    def close(now: datetime) -> None:
        closing_operations.close_sitting(stage.host(hall), open_session(made, hall), now=now)

    def sign(now: datetime) -> None:
        sitting = db.session.scalars(
            db.select(Sitting).where(Sitting.hall_id == made.halls[hall], Sitting.state == "closed")
        ).one()
        written = Minutes(minutes, sitting.version)
        closing_operations.sign_minutes(stage.host(hall), sitting.id, written, now=now)

    happenings: list[Happening] = [(at, open_), (at + timedelta(minutes=5), arrive), (at + LENGTH, close)]
    happenings += chat(stage, made, hall, at, said)
    return [*happenings, (at + LENGTH + WRITING_UP, sign)] if minutes else happenings


def chat(stage: Stage, made: Made, hall: str, at: datetime, said: list[list[Any]]) -> list[Happening]:
    """Lines of chat; rows are author, minutes after the opening, words."""
    happenings: list[Happening] = []
    for key, minute, words in said:

        def say(now: datetime, key: str = key, words: str = words) -> None:
            chat_operations.say(stage.person(key), open_session(made, hall), NewMessage(words), now=now)

        happenings.append((at + timedelta(minutes=minute), say))
    return happenings


def arrive_at(stage: Stage, sitting_id: int, local: str, count: int) -> None:
    """So many members come to an open session: of the local, of the whole union in the national hall ("")."""
    present = db.select(Member.id).join(Local).where(Member.standing.in_(SPEAKING))
    if local:
        present = present.where(Local.number == local)
    for member_id in db.session.scalars(present.order_by(Member.id).limit(count)):
        operations.attend(stage.actor(member_id), sitting_id)


def live_session(stage: Stage, made: Made, told: dict[str, Any], opened_at: datetime) -> list[Happening]:
    """The session that is under way when the demo opens: speakers, stack, chat and an open straw poll."""
    hall, host = told["hall"], stage.host(told["hall"])

    def schedule(now: datetime) -> None:
        starts_at = opened_at.replace(second=0, microsecond=0) - timedelta(minutes=1)
        new = NewSitting(told["title"], starts_at, told["agenda"], told["place"], told["turn_seconds"])
        operations.schedule_sitting(host, made.halls[hall], new, now=now)

    def open_(now: datetime) -> None:
        operations.open_sitting(host, _scheduled(made, hall), now=now)
        arrive_at(stage, open_session(made, hall), hall, told["attending"])

    def poll(now: datetime) -> None:
        words, choices = told["poll"]
        poll_operations.open_poll(host, open_session(made, hall), NewPoll(words, tuple(choices)), now=now)

    happenings: list[Happening] = [(opened_at - timedelta(hours=20), schedule), (opened_at, open_)]
    happenings += chat(stage, made, hall, opened_at, told["said"])
    happenings += _floor(stage, made, told, opened_at)
    return [*happenings, (opened_at + timedelta(minutes=26), poll)]


def _floor(stage: Stage, made: Made, told: dict[str, Any], opened_at: datetime) -> list[Happening]:
    hall = told["hall"]
    happenings: list[Happening] = []
    for key, minute, option, where in told["stack"]:

        def ask(now: datetime, row: tuple[str, ...] = (key, option, where)) -> None:
            key, option, where = row
            request = Request(made.options[option] if option else None, where == "online")
            floor_operations.ask_to_speak(stage.person(key), open_session(made, hall), request, now=now)

        happenings.append((opened_at + timedelta(minutes=minute), ask))

    def call(now: datetime) -> None:
        floor_operations.call_next(stage.host(hall), open_session(made, hall), Call(), now=now)

    calls = [timedelta(minutes=10 + 10 * each) for each in range(told["spoken"])]
    last = timedelta(minutes=told["began_minutes_ago"], seconds=-40)
    return happenings + [(opened_at + after, call) for after in [*calls[1:], last]]


def coming_session(
    stage: Stage, made: Made, hall: str, at: datetime, title: str, place: str, told_at: datetime
) -> Happening:
    """A session to come."""

    def schedule(now: datetime) -> None:
        new = NewSitting(title, at, "", place)
        operations.schedule_sitting(stage.host(hall), made.halls[hall], new, now=now)

    return told_at, schedule


def asked(stage: Stage, made: Made, told: list[Any], now: datetime) -> list[Happening]:
    """What a member asked of a hall's next session, and an hour later the answer in writing, if there is one."""
    hall, author, hours, words, written = told
    at, numbers = now - timedelta(hours=hours), list[int]()

    def ask(now: datetime) -> None:
        new = NewEnquiry(words)
        numbers.append(enquiry_operations.ask(stage.person(author), _scheduled(made, hall), new, now=now).id)

    def answer(now: datetime) -> None:
        enquiry_operations.answer(stage.host(hall), _scheduled(made, hall), numbers[0], written, now=now)

    happenings: list[Happening] = [(at, ask)]
    return [*happenings, (at + timedelta(hours=1), answer)] if written else happenings


def _scheduled(made: Made, hall: str) -> int:
    return _in_state(made, hall, "scheduled")


def open_session(made: Made, hall: str) -> int:
    """The session that is open in a hall."""
    return _in_state(made, hall, "open")


def _in_state(made: Made, hall: str, state: str) -> int:
    query = db.select(Sitting.id).where(Sitting.hall_id == made.halls[hall], Sitting.state == state)
    found: int | None = db.session.scalars(query.order_by(Sitting.starts_at)).first()
    assert found is not None
    return found
