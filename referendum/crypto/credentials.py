"""Voting codes and what is derived from them (SPEC 3).

A voting code is 14 random characters and a check character, shown as five groups of three. With the uuid of
the election as salt it gives a secret exponent and a public credential, so one code gives unlinkable public
credentials in two elections. Codes and secrets are the member's vote: never log them, never store them.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from referendum.crypto.canonical import Malformed, canonical_bytes
from referendum.crypto.group import Draw, Q, draw_secret, is_member, power_of_g, read_number
from referendum.crypto.membership import are_members

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CODE_LENGTH = 15
ITERATIONS = 1000
MAX_WEIGHT = 10**11
LONGEST_ENTRY = 1000
AT_ONCE = 4096

NO_LIST = "the credentials are not a list of texts"

_BLANKS = b" \t\r\n"
_MISREAD = str.maketrans("0OIl", "oo11")
_DASHES = re.compile(r"[\s\-\u2010-\u2015\u2212_.]+")
_WEIGHTED = re.compile(r"([1-9][0-9]*)(?:,(0|[1-9][0-9]{0,11}))?")


def _number(digits: str) -> int:
    value = 0
    for character in digits:
        value = value * 58 + BASE58.index(character)
    return value


def _dashed(characters: str) -> str:
    return "-".join(characters[i : i + 3] for i in range(0, CODE_LENGTH, 3))


def new_code(draw: Draw = draw_secret) -> str:
    """A fresh voting code, in its shown form ``xxx-xxx-xxx-xxx-xxx``."""
    digits = "".join(BASE58[draw(58)] for _ in range(CODE_LENGTH - 1))
    return _dashed(digits + BASE58[53 - _number(digits) % 53])


def normalised(text: str) -> str | None:
    """The shown form of a code as a person typed it; None when it is not a voting code.

    Blanks, dashes, dots between the characters do not matter. The alphabet lacks ``0``, ``O``, ``I``, ``l``:
    ``0`` and ``O`` are read as the ``o`` they resemble, ``I`` and ``l`` as ``1``. Otherwise capital and small
    letters are different characters, so their case is never guessed. The check character must fit.
    """
    bare = _DASHES.sub("", text[:200])
    bare = bare.translate(_MISREAD)
    if len(bare) != CODE_LENGTH or any(character not in BASE58 for character in bare):
        return None
    if (_number(bare[:-1]) + BASE58.index(bare[-1])) % 53:
        return None
    return _dashed(bare)


def secret_of(code: str, uuid: str) -> int:
    """The secret exponent s of a voting code in one election. Raises ValueError for an ill-formed code."""
    shown = normalised(code)
    if shown is None:
        raise ValueError("this is not a voting code")
    digest = hashlib.pbkdf2_hmac("sha256", shown.encode(), uuid.encode(), ITERATIONS)
    return int.from_bytes(digest, "big") % Q


def public_of(code: str, uuid: str) -> str:
    """The public credential C of a voting code in one election, in decimal."""
    return str(power_of_g(secret_of(code, uuid)))


def credentials_bytes(publics: Iterable[str] | Mapping[str, int]) -> bytes:
    """The credentials record: public credentials sorted by value, with weights when a mapping gives them.

    The order says nothing about the order in which the codes were made.
    """
    weights = publics if isinstance(publics, Mapping) else dict.fromkeys(publics, 1)
    entries = sorted(weights.items(), key=lambda entry: (len(entry[0]), entry[0]))
    return canonical_bytes([public if weight == 1 else f"{public},{weight}" for public, weight in entries])


def read_credentials(raw: bytes) -> dict[str, int]:
    """Public credential → weight, in the record's order. Raises Malformed, naming the entry by its place."""
    weights: dict[str, int] = {}
    for place, (public, weight) in enumerate(read_entries([raw]), start=1):
        if public in weights:
            raise Malformed(f"public credential {place} stands in the list twice")
        weights[public] = weight
    return weights


def read_entries(pieces: Iterable[bytes]) -> Iterator[tuple[str, int]]:
    """The entries of a credentials record that comes in pieces, one after the other: public credential, weight.

    Raises Malformed, naming the entry by its place. Whether one stands there twice is not asked.
    """
    elements: list[int] = []
    total = 0
    for place, entry in enumerate(_texts(pieces), start=1):
        match = _WEIGHTED.fullmatch(entry)
        element = read_number(match.group(1)) if match else None
        if match is None or element is None:
            raise Malformed(f"public credential {place} is not a number")
        if element == 1:
            raise Malformed(f"public credential {place} is 1, under which anybody can vote")
        weight = int(match.group(2) or 1)
        total += weight
        if total > MAX_WEIGHT:
            raise Malformed("the weights of the credentials add up to too much")
        elements.append(element)
        if len(elements) == AT_ONCE:
            _require_members(elements, place)
            elements.clear()
        yield match.group(1), weight
    _require_members(elements, place if elements else 0)


def _require_members(elements: list[int], last: int) -> None:
    """``last`` is the place of the last of them."""
    if not are_members(elements):
        first = last - len(elements) + 1
        place = next(place for place, element in enumerate(elements, first) if not is_member(element))
        raise Malformed(f"public credential {place} is not an element of the group")


def _texts(pieces: Iterable[bytes]) -> Iterator[str]:
    """The texts of a JSON list of texts in which nothing is escaped. Raises Malformed for anything else."""
    wanted, mark, number = b"[", b"", 0
    for number, token in enumerate(_between_quotes(pieces)):
        if number % 2 == 0:
            mark = token.translate(None, _BLANKS)
            continue
        if mark != wanted:
            raise Malformed(NO_LIST)
        wanted = b","
        yield token.decode("latin-1")
    if number % 2 or mark != (b"]" if number else b"[]"):
        raise Malformed(NO_LIST)


def _between_quotes(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b'"')
        yield from whole
        if len(rest) > LONGEST_ENTRY:
            raise Malformed(NO_LIST)
    yield rest
