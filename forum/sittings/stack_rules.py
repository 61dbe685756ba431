"""Who speaks next: options take turns while both wait, then hall and remote, then first-time speakers go
first.

Among those who wait, the option that was heard longest ago comes first (never heard: before all). Within
it the place, hall or remote, that was heard longest ago; within that, those who have not spoken before;
then whoever asked first. Who names no option counts as one more option, so nobody is pushed aside for
speaking about the whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request to speak. `first` means that this person has not spoken in this hall yet."""

    turn_id: int
    option: int | None
    remote: bool
    first: bool
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn that was given, for the order of the next."""

    option: int | None
    remote: bool


def next_on_stack(waiting: Iterable[Waiting], heard: Sequence[Heard]) -> Waiting | None:
    """Whose turn it is. `heard` are the turns so far, oldest first."""
    by_option = {each.option: place for place, each in enumerate(heard)}
    by_place = {each.remote: place for place, each in enumerate(heard)}

    def rank(one: Waiting) -> tuple[int, int, bool, datetime, int]:
        return (
            by_option.get(one.option, -1), by_place.get(one.remote, -1), not one.first,
            one.asked_at, one.turn_id,
        )  # fmt: skip

    return min(waiting, key=rank, default=None)


def in_order(waiting: Iterable[Waiting], heard: Sequence[Heard], most: int | None = None) -> list[Waiting]:
    """The whole stack as it would be called if nobody joined or left; at most `most` of it."""
    left, said, order = list(waiting), list(heard), list[Waiting]()
    while left and (most is None or len(order) < most):
        chosen = next_on_stack(left, said)
        assert chosen is not None
        left.remove(chosen)
        said.append(Heard(chosen.option, chosen.remote))
        order.append(chosen)
    return order
