"""The order of cited arguments: by the ballots that marked them, equal ones by the question's lot. Pure."""

from collections.abc import Iterable

from referendum.digest.rules import draw


def strongest(marked: Iterable[tuple[int, int]], lot: str, most: int | None = None) -> tuple[int, ...]:
    """The numbers of (number, ballots) that most ballots marked, the first before the next; none that nobody marked.

    Equal ones stand in the order of the lot that was drawn at the close, SHA-256 of the lot and the argument's number:
    not by time, nor by a person, nor by who moved first.
    """
    ranked = sorted((each for each in marked if each[1] > 0), key=lambda each: (-each[1], draw(lot, each[0])))
    return tuple(number for number, _ in ranked[:most])
