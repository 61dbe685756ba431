"""How the demo's members read arguments: each leans to an option, reads some of the record, is now and then won over.

Drawn by seed, so that the debate's figures and its map look like a union's and are the same each time.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.arguments import reading_operations
from forum.arguments.models import Argument
from forum.arguments.rules import Answer
from forum.kernel.database import db
from forum.roll.models import Member
from forum.roll.rules import SPEAKING
from referendum.rehearsal.stage import Happening, Made, Stage

NEVER_READ = 0.45


@dataclass(frozen=True)
class Reader:
    """A member who reads: the option leaned to, and how much of the record (0 to 1)."""

    member_id: int
    leaning: str
    diligence: float


def draw_readers(weights: dict[str, float], busy: set[int], seed: int) -> list[Reader]:
    """Who reads, and which way they lean; `weights` are the options' shares, `busy` those who must not take part."""
    draw = random.Random(seed)  # noqa: S311 - a rehearsal's opinions
    query = db.select(Member.id, Member.local_id).where(Member.standing.in_(SPEAKING)).order_by(Member.id)
    letters = list(weights)
    readers = []
    for member_id, local_id in db.session.execute(query):
        tilt = [weights[each] * (0.6 + ((local_id * 7 + place * 5) % 9) / 10) for place, each in enumerate(letters)]
        leaning, diligence = draw.choices(letters, tilt)[0], draw.random()
        if diligence > NEVER_READ and member_id not in busy:
            readers.append(Reader(member_id, leaning, (diligence - NEVER_READ) / (1 - NEVER_READ)))
    return readers


def readings(stage: Stage, made: Made, readers: Sequence[Reader], until: datetime, seed: int) -> list[Happening]:
    """One reading for every argument that a reader comes to, between its seconding and `until`."""
    draw = random.Random(seed)  # noqa: S311 - a rehearsal's opinions
    letter_of = {option_id: letter for letter, option_id in made.options.items()}
    query = db.select(Argument).where(
        Argument.question_id == made.question_id, Argument.seconded_at.is_not(None), Argument.merged_into_id.is_(None)
    )
    happenings: list[Happening] = []
    for argument in db.session.scalars(query.order_by(Argument.id)):
        appeal = draw.uniform(-0.18, 0.22)
        assert argument.seconded_at is not None
        span = (until - argument.seconded_at) / timedelta(minutes=1)
        for reader in readers:
            if draw.random() > 0.25 + 0.75 * reader.diligence:
                continue
            same = (letter_of[argument.option_id] == reader.leaning) == (argument.side == "for")
            answer = _answer(draw, (0.72 if same else 0.3) + appeal)
            at = argument.seconded_at + timedelta(minutes=draw.uniform(1, max(2.0, span)))
            happenings.append((at, _reading(stage, reader.member_id, argument.id, answer)))
    return happenings


def _answer(draw: random.Random, agreeing: float) -> Answer:
    if draw.random() < 0.11:
        return Answer.PASS
    return Answer.AGREE if draw.random() < agreeing else Answer.DISAGREE


def _reading(stage: Stage, member_id: int, argument_id: int, answer: Answer) -> Callable[[datetime], object]:
    def read(now: datetime) -> None:
        reading_operations.read_argument(stage.actor(member_id), argument_id, answer, now=now)

    return read
