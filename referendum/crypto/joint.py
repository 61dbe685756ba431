"""The trustees of an election together: their record, the joint key, who is needed for the count (SPEC 3, 6).

The record is a list of items. An item is one trustee who is needed (``Single``), or a group of which a threshold is
enough (``Pedersen``). Trustee numbers count from 1 through all items, a group's members one by one.
"""

from collections.abc import Container, Mapping, Sequence
from functools import lru_cache

from referendum.crypto.canonical import Malformed, canonical_bytes, read_json, read_list
from referendum.crypto.group import P
from referendum.crypto.threshold import ThresholdGroup, group_factors, read_group
from referendum.crypto.trustee import TrusteeKey, read_trustee_key

Item = TrusteeKey | ThresholdGroup
Factors = Sequence[Sequence[int]]


def trustees_bytes(items: Sequence[Item]) -> bytes:
    """The trustees record."""
    return canonical_bytes(
        [["Pedersen" if isinstance(item, ThresholdGroup) else "Single", item.as_json()] for item in items]
    )


def read_trustees(raw: bytes) -> list[Item]:
    """The items of a record in order, everything checked. Raises Malformed, naming the trustee."""
    items: list[Item] = []
    for value in read_list(read_json(raw)):
        items.append(_read_item(value, len(numbered(items)) + 1))
    if not items:
        raise Malformed("there is no trustee")
    keys = [public for item in items for public in _distinct(item)]
    if len(set(keys)) < len(keys):
        raise Malformed("two trustees have the same key")
    if joint_key(items) == 1:
        raise Malformed("the trustees’ joint key is 1, which hides nothing")
    return items


@lru_cache(maxsize=8)
def known_trustees(raw: bytes) -> tuple[Item, ...]:
    """The same as `read_trustees`, once a process: for records that are asked for again with every page."""
    return tuple(read_trustees(raw))


def _distinct(item: Item) -> list[int]:
    """The keys that must differ from all others. Where one member is enough, all members hold the same."""
    keys = [key.public for key in members_of(item)]
    return list(set(keys)) if isinstance(item, ThresholdGroup) and item.threshold == 1 else keys


def _read_item(value: object, number: int) -> Item:
    kind, content = read_list(value, 2)
    if kind == "Pedersen":
        return read_group(content, number)
    if kind != "Single":
        raise Malformed(f"trustee {number} is neither a single trustee nor a threshold group")
    try:
        return read_trustee_key(content)
    except Malformed as problem:
        raise Malformed(f"trustee {number}: {problem}") from None


def members_of(item: Item) -> tuple[TrusteeKey, ...]:
    """The keys behind an item: its own, or its members'."""
    return item.keys if isinstance(item, ThresholdGroup) else (item,)


def numbered(items: Sequence[Item]) -> list[TrusteeKey]:
    """The key of every trustee; the one at place i (from 0) is of trustee number i + 1."""
    return [key for item in items for key in members_of(item)]


def joint_key(items: Sequence[Item]) -> int:
    """The election's public key y: the product of the items' keys."""
    result = 1
    for item in items:
        result = result * (item.sub_key if isinstance(item, ThresholdGroup) else item.public) % P
    return result


def by_item(items: Sequence[Item]) -> list[tuple[Item, range]]:
    """Each item with its trustees' numbers."""
    first, rows = 1, []
    for item in items:
        rows.append((item, range(first, first + len(members_of(item)))))
        first = rows[-1][1].stop
    return rows


def are_enough(items: Sequence[Item], numbers: Container[int]) -> bool:
    """Whether the trustees with these numbers can open the count together."""
    return all(
        sum(number in numbers for number in own) >= (item.threshold if isinstance(item, ThresholdGroup) else 1)
        for item, own in by_item(items)
    )


def combined_factors(items: Sequence[Item], parts: Mapping[int, Factors]) -> list[list[int]]:
    """The factor y^r of each ciphertext, from the parts by trustee number. Raises Malformed when they are too few."""
    missing = [own[0] for item, own in by_item(items) if isinstance(item, TrusteeKey) and own[0] not in parts]
    if missing:
        raise Malformed(f"the decryption of trustee {', '.join(map(str, missing))} is missing")
    rows: list[list[int]] | None = None
    for item, own in by_item(items):
        factors = _item_factors(item, own, parts)
        rows = [list(row) for row in factors] if rows is None else _product(rows, factors)
    if rows is None:
        raise Malformed("there is no trustee")
    return rows


def _item_factors(item: Item, own: range, parts: Mapping[int, Factors]) -> Factors:
    if isinstance(item, TrusteeKey):
        return parts[own[0]]
    given = {place: parts[number] for place, number in enumerate(own, start=1) if number in parts}
    try:
        return group_factors(given, item.threshold)
    except Malformed as problem:
        raise Malformed(f"the group of trustees {own[0]} to {own[-1]}: {problem}") from None


def _product(left: Factors, right: Factors) -> list[list[int]]:
    return [[a * b % P for a, b in zip(*rows, strict=True)] for rows in zip(left, right, strict=True)]
