"""A question's dates as they hold now: the published timetable, overtaken by what a vote's own call or extension says.

A later slice gives those by the slot question.dates: a function of the question that returns fields of the timetable,
and the dates of a vote that nobody could publish before (`LATER`).
"""

from datetime import datetime

from forum.kernel import slots
from forum.questions import queries as questions
from forum.questions.models import Question

LATER = ("run_off_opens_at", "run_off_closes_at", "run_off_challenge_closes_at")


def dates_of(question: Question) -> list[tuple[str, datetime]]:
    """(Name in the timetable, instant), in the order of the timetable."""
    dates = dict(questions.timetable_of(question).in_order())
    for more in slots.gather("question.dates", question):
        dates.update({name: at for name, at in more.items() if at is not None and name in (*dates, *LATER)})
    return list(dates.items())
