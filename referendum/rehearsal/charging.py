"""How each of the demo's questions begins: drafted, published, pledged, charged; then the halls are opened."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from forum.halls import operations as halls
from forum.halls import queries as hall_queries
from forum.halls.forms import Opening
from forum.kernel.database import db
from forum.questions import act_operations, draft_operations, operations, option_operations
from forum.questions.forms import Draft, DraftOption, Duty
from forum.questions.models import Question
from forum.questions.process import DebateStage, Process
from forum.questions.queries import options
from forum.questions.templates import load_shipped
from forum.questions.timetable import Timetable
from forum.roll.models import Local
from referendum.rehearsal.reading_union import number_of
from referendum.rehearsal.stage import Happening, Made, Stage

OFFICERS = ("marchetti", "banerjee", "whitcomb", "nakai", "oduya", "lafleur", "pruitt")
PEOPLE = {
    "teller": ("ferreira", "sorensen", "achterberg"),
    "trustee": ("abara", "kowalczyk", "halvorsen"),
    "observer": ("pelletier", "hightower"),
}
BEFORE_THE_VOTE = timedelta(days=3)


def _process(told: dict[str, Any]) -> Process:
    """The template's process; the story may let members be asked where they stand as the debate begins."""
    process = load_shipped(told["template"])
    if not told.get("entry_reading", False):
        return process
    asking = (replace(each, entry_reading=True) if isinstance(each, DebateStage) else each for each in process.stages)
    return replace(process, stages=tuple(asking))


def timetable_of(process: Process, opens_at: datetime, days: int) -> Timetable:
    """The published dates of a question whose debate opens then; it closes at six in the evening."""
    closes_at = (opens_at + timedelta(days=days)).replace(hour=18, minute=0)
    vote = process.members_vote
    assert vote is not None
    voting_at = (closes_at + BEFORE_THE_VOTE).replace(hour=8)
    ends_at = (voting_at + timedelta(days=vote.days)).replace(hour=18)
    return Timetable(
        debate_opens_at=opens_at, debate_closes_at=closes_at, record_at=closes_at + timedelta(hours=18),
        voting_opens_at=voting_at, voting_closes_at=ends_at,
        challenge_closes_at=ends_at + timedelta(days=vote.challenge_days),
    )  # fmt: skip


def charge(stage: Stage, made: Made, told: dict[str, Any], opens_at: datetime, charged_at: datetime) -> list[Happening]:
    """The acts from the first draft to the charge, the pledge a day before it."""

    def draft(now: datetime) -> None:
        question = draft_operations.create_question(stage.person(OFFICERS[0]), told["title"], told["template"], now=now)
        process = _process(told)
        dates = timetable_of(process, opens_at, told["debate_days"])
        wanted = Draft(
            title=told["title"], template=told["template"], process=process, background=told["background"].strip(),
            timetable=dates, version=question.version,
            people={role: tuple(number_of(key) for key in keys) for role, keys in PEOPLE.items()},
            options=tuple(
                DraftOption(each["title"], each.get("text", ""), duties=tuple(Duty(*duty) for duty in each["duties"]))
                for each in told["option"]
            ),
        )  # fmt: skip
        draft_operations.save_draft(stage.person(OFFICERS[0]), question, wanted, now=now)
        made.question_id = question.id

    def publish(now: datetime) -> None:
        draft_operations.publish_question(stage.person(OFFICERS[1]), _question(made), now=now)

    def pledge(now: datetime) -> None:
        act = act_operations.propose_pledge(stage.person(OFFICERS[0]), _question(made), now=now)
        stage.sign(act, OFFICERS, now)

    def issue(now: datetime) -> None:
        act = act_operations.propose_charge(stage.person(OFFICERS[0]), _question(made), now=now)
        stage.sign(act, OFFICERS, now)
        stage.forget_actors()
        _note_what_exists(made)

    return [
        (charged_at - timedelta(days=5), draft), (charged_at - timedelta(days=3), publish),
        (charged_at - timedelta(days=1), pledge), (charged_at, issue),
    ]  # fmt: skip


def open_hall(stage: Stage, made: Made, local: str, agenda: str, at: datetime, session_at: datetime) -> Happening:
    """A host opens the local's hall, with its first session's date."""

    def open_(now: datetime) -> None:
        halls.open_hall(stage.host(local), made.halls[local], Opening(agenda, session_at), now=now)

    return at, open_


def begin(at: datetime) -> Happening:
    """The debate begins by the clock."""
    return at, operations.begin_due


def second_options(stage: Stage, made: Made, told: dict[str, Any], at: datetime) -> list[Happening]:
    """Members second the options; some name a spokesperson."""
    happenings: list[Happening] = []
    for letter, seconds in told.items():
        for place, (key, named) in enumerate(seconds):

            def second(now: datetime, letter: str = letter, key: str = key, named: str = named) -> None:
                question = _question(made)
                option = next(each for each in options(question.id) if each.letter == letter)
                number = number_of(named) if named else ""
                option_operations.second_option(stage.person(key), question, option, number, now=now)

            happenings.append((at + timedelta(hours=place), second))
    return happenings


def _question(made: Made) -> Question:
    return db.session.get_one(Question, made.question_id)


def _note_what_exists(made: Made) -> None:
    """Remember the ids of options and halls by what the texts call them."""
    made.options = {each.letter: each.id for each in options(made.question_id)}
    places: list[tuple[str, int | None]] = [("", None)]
    places += [(each.number, each.id) for each in db.session.scalars(db.select(Local))]
    for number, local_id in places:
        hall = hall_queries.hall_of(made.question_id, local_id)
        assert hall is not None
        made.halls[number] = hall.id
