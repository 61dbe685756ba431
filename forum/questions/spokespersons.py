"""Who speaks for an option: the first ten seconders each name one member; the one or two named most, by lot
if equal.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

NAMING_SECONDERS = 10
MOST_SPOKESPERSONS = 2


def lot(seed: bytes, *parts: object) -> str:
    """A draw anyone can repeat: SHA-256 of the seed and the parts, as hex; the smallest is drawn first."""
    text = "\x1f".join(str(part) for part in parts).encode()
    return hashlib.sha256(seed + b"\x1f" + text).hexdigest()


def may_name(member_id: int, seconders: Sequence[int]) -> bool:
    """Only the first ten who seconded the option, in the order in which they did."""
    return member_id in seconders[:NAMING_SECONDERS]


def agreed(speakers: Sequence[int], wanted: Mapping[int, int], member_id: int) -> bool:
    """Whether everyone who speaks for an option wants this member. `wanted` maps a speaker to the member wanted."""
    return bool(speakers) and all(wanted.get(each) == member_id for each in speakers)


def ranked_names(
    seconders: Sequence[int], named: Mapping[int, int], seed: bytes, option_id: int
) -> list[int]:
    """Members named, most often named first, equal ones by lot. `named` maps a seconder to the member
    named.
    """
    counts = Counter(named[seconder] for seconder in seconders[:NAMING_SECONDERS] if seconder in named)
    return sorted(counts, key=lambda member: (-counts[member], lot(seed, option_id, member)))


def choose_spokespersons(
    seconders: Mapping[int, Sequence[int]],
    named: Mapping[int, Mapping[int, int]],
    officers: AbstractSet[int],
    seed: bytes,
) -> dict[int, tuple[int, ...]]:
    """Spokespersons of every option: option id → one or two members.

    `seconders` maps an option to those who seconded it, in order; `named` maps it to seconder → member named.
    An officer speaks for at most one option, the one that named that officer most (by lot if equal); the
    place freed on another option goes to the next named there.
    """
    ranked = {
        option: ranked_names(order, named.get(option, {}), seed, option)
        for option, order in seconders.items()
    }
    while True:
        chosen = {option: tuple(names[:MOST_SPOKESPERSONS]) for option, names in ranked.items()}
        twice = sorted(m for m in officers if sum(m in names for names in chosen.values()) > 1)
        if not twice:
            return chosen
        officer = twice[0]
        wanted = [option for option, names in chosen.items() if officer in names]
        kept = min(wanted, key=lambda option: _claim(option, officer, named, seconders, seed))
        for option in wanted:
            if option != kept:
                ranked[option].remove(officer)


def _claim(
    option: int,
    officer: int,
    named: Mapping[int, Mapping[int, int]],
    seconders: Mapping[int, Sequence[int]],
    seed: bytes,
) -> tuple[int, str]:
    """Sorts the options that named an officer: most often first, then by lot."""
    first = seconders[option][:NAMING_SECONDERS]
    count = sum(named[option].get(seconder) == officer for seconder in first)
    return -count, lot(seed, "officer", officer, option)
