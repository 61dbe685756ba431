"""A question's dates as they hold now: the published timetable, overtaken by what a vote's own call or extension says.

A later slice gives those by the slot question.dates: a function of the question that returns fields of the timetable.
"""

from datetime import datetime

from forum.kernel import slots
from forum.questions import queries as questions
from forum.questions.models import Question


def dates_of(question: Question) -> list[tuple[str, datetime]]:
    """(Name in the timetable, instant), in the order of the timetable."""
    dates = dict(questions.timetable_of(question).in_order())
    for more in slots.gather("question.dates", question):
        dates.update({name: at for name, at in more.items() if at is not None and name in dates})
    return list(dates.items())
