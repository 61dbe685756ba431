"""Judges a list of public credentials that tellers handed in. Pure; nothing of the list is believed.

Everything raises `Refused` with words for the tellers' page.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from forum.kernel.errors import N_, Refused, refuse_unless
from referendum.crypto.canonical import Malformed
from referendum.crypto.group import P, invert, is_member, read_number
from referendum.electorate.code_list import Line, ListHeader, PartFile, hash_of, list_id_of
from referendum.electorate.rules import FEWEST_SPARES
from referendum.electorate.sealing import NEEDED

AT_ONCE = 500
KEY_WRONG = N_("The key of the sealed list does not fit the tellers’ shares of it. Nothing was taken.")
NOT_FITTING = N_("The parts are not those that the list names: one was altered. The whole list is refused.")
WRONG_COUNT = N_("The list holds %(count)s codes, and %(size)s members may vote. Nothing was taken.")

AreMembers = Callable[[Sequence[str]], bool]


def all_members(credentials: Sequence[str]) -> bool:
    """Whether every one of these decimal numbers is an element of the group."""
    numbers = [read_number(each) for each in credentials]
    return all(number is not None and is_member(number) for number in numbers)


def check_header(header: ListHeader, vote: tuple[str, str, str], size: int, tellers: Sequence[str]) -> None:
    """Whether a list is meant for this vote (its identifier and both uuids), this roll and these tellers' keys."""
    refuse_unless(
        (header.vote, header.uuid_v, header.uuid_c) == vote,
        N_("This list was made for another vote. Nothing was taken."),
    )
    refuse_unless(header.size == size, WRONG_COUNT, count=header.size, size=size)
    refuse_unless(
        header.spares >= FEWEST_SPARES,
        N_("The list holds %(count)s spare codes. At least %(needed)s are needed. Nothing was taken."),
        count=header.spares,
        needed=FEWEST_SPARES,
    )
    refuse_unless(
        len(tellers) >= NEEDED and [each.get("key") for each in header.shares] == list(tellers),
        N_(
            "This list was made with other tellers’ keys than those handed in here. Take both files anew, and make it "
            "again."
        ),
    )
    _check_shares(header.list_key, header.shares)


def _check_shares(list_key: str, shares: Sequence[dict[str, Any]]) -> None:
    """The shares lie on one line: g^share_1 / key, g^share_2 / g^share_1, … are all the same element."""
    refuse_unless([each.get("place") for each in shares] == list(range(1, len(shares) + 1)), KEY_WRONG)
    publics = [read_number(each) for each in (list_key, *(share.get("public") for share in shares))]
    elements = [each for each in publics if each is not None and each != 1 and is_member(each)]
    refuse_unless(len(elements) == len(publics), KEY_WRONG)
    steps = {int(following * invert(before) % P) for before, following in pairwise(elements)}
    refuse_unless(len(steps) == 1, KEY_WRONG)
    sealed = all(isinstance(each.get("sealed"), dict) for each in shares)
    refuse_unless(sealed, KEY_WRONG)


@dataclass(slots=True)
class ListCheck:
    """Goes over the parts of one list in their order. `are_members` may spread its work; `noted` hears how many lines
    were looked at."""

    header: ListHeader
    size: int
    are_members: AreMembers = all_members
    noted: Callable[[int], None] = lambda _: None
    _last: dict[str, str] = field(default_factory=dict)
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)
    _hashes: list[str] = field(default_factory=list)
    _sealed: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _seen: int = 0

    def part(self, file: PartFile) -> None:
        """The next part."""
        part = len(self._hashes) + 1
        refuse_unless(file.header == self.header and file.part == part, NOT_FITTING)
        waiting: list[str] = []
        for line in _lines(file, part):
            if line.kind == "S":
                self._sealed.update(line.value.encode() + b"\n")
                continue
            self._take(line, part)
            waiting.append(line.value)
            if len(waiting) >= AT_ONCE:
                self._settle(waiting, part)
        self._settle(waiting, part)
        self._hashes.append(file.body_hash)

    def _take(self, line: Line, part: int) -> None:
        digest = hash_of(line.value)
        refuse_unless(
            digest > self._last.get(line.kind, ""),
            N_("In part %(part)s a credential stands twice, or out of its order. The whole list is refused."),
            part=part,
        )
        self._last[line.kind] = digest
        key = (line.kind, line.state)
        self._counts[key] = self._counts.get(key, 0) + 1

    def _settle(self, waiting: list[str], part: int) -> None:
        refuse_unless(
            self.are_members(waiting),
            N_("Part %(part)s holds a credential that is not an element of the group. The whole list is refused."),
            part=part,
        )
        self._seen += len(waiting)
        self.noted(self._seen)
        waiting.clear()

    def finish(self) -> None:
        """After the last part."""
        refuse_unless(list_id_of(self._hashes) == self.header.list_id, NOT_FITTING)
        refuse_unless(
            self._sealed.hexdigest() == self.header.sealed_hash,
            N_("The sealed list in it is not the one that its head names. The whole list is refused."),
        )
        for kind in "VC":
            issued, spares = (self._counts.get((kind, state), 0) for state in ("issued", "spare"))
            refuse_unless(issued == self.size, WRONG_COUNT, count=issued, size=self.size)
            refuse_unless(
                spares == self.header.spares,
                N_("The list holds %(count)s spare codes; its head says %(said)s. The whole list is refused."),
                count=spares,
                said=self.header.spares,
            )


def _lines(file: PartFile, part: int) -> Iterator[Line]:
    try:
        yield from file.lines()
    except Malformed:
        raise Refused(N_("Part %(part)s cannot be read to its end. The whole list is refused."), part=part) from None
