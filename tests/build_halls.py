"""Builds questions in debate with halls, posts, arguments and readings, through the same operations as the pages."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from forum.arguments import operations as arguments
from forum.arguments import reading_operations as readings
from forum.arguments.forms import NewArgument
from forum.arguments.models import Argument, Reading
from forum.arguments.rules import Answer, Side
from forum.entry.models import EntryReading
from forum.halls import operations as halls
from forum.halls import post_operations as posts
from forum.halls import queries
from forum.halls.forms import NewPost
from forum.halls.models import Hall, Post
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Appointment, Option, Question
from forum.questions.process import DebateStage
from forum.questions.templates import as_tables, load_shipped
from tests.conftest import NOW
from tests.people import Cast, actor


@cache
def weiner() -> dict[str, Any]:
    """The process tables of the shipped template, as a question stores them; nobody is asked at the door."""
    process = load_shipped("weiner")
    stages = (replace(each, entry_reading=False) if isinstance(each, DebateStage) else each for each in process.stages)
    return as_tables(replace(process, stages=tuple(stages)))


def make_debate(cast: Cast, *, options: int = 2, open_halls: bool = True, now: datetime = NOW) -> Question:
    """A question in debate since two days, with tellers and observer of the cast and a hall for every local."""
    question = Question(
        public_id=secrets.token_urlsafe(16)[:22], number=(db.session.query(Question).count() + 14), state="debating",
        title="Shall we accept the Meridian agreement?", template="weiner", process=weiner(), created_at=now,
        created_by_id=cast.officer, charged_at=now - timedelta(days=9), debate_opens_at=now - timedelta(days=2),
        debate_closes_at=now + timedelta(days=20),
    )  # fmt: skip
    for position in range(options):
        question.options.append(Option(position=position, title=("Accept", "Reject", "Wait", "Ask")[position % 4]))
    for role, members in (("teller", cast.tellers), ("trustee", cast.trustees), ("observer", (cast.observer,))):
        for member in members:
            question.appointments.append(Appointment(member_id=member, role=role, named_at=now))
    db.session.add(question)
    db.session.flush()
    halls.create_halls(question, now)
    if open_halls:
        for hall in db.session.scalars(db.select(Hall).where(Hall.question_id == question.id)):
            hall.opened_at, hall.opened_as = now, "host"
    db.session.flush()
    return question


def ask_at_the_door(question: Question, *answered: int) -> None:
    """Let a debate ask where members stand before they read; these members have been asked."""
    tables = weiner()
    stages = [{**each, "entry_reading": True} if each["kind"] == "debate" else each for each in tables["stages"]]
    question.process = {**tables, "stages": stages}
    db.session.add_all(EntryReading(question_id=question.id, member_id=each, answer="unsaid") for each in answered)
    db.session.flush()


def make_hall(question: Question, local_id: int | None) -> Hall:
    """The hall of a local (None: the national hall), which the debate's charge has created."""
    hall = queries.hall_of(question.id, local_id)
    assert hall is not None
    return hall


def make_post(hall: Hall, author_id: int, source: str = "I work nights.", *, now: datetime = NOW) -> Post:
    return posts.publish_post(actor(author_id), hall.id, NewPost(source=source), now=now)


def make_argument(
    question: Question, mover_id: int, *, seconded_by: int | None = None, option: int = 0, side: Side = Side.FOR,
    claim: str = "The strike fund lasts nine weeks.", hall_id: int | None = None, origin: str = "", now: datetime = NOW,
) -> Argument:  # fmt: skip
    """An argument moved in the mover's own hall, and seconded where a seconder is named."""
    mover = actor(mover_id)
    new = NewArgument(
        option_id=question.options[option].id, side=side, claim=claim, grounds="$5.1 million, $61 a head.",
        hall_id=hall_id or make_hall(question, mover.local_id).id, origin=origin,
    )  # fmt: skip
    argument = arguments.move_argument(mover, question.id, new, now=now)
    if seconded_by is not None:
        arguments.second_argument(actor(seconded_by), argument.id, now=now)
    return argument


def make_reading(
    argument: Argument, reader: int | Actor, answer: Answer = Answer.AGREE, *, now: datetime = NOW
) -> Reading:
    person = actor(reader) if isinstance(reader, int) else reader
    return readings.read_argument(person, argument.id, answer, now=now)
