"""The three questions of the demo's union as stories: one in mid-debate, one just charged, one that is over."""

from datetime import UTC, datetime, timedelta

from forum.kernel.database import transaction
from forum.opinion.operations import add_up
from forum.questions.queries import question_by_id
from referendum.rehearsal import charging, debating, reaching, readers, sessions
from referendum.rehearsal.entering import entries
from referendum.rehearsal.reading_union import midnight, moment, texts
from referendum.rehearsal.stage import Happening, Made, Stage

DAWN = timedelta(hours=5, minutes=30)
APPOINTED = tuple(key for keys in charging.PEOPLE.values() for key in keys if keys != charging.PEOPLE["trustee"])


def tell_current(stage: Stage, now: datetime) -> Made:
    """The question in mid-debate, up to this moment: nine days of it, and a session under way."""
    told, made = texts("current"), Made()
    first_day = midnight(now, told["began_days_ago"])
    opens_at = first_day + DAWN
    stage.play(charging.charge(stage, made, told, opens_at, opens_at - timedelta(days=2)))
    held = {row[0]: moment(first_day, row[1]) for row in told["sessions"]["held"]}
    coming = [(row[0], midnight(now, -row[1]), *row[2:]) for row in told["sessions"]["coming"]]
    happenings: list[Happening] = [charging.begin(opens_at)]
    for place, local in enumerate(made.halls):
        opened_at = opens_at - timedelta(hours=40 - 2 * place)
        session_at = held.get(local, opens_at + timedelta(days=11, hours=12))
        happenings.append(charging.open_hall(stage, made, local, told["halls"]["agenda"], opened_at, session_at))
    for hall, at, count, _, minutes in told["sessions"]["held"]:
        said = [row[1:] for row in told["sessions"]["said"] if row[0] == hall]
        happenings += sessions.held_session(stage, made, hall, moment(first_day, at), count, minutes, said)
        turns = [row[1:] for row in told["reach"]["floor"] if row[0] == hall]
        happenings += reaching.spoken(stage, made, hall, moment(first_day, at), turns)
    for hall, day, clock, title, place_ in coming:
        hour, minute = (int(each) for each in clock.split(":"))
        at = day.replace(hour=hour, minute=minute)
        if at > now:
            happenings.append(sessions.coming_session(stage, made, hall, at, title, place_, now - timedelta(hours=26)))
    for asked in told["sessions"]["asked"]:
        happenings += sessions.asked(stage, made, asked, now)
    happenings += _debate(stage, made, first_day)
    stage.play(happenings)
    unasked = texts("people")["people"]  # those whom a visitor of the demo may become: they are asked as they come
    stage.play(entries(stage, made, {"A": 0.52, "B": 0.48}, opens_at, unasked, seed=7))
    live = told["sessions"]["live"]
    stage.play(sessions.live_session(stage, made, live, now - timedelta(minutes=live["began_minutes_ago"])))
    read_all(stage, made, {"A": 0.46, "B": 0.54}, now - timedelta(minutes=20), seed=9)
    return made


def _debate(stage: Stage, made: Made, first_day: datetime) -> list[Happening]:
    told = texts("current")
    rows = told["posts"]["list"] + told["hidden"]["posts"]
    authors = {row[0]: row[2] for row in rows}
    return [
        *charging.second_options(stage, made, told["seconds"], moment(first_day, "1 15:00")),
        *debating.posts(stage, made, rows, first_day),
        *debating.edits(stage, made, told["edits"]["list"], authors, first_day),
        *debating.hidings(stage, made, told["hidden"]["list"], first_day),
        *debating.arguments(stage, made, told["arguments"]["list"], first_day),
        *debating.rewordings(stage, made, told["rewordings"]["list"], first_day),
        *debating.merges(stage, made, told["merges"]["list"], first_day),
        *debating.statements(stage, made, told["statements"], first_day),
        *reaching.reach(stage, made, told["reach"], first_day),
    ]


def read_all(stage: Stage, made: Made, weights: dict[str, float], until: datetime, *, seed: int) -> None:
    """The union reads the record, and its readings are added up."""
    with transaction(write=False):
        busy = {stage.person(key).member_id for key in APPOINTED}
        people = readers.draw_readers(weights, busy, seed)
        happenings = readers.readings(stage, made, people, until.astimezone(UTC), seed)
    stage.play(happenings)
    with transaction(write=True):
        add_up(question_by_id(made.question_id), until.astimezone(UTC))


def tell_charged(stage: Stage, now: datetime) -> Made:
    """The question charged yesterday: three hosts have opened their halls, nine have yet to."""
    told, made = texts("charged"), Made()
    opens_at = midnight(now, -told["opens_in_days"]) + DAWN
    charged_at = now - timedelta(hours=20)
    stage.play(charging.charge(stage, made, told, opens_at, charged_at))
    agenda, session_at = told["halls"]["agenda"], opens_at + timedelta(days=4, hours=13)
    stage.play(
        charging.open_hall(stage, made, local, agenda, charged_at + timedelta(hours=3 + 4 * place), session_at)
        for place, local in enumerate(told["halls"]["opened"])
    )
    return made
