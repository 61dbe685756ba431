"""What the demo's members say as a debate begins: where they stand, or that they had rather not say."""

import random
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from forum.entry.operations import keep_answer
from forum.entry.rules import Answer, Given
from forum.kernel.database import transaction
from referendum.rehearsal.readers import draw_readers
from referendum.rehearsal.stage import Happening, Made, Stage

UNDECIDED, UNSAID = 0.24, 0.06


def entries(
    stage: Stage, made: Made, weights: dict[str, float], opens_at: datetime, silent: Collection[str], *, seed: int
) -> list[Happening]:
    """One answer of everybody who will read, in the first two days; `silent` are people who are still to be asked, or
    take no part. Many come undecided, so these are not the leanings with which they read later."""
    draw = random.Random(seed)  # noqa: S311 - a rehearsal's opinions
    with transaction(write=False):
        people = draw_readers(weights, {stage.person(key).member_id for key in silent}, seed)
    happenings: list[Happening] = []
    for person in people:
        given = given_by(draw.random(), made.options[person.leaning])
        at = opens_at + timedelta(minutes=draw.uniform(5, 2880))
        happenings.append((at, _keeping(stage, made, person.member_id, given)))
    return happenings


def given_by(lot: float, option_id: int) -> Given:
    """What somebody who leans to this option answers, by a number from 0 up to 1."""
    if lot < UNSAID:
        return Given(Answer.UNSAID)
    return Given(Answer.UNDECIDED) if lot < UNSAID + UNDECIDED else Given(Answer.OPTION, option_id)


def _keeping(stage: Stage, made: Made, member_id: int, given: Given) -> Callable[[datetime], object]:
    def keep(_now: datetime) -> None:
        keep_answer(stage.actor(member_id), made.question_id, given)

    return keep
