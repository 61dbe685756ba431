"""Into how many parts a record is split (SPEC 9): no more than it takes, so that each is a large and random crowd."""

from collections import Counter
from collections.abc import Mapping

LARGEST_PART = 20_000
"""As many ballots belenios-tool checks in some minutes, and a volunteer's computer holds."""


def parts_needed(voters: Mapping[int, int], *, most: int, floor: int) -> int:
    """Into how many parts a record is split: the fewest with which none holds more than `most` ballots.

    `voters` are the ballots of each credential, by the number that its hash is. Secrecy comes first: where a part would
    count fewer than `floor` voters there are fewer, larger parts.
    """
    parts = max(1, -(-sum(voters.values()) // most))
    while True:
        ballots, counted = [0] * parts, [0] * parts
        for name, cast in voters.items():
            ballots[name % parts] += cast
            counted[name % parts] += 1
        if parts > 1 and min(counted) < max(1, floor):
            return _largest_above(voters, parts - 1, max(1, floor))
        if max(ballots) <= most:
            return parts
        parts += 1


def _largest_above(voters: Mapping[int, int], parts: int, floor: int) -> int:
    while parts > 1:
        counted = Counter(name % parts for name in voters)
        if len(counted) == parts and min(counted.values()) >= floor:
            break
        parts -= 1
    return parts
