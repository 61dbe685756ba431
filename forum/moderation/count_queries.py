"""How often measures were taken on one question, by the option for which the words argued and by who took them.

Anybody may read it. Visitors see offices and halls, no names, and no hall of a local under thirty members.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import literal, or_

from forum.arguments.models import Argument
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.moderation.models import Hiding, Restraint
from forum.moderation.rules import Deed, Kind
from forum.questions.models import Question
from forum.roll.models import Local, Member
from forum.roll.naming import nameable_locals
from forum.roll.rules import counting_order


@dataclass
class Tally:
    """What was done: hidden, stopped, slowed; of it lifted by whoever kept order, appealed, upheld and overturned."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, row: Any) -> None:
        self.counts[row.deed] += 1
        self.counts["lifted"] += row.lifted_at is not None
        self.counts["appealed"] += row.appealed_at is not None
        self.counts[row.ruling or "unruled"] += 1


@dataclass(frozen=True)
class Keeper:
    """Who took measures: an office, in the hall of a local ("" the national one), with the name for members only."""

    office: str
    local: str
    name: str


@dataclass(frozen=True)
class Counts:
    """`options` holds a tally for every option's letter, and last for "", words that argued for none."""

    options: list[tuple[str, Tally]]
    keepers: list[tuple[Keeper, Tally]]
    left_out: bool


def counts(actor: Actor, question: Question) -> Counts:
    """Both tables of one question."""
    rows = _rows(Hiding, question.id) + _rows(Restraint, question.id)
    every = len(rows)
    if not actor.is_member:
        nameable = nameable_locals([each.local_id for each in rows if each.local_id])
        rows = [each for each in rows if each.local_id is None or each.local_id in nameable]
    letters = _letters(question, rows)
    options = {option.letter: Tally() for option in question.options} | {"": Tally()}
    keepers: dict[Keeper, Tally] = {}
    for row in rows:
        keeper = Keeper(row.office, row.local or "", row.name if actor.is_member else "")
        keepers.setdefault(keeper, Tally()).add(row)
        if row.deed != Deed.SLOW:
            options[letters.get((row.kind, row.subject_id), "")].add(row)
    order = sorted(keepers, key=lambda each: (counting_order(each.local), each.office, each.name))
    return Counts(list(options.items()), [(each, keepers[each]) for each in order], every > len(rows))


def _rows(table: type[Hiding] | type[Restraint], question_id: int) -> list[Any]:
    deed = literal(Deed.HIDE.value) if table is Hiding else Restraint.deed
    query = (
        db.select(
            table.kind, table.subject_id, table.office, table.lifted_at, table.appealed_at, table.ruling,
            deed.label("deed"), Hall.local_id, Local.number.label("local"), Member.name,
        )
        .join(Hall, Hall.id == table.hall_id)
        .join(Member, Member.id == table.by_id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .where(table.question_id == question_id)
    )  # fmt: skip
    return list(db.session.execute(query))


def _letters(question: Question, rows: list[Any]) -> dict[tuple[str, int], str]:
    """For which option words argued: an argument's own; for a post or a line of chat that of the first argument that
    was moved from it."""
    ids = {kind: {row.subject_id for row in rows if row.kind == kind} for kind in Kind}
    moved = or_(
        Argument.id.in_(ids[Kind.ARGUMENT]), Argument.post_id.in_(ids[Kind.POST]),
        Argument.message_id.in_(ids[Kind.MESSAGE]),
    )  # fmt: skip
    query = db.select(Argument).where(Argument.question_id == question.id, moved).order_by(Argument.number.desc())
    letters, found = {option.id: option.letter for option in question.options}, {}
    for each in db.session.scalars(query):
        for key in ((Kind.ARGUMENT, each.id), (Kind.POST, each.post_id), (Kind.MESSAGE, each.message_id)):
            found[(key[0].value, key[1])] = letters[each.option_id]
    return found
