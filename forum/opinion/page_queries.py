"""The page of what readers have in common: page-shaped reads of the stored sums, and for a member their own place.

While the debate runs a member is not shown what others made of an argument before having read it: such arguments are
left out of the lists and counted. The sums are public, so that a visitor, or a member who asks, sees all.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import hypot

from forum.arguments.list_queries import Tag, in_view, tag_of
from forum.arguments.models import Argument
from forum.halls.rules import why_not_take_part
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.opinion import queries
from forum.opinion.current_queries import CurrentMap, current_map
from forum.opinion.mapping import READ_AT_LEAST
from forum.opinion.picture import Picture, draw
from forum.opinion.ranking import Sums, pick, share
from forum.questions.models import Question
from forum.questions.rules import QuestionState
from forum.roll.models import Local

PLACED_FOR_GROUPS = 10


@dataclass(frozen=True)
class Line:
    """One argument with its sums. `lowest` is the number of the local that agrees least, "" for those pooled."""

    tag: Tag
    sums: Sums
    lowest: str = ""

    @property
    def readers(self) -> int:
        return sum(self.sums["counts"])

    @property
    def agreed(self) -> float:
        """The share of its readers who agree."""
        return share(self.sums["counts"], 0)

    @property
    def disagreed(self) -> float:
        return share(self.sums["counts"], 1)

    @property
    def by_group(self) -> list[float]:
        """The share of each group's readers who agree."""
        return [share(counts, 0) for counts in self.sums["groups"]]


@dataclass(frozen=True)
class SideLine:
    """An argument that sets a group apart: its share of readers on that side, and that of the others."""

    tag: Tag
    agrees: bool
    inside: float
    outside: float


@dataclass(frozen=True)
class GroupView:
    """A group in words."""

    number: int
    size: int
    lines: list[SideLine]


@dataclass(frozen=True)
class OpinionPage:
    """Everything on the page. `lists` by name: common (over locals), together (over groups), agreed (by most readers,
    those in common left out), disagreed, and parting. `left_out` counts arguments not shown because this member has
    not read them; `lacking` how many readers are missing until groups can be told."""

    stored: CurrentMap
    lists: dict[str, list[Line]]
    groups: list[GroupView]
    picture: Picture | None
    left_out: int
    own_group: int
    own_read: int
    needed: int
    lacking: int


def opinion_page(actor: Actor, question: Question, *, everything: bool = False) -> OpinionPage | None:
    """The page; None until readings have been added up. Its reads do not grow with the number of readers."""
    stored = current_map(question.id)
    if stored is None:
        return None
    document, sums = stored.document, stored.sums
    own = queries.own_readings(actor.member_id, question.id) if actor.is_member else {}
    own = {each: value for each, value in own.items() if each in sums}
    shown = set(own) if _reads_first(actor, question) and not everything else set(sums)
    ranked = pick(stored.lists, shown)
    sides = {each for group in document["groups"] for each, _ in group["representative"]}
    tags = _tags(question, {each for ids in ranked.values() for each in ids} | sides)
    place = _own_place(stored, own)
    return OpinionPage(
        stored=stored,
        lists=_lines(ranked, tags, sums),
        groups=_groups(document, tags, sums, shown),
        picture=draw(document["groups"], place),
        left_out=len(sums) - len(shown),
        own_group=_nearest(document["groups"], place),
        own_read=len(own),
        needed=max(1, min(READ_AT_LEAST, document["columns"])),
        lacking=max(0, PLACED_FOR_GROUPS - document["placed"]),
    )


def _lines(ranked: dict[str, list[int]], tags: dict[int, Tag], sums: dict[int, Sums]) -> dict[str, list[Line]]:
    numbers = local_numbers(sums[each] for each in ranked["common"])
    return {
        name: [Line(tags[each], sums[each], numbers.get((sums[each]["lowest"] or {}).get("local", 0), ""))
               for each in ids if each in tags]
        for name, ids in ranked.items()
    }  # fmt: skip


def _reads_first(actor: Actor, question: Question) -> bool:
    """Whether this member can still read arguments, and so is shown no sums before."""
    return actor.is_member and not why_not_take_part(actor, question.id, QuestionState(question.state))


def _tags(question: Question, ids: Collection[int]) -> dict[int, Tag]:
    """The tags of those that still stand."""
    letters = {option.id: option.letter for option in question.options}
    query = db.select(Argument).where(Argument.id.in_(ids), *in_view())
    return {each.id: tag_of(each, letters[each.option_id]) for each in db.session.scalars(query)}


def local_numbers(sums: Iterable[Sums]) -> dict[int, str]:
    """The numbers of the locals that agree least, by id; "" for those pooled."""
    ids = {each["lowest"]["local"] for each in sums if each["lowest"]}
    query = db.select(Local.id, Local.number).where(Local.id.in_(ids))
    return {0: "", **dict(db.session.execute(query).all())}


def _groups(document: Sums, tags: dict[int, Tag], sums: dict[int, Sums], shown: Collection[int]) -> list[GroupView]:
    return [
        GroupView(place + 1, group["size"], [
            _side(place, tags[each], sums[each]["groups"], agrees=side == "agree")
            for each, side in group["representative"]
            if each in tags and each in shown
        ])
        for place, group in enumerate(document["groups"])
    ]  # fmt: skip


def _side(place: int, tag: Tag, rows: list[list[int]], *, agrees: bool) -> SideLine:
    others = [sum(row[at] for other, row in enumerate(rows) if other != place) for at in range(3)]
    side = 0 if agrees else 1
    return SideLine(tag, agrees, share(rows[place], side), share(others, side))


def _own_place(stored: CurrentMap, own: dict[int, int]) -> tuple[float, float] | None:
    """Where this reader stands, once formula 1 would place them."""
    counted = {each: value for each, value in own.items() if str(each) in stored.weights}
    if len(counted) < max(1, min(READ_AT_LEAST, stored.document["columns"])):
        return None
    return queries.own_place(stored, counted)


def _nearest(groups: list[Sums], place: tuple[float, float] | None) -> int:
    """The number of the group whose middle is nearest to a place; 0 for none."""
    if place is None or not groups:
        return 0
    away = [hypot(group["middle"][0] - place[0], group["middle"][1] - place[1]) for group in groups]
    return away.index(min(away)) + 1
