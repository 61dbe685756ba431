"""The page of what readers have in common: page-shaped reads of the stored sums, and for a member their own place.

While the debate runs a member is not shown what others made of an argument before having read it: such arguments are
left out of the lists and counted. The sums are public, so that a visitor, or a member who asks, sees all.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from math import hypot
from typing import Any

from forum.arguments.list_queries import Tag, in_view, tag_of
from forum.arguments.models import Argument
from forum.halls.rules import why_not_take_part
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.opinion import queries
from forum.opinion.mapping import READ_AT_LEAST
from forum.opinion.models import StoredMap
from forum.opinion.picture import Picture, draw
from forum.questions.models import Question
from forum.questions.rules import QuestionState
from forum.roll.models import Local

MOST_LINES = 5
READERS_AT_LEAST = 5
LOCALS_AT_LEAST = 3
PLACED_FOR_GROUPS = 10
WIDE_GAP = 0.2

Sums = dict[str, Any]


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

    stored: StoredMap
    lists: dict[str, list[Line]]
    groups: list[GroupView]
    picture: Picture | None
    left_out: int
    own_group: int
    own_read: int
    needed: int
    lacking: int


def share(counts: list[int], side: int) -> float:
    """The share of one side among the readers, as it is shown: 0 where nobody has read."""
    return counts[side] / sum(counts) if sum(counts) else 0.0


def opinion_page(actor: Actor, question: Question, *, everything: bool = False) -> OpinionPage | None:
    """The page; None until readings have been added up. Its reads do not grow with the number of readers."""
    stored = queries.stored_map(question.id)
    if stored is None:
        return None
    document = stored.document
    sums = {int(key): value for key, value in document["arguments"].items()}
    own = queries.own_readings(actor.member_id, question.id) if actor.is_member else {}
    own = {each: value for each, value in own.items() if each in sums}
    shown = set(own) if _reads_first(actor, question) and not everything else set(sums)
    ranked = rank(document, sums, shown)
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


def rank(document: Sums, sums: dict[int, Sums], shown: Collection[int]) -> dict[str, list[int]]:
    """Which arguments stand in which list, as ids, strongest first; of equal ones the older."""
    floor = min(LOCALS_AT_LEAST, document["locals"])
    heard = [each for each in sums if each in shown and sum(sums[each]["counts"]) >= READERS_AT_LEAST]
    spread = [each for each in heard if sums[each]["locals"] >= floor and _bridges(sums[each])]
    grouped = [each for each in heard if _read_by_all_groups(sums[each])]
    alike = [each for each in grouped if all(share(row, 0) > 0.5 for row in sums[each]["groups"])]
    apart = [each for each in grouped if _gap(sums[each]) >= WIDE_GAP]
    common = _first(spread, lambda each: sums[each]["bridging"])
    return {
        "common": common,
        "together": _first(alike, lambda each: sums[each]["aware"]),
        "agreed": [each for each in document["agreed"] if each in shown and each not in common],
        "disagreed": [each for each in document["disagreed"] if each in shown],
        "parting": _first(apart, lambda each: _gap(sums[each])),
    }


def _bridges(of: Sums) -> bool:
    """More than half agree, on average over locals and in most of them."""
    return bool(of["bridging"] > 0.5 and 2 * of["above"] > of["units"])


def _read_by_all_groups(of: Sums) -> bool:
    return bool(of["groups"]) and min(sum(row) for row in of["groups"]) >= READERS_AT_LEAST


def _gap(of: Sums) -> float:
    shares = [share(row, 0) for row in of["groups"]]
    return max(shares) - min(shares)


def _first(ids: Iterable[int], strength: Callable[[int], float]) -> list[int]:
    return sorted(ids, key=lambda each: (-strength(each), each))[:MOST_LINES]


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


def _own_place(stored: StoredMap, own: dict[int, int]) -> tuple[float, float] | None:
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
