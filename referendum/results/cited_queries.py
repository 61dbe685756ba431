"""The arguments of a result in marks, beside the option they argue for or against, and the halls they came from.

National totals only; nothing here is given by option voted.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func

from forum.arguments.list_queries import Tag, tag_of
from forum.arguments.models import Argument
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.questions.models import Option, Question
from forum.questions.queries import options
from forum.roll.models import Local
from forum.roll.naming import nameable_locals
from forum.roll.rules import counting_order
from referendum.results import dots
from referendum.results.cited_rules import strongest
from referendum.results.queries import CitedLine


@dataclass(frozen=True)
class CitedRow:
    """An argument of the digest with its marks drawn; `locals` are the halls that may be named, `small` says that
    there are others, `national` that it came from the national hall."""

    tag: Tag
    claim: str
    moved: int
    weighed: int | None
    moved_path: str
    weighed_path: str
    locals: list[str]
    small: bool
    national: bool


@dataclass(frozen=True)
class Group:
    """The arguments for, or against, one option, the strongest first."""

    option: Option
    side: str
    rows: list[CitedRow]


@dataclass(frozen=True)
class Picture:
    """Every argument of the digest in marks of one measure."""

    frame: dots.Frame
    groups: list[Group]


@dataclass(frozen=True)
class Origins:
    """From which halls an argument came, itself and those merged into it."""

    halls: list[tuple[int, int | None, str]]
    named: set[int]

    @property
    def locals(self) -> list[str]:
        shown = {number for _, local_id, number in self.halls if local_id in self.named}
        return sorted(shown, key=counting_order)

    @property
    def small(self) -> bool:
        return any(local_id is not None and local_id not in self.named for _, local_id, _ in self.halls)

    @property
    def national(self) -> bool:
        return any(local_id is None for _, local_id, _ in self.halls)


def origins_of(argument_ids: list[int], *, for_members: bool) -> dict[int, Origins]:
    """The halls of these arguments; a visitor is told no name of a local under thirty members."""
    root = func.coalesce(Argument.merged_into_id, Argument.id)
    query = (
        db.select(root, Hall.id, Hall.local_id, Local.number)
        .join(Hall, Hall.id == Argument.hall_id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .where(root.in_(argument_ids))
        .distinct()
    )
    found: dict[int, list[tuple[int, int | None, str]]] = defaultdict(list)
    for argument_id, hall_id, local_id, number in db.session.execute(query):
        found[argument_id].append((hall_id, local_id, number or ""))
    every = {local_id for halls in found.values() for _, local_id, _ in halls if local_id is not None}
    named = every if for_members else nameable_locals(list(every))
    return {argument_id: Origins(halls, named) for argument_id, halls in found.items()}


def tag_of_line(line: CitedLine) -> Tag:
    return tag_of(line.argument, line.option.letter)


def claim_of(line: CitedLine) -> str:
    """Its words; none once they were hidden."""
    return "" if line.argument.hidden_at else line.argument.claim


def picture_of(question: Question, lines: list[CitedLine], origins: dict[int, Origins]) -> Picture:
    """The arguments by the option they argue for or against; with two options one against the one is for the other."""
    lot, letters = question.close_lot, {each.id: each for each in options(question.id)}
    frame = dots.frame_of([each.moved for each in lines], [each.weighed for each in lines if each.weighed is not None])
    order = strongest(((each.argument.number, each.moved) for each in lines), lot)
    place = {number: at for at, number in enumerate(order)}
    by_side: dict[tuple[int, str], list[CitedLine]] = defaultdict(list)
    for each in sorted(lines, key=lambda line: (place.get(line.argument.number, len(order)), line.argument.number)):
        side = each.argument.side if len(letters) > 2 else "for"
        by_side[(each.line.option_id, side)].append(each)
    groups = [
        Group(option, side, [_row(each, option.letter, frame, origins) for each in by_side[(option.id, side)]])
        for option in letters.values()
        for side in ("for", "against")
        if side == "for" or by_side[(option.id, side)]
    ]
    return Picture(frame, groups)


def _row(each: CitedLine, letter: str, frame: dots.Frame, origins: dict[int, Origins]) -> CitedRow:
    origin = origins.get(each.argument.id, Origins([], set()))
    return CitedRow(
        tag_of_line(each), claim_of(each), each.moved, each.weighed,
        dots.path(each.moved, frame, letter, leftwards=False),
        dots.path(each.weighed or 0, frame, letter, leftwards=True), origin.locals, origin.small, origin.national,
    )  # fmt: skip
