"""A debate that many members of three locals have read, in camps that read unlike one another."""

import random
from dataclasses import dataclass
from datetime import datetime

from forum.arguments.models import Argument, Reading
from forum.kernel.database import db
from forum.questions.models import Question
from forum.roll.models import Local
from tests.build_halls import make_argument, make_debate
from tests.conftest import NOW
from tests.people import Cast, make_member


@dataclass
class ReadDebate:
    """A question with its arguments; `camps` are the readers, `small` a local of six members, all of them readers."""

    question: Question
    arguments: list[Argument]
    camps: list[list[int]]
    small: Local


def make_read_debate(
    cast: Cast, *sizes: int, arguments: int = 8, noise: float = 0.08, now: datetime = NOW
) -> ReadDebate:
    """Camps of these sizes. Every argument but the first two is agreed in one camp and not in the others; all agree
    with the first, and none with the second."""
    question = make_debate(cast, now=now)
    made = [
        make_argument(
            question, cast.member, seconded_by=cast.seconder, option=place % 2, claim=f"Claim number {place}", now=now
        )
        for place in range(arguments)
    ]
    council = db.session.get_one(Local, 1).council
    locals_ = [
        Local(number=f"9{question.id}{n}", name=f"Works {n}", council=council, timezone="America/Chicago")
        for n in range(4)
    ]
    db.session.add_all(locals_)
    db.session.flush()
    draw, camps, count = random.Random(7), [], 0
    for camp, size in enumerate(sizes):
        camps.append([])
        for _ in range(size):
            local = locals_[3] if count % 10 == 9 and count < 60 else locals_[count % 3]
            reader = make_member(f"R{question.id}-{count}", f"Reader Number{count}", local)
            camps[-1].append(reader)
            count += 1
            for place, argument in enumerate(made):
                agrees = {0: True, 1: False}.get(place, place % len(sizes) == camp)
                value = 1 if agrees != (draw.random() < noise) else -1
                give(argument, reader, local.id, value, now=now)
    db.session.flush()
    return ReadDebate(question, made, camps, locals_[3])


def give(argument: Argument, member_id: int, local_id: int, value: int, *, now: datetime = NOW) -> None:
    """A reading as a row, counted: many at once are too slow through the door."""
    db.session.add(
        Reading(argument_id=argument.id, member_id=member_id, local_id=local_id, value=value, revision=1, at=now)
    )
    argument.agree_count += value == 1
    argument.disagree_count += value == -1
    argument.pass_count += value == 0
