"""Which trustees are needed for the count, which of them make a group of whom some are enough; the ceremony's steps.
Pure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

SMALLEST_GROUP = 3
MAJORITY, ALL = "majority", "all"


class Step(StrEnum):
    """What is asked of a trustee next. WAIT is between the steps, DONE after the last."""

    JOIN = "join"
    SHARES = "shares"
    KEY = "key"
    PROVE = "prove"
    WAIT = "wait"
    DONE = "done"


@dataclass(frozen=True)
class Division:
    """`needed` are the trustees without whom nothing is opened; of the `group`, `threshold` are enough. Member ids, in
    order; the group may be empty."""

    needed: tuple[int, ...]
    group: tuple[int, ...] = ()
    threshold: int = 0


def divide(trustees: Collection[int], needed: Collection[int], opening: str) -> Division:
    """Who is needed, and who makes a group. `opening` is the process's word: "majority" of the group, "all", or a
    number; it is never all of the group, unless the word is, and never one alone. Fewer than three make no group.
    """
    group = tuple(sorted(set(trustees) - set(needed)))
    if opening == ALL or len(group) < SMALLEST_GROUP:
        return Division(tuple(sorted(trustees)))
    threshold = len(group) // 2 + 1 if opening == MAJORITY else int(opening)
    if threshold >= len(group):
        return Division(tuple(sorted(trustees)))
    return Division(tuple(sorted(set(trustees) & set(needed))), group, max(2, threshold))


@dataclass(frozen=True)
class Progress:
    """Who has got how far in the present round. Member ids; `proved` is over all trustees."""

    joined: frozenset[int] = frozenset()
    shared: frozenset[int] = frozenset()
    keyed: frozenset[int] = frozenset()
    proved: frozenset[int] = frozenset()


def step_of(member: int, group: Sequence[int], everybody: Collection[int], done: Progress) -> Step:
    """What is asked of this trustee next. The steps of a group are taken together: nobody begins one before all have
    done the one before. The rehearsal waits for every trustee's key."""
    members = frozenset(group)
    if member not in done.keyed:
        if member not in members or member not in done.joined:
            return Step.JOIN
        if not members <= done.joined:
            return Step.WAIT
        if member not in done.shared:
            return Step.SHARES
        return Step.KEY if members <= done.shared else Step.WAIT
    if member in done.proved:
        return Step.DONE
    return Step.PROVE if frozenset(everybody) <= done.keyed else Step.WAIT


def awaited(group: Sequence[int], everybody: Collection[int], done: Progress) -> frozenset[int]:
    """Those for whom the others wait now."""
    members = frozenset(group)
    if members - done.keyed:
        for finished in (done.joined, done.shared, done.keyed):
            if missing := members - finished:
                return missing | (frozenset(everybody) - members - done.keyed)
    return frozenset(everybody) - done.keyed or frozenset(everybody) - done.proved
