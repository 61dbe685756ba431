"""The debate of the demo's past question: four weeks, a session in every hall, closed by the clock."""

from datetime import UTC, datetime, timedelta

from forum.kernel.database import db, transaction
from forum.questions.models import Question
from forum.questions.operations import close_due
from referendum.digest.jobs import record_debate
from referendum.rehearsal import charging, debating, sessions
from referendum.rehearsal.entering import entries
from referendum.rehearsal.reading_union import midnight, moment, texts
from referendum.rehearsal.stage import Happening, Made, Stage
from referendum.rehearsal.stories import APPOINTED, DAWN, read_all

EARLY_LEANINGS = {"A": 0.32, "B": 0.43, "C": 0.25}
LEANINGS = {"A": 0.2, "B": 0.47, "C": 0.33}


def tell_debate(stage: Stage, now: datetime) -> Made:
    """From the first draft to the moment at which the debate has closed."""
    told, made = texts("past"), Made()
    first_day = midnight(now, told["began_days_ago"])
    opens_at = first_day + DAWN
    stage.play(charging.charge(stage, made, told, opens_at, opens_at - timedelta(days=4)))
    happenings: list[Happening] = [charging.begin(opens_at)]
    for place, hall in enumerate(made.halls):
        opened_at = opens_at - timedelta(hours=80 - 5 * place)
        session_at = moment(first_day, f"{told['sessions']['first_day'] + place} 18:00")
        happenings.append(charging.open_hall(stage, made, hall, told["halls"]["agenda"], opened_at, session_at))
        minutes = told["sessions"]["chair"]
        happenings += sessions.held_session(stage, made, hall, session_at, 11 + 7 * place % 13, minutes, [])
    happenings += charging.second_options(stage, made, told["seconds"], moment(first_day, "1 12:00"))
    happenings += debating.posts(stage, made, told["posts"]["list"], first_day)
    happenings += debating.arguments(stage, made, told["arguments"]["list"], first_day)
    happenings += debating.statements(stage, made, told["statements"], first_day)
    stage.play(happenings)
    stage.play(entries(stage, made, EARLY_LEANINGS, opens_at, APPOINTED, seed=43))
    closes_at = question_of(made).debate_closes_at
    assert closes_at is not None
    read_all(stage, made, LEANINGS, closes_at - timedelta(hours=1), seed=41)
    stage.play([(closes_at.astimezone(UTC) + timedelta(minutes=1), close_due)])
    record_debate(made.question_id)  # the stage holds jobs back, and the vote that follows rests on this one
    return made


def question_of(made: Made) -> Question:
    """The question of the story; opens a reading transaction if none is open."""
    with transaction(write=False):
        question = db.session.get_one(Question, made.question_id)
        db.session.expunge(question)
        return question
