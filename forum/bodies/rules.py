"""When a body has acted, and who may sign for it. Members are plain ids; nothing here knows a database."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass


def signatures_needed(size: int) -> int:
    """The smallest number that is more than half of a body of this size. Of two it is both."""
    if size < 0:
        raise ValueError("a body cannot have fewer than no members")
    return size // 2 + 1


def is_more_than_half(signed: int, size: int) -> bool:
    """Compared as integers. An empty body has never acted, whoever claims to have signed."""
    return size > 0 and 2 * signed > size


@dataclass(frozen=True)
class Signing:
    """One document before one body: who sits in it now, and who has signed exactly this document's hash."""

    body: frozenset[int]
    signed: frozenset[int]

    @property
    def counted(self) -> frozenset[int]:
        """Signatures of people who still sit in the body; someone who has left it no longer counts."""
        return self.body & self.signed

    @property
    def missing_count(self) -> int:
        """How many more signatures the act needs."""
        return max(0, signatures_needed(len(self.body)) - len(self.counted))

    @property
    def takes_effect(self) -> bool:
        return takes_effect(self.signed, self.body)


def takes_effect(signed: AbstractSet[int], body: AbstractSet[int]) -> bool:
    """Whether more than half of the body's present members have signed."""
    return is_more_than_half(len(signed & body), len(body))


def may_sign(
    member_id: int, body: AbstractSet[int], signed: AbstractSet[int], *, own_act: bool = False
) -> bool:
    """Only a member of the body, once, and never as judge of their own act."""
    return member_id in body and member_id not in signed and not own_act
