"""The group BELENIOS-2048: numbers modulo P of order Q (SPEC 1).

Only this module touches gmpy2. Elements and exponents are typed ``int`` everywhere; at run time they are
gmpy2 numbers, which calculate, compare, hash, print and pickle as integers do, but much faster.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from functools import lru_cache

import gmpy2

GROUP_NAME = "BELENIOS-2048"

P: int = gmpy2.mpz(
    "206947856914225464010136436575050080649229892957511040971008847870573742192427174019222372544976"
    "843381290666331380789584049600543896362897963930387739057228036059737494276713767776188985898727"
    "358650490811670993105358677809800307904916540637771737641986785272734744763418356000356983051931"
    "442845617019110007867373073335641239717328979132404745788344682606523279746479511376726586935821"
    "800463179220736688600526271863633860887968821207694323661494910029234443463732221458841005864210"
    "502421203654335612013204811188524087310770141516662001623131771693721892480785077118278423174980"
    "73276598828825169183103125680162072880719"
)
G: int = gmpy2.mpz(
    "240235267750185220922768770353239993271228765737836491651007531878766327414635321932028567615526"
    "967879969466829874938909508389657342560190060106847716449173547413728310461045868131451178164675"
    "540052740288984613986453266121505579709716201616827031288643245666383486363578210615491841998253"
    "431518974065818686865115135857641013888221539601604322884360393098933366277284840659313840601023"
    "167509576377798266510360682240663507669776402534625377308513317349519424896775405257365904949247"
    "763147599157519877517771148149092045660020547812705472823814097251863985833411570056835369555342"
    "3781475582491896050296680037745308460627"
)
Q: int = gmpy2.mpz("78571733251071885079927659812671450121821421258408794611510081919805623223441")

ELEMENT_DIGITS = len(str(P))
EXPONENT_DIGITS = len(str(Q))

Draw = Callable[[int], int]
"""A source of randomness: ``draw(n)`` gives a number from 0 to n - 1."""

draw_secret: Draw = secrets.randbelow
"""The source for everything that must stay secret: the operating system's."""

_NUMBER = re.compile(r"0|[1-9][0-9]*")


def seeded_draw(seed: str) -> Draw:
    """A source that gives the same numbers for the same seed, for test vectors. **Not secret.**

    The n-th number, from 0, is SHA-256 of ``draw|seed|n`` read as an integer, modulo the bound.
    """
    count = 0

    def draw(bound: int) -> int:
        nonlocal count
        digest = hashlib.sha256(f"draw|{seed}|{count}".encode()).hexdigest()
        count += 1
        return int(digest, 16) % int(bound)

    return draw


def power(base: int, exponent: int) -> int:
    """``base ** exponent`` modulo P."""
    return gmpy2.powmod(base, exponent, P)  # type: ignore[no-any-return]


def invert(element: int) -> int:
    """The inverse of an element modulo P."""
    return gmpy2.invert(element, P)  # type: ignore[no-any-return]


def invert_exponent(exponent: int) -> int:
    """The inverse of an exponent modulo Q."""
    return gmpy2.invert(exponent, Q)  # type: ignore[no-any-return]


def is_member(element: int) -> bool:
    """Whether a number is an element of the group: below P, and of order dividing Q."""
    return 0 < element < P and bool(power(element, Q) == 1)


def is_exponent(value: int) -> bool:
    return 0 <= value < Q


def draw_exponent(draw: Draw) -> int:
    return gmpy2.mpz(draw(int(Q)))  # type: ignore[no-any-return]


def read_number(text: object, digits: int = ELEMENT_DIGITS) -> int | None:
    """The number in a decimal text without sign or leading zero; None when the text is not one."""
    if not isinstance(text, str) or len(text) > digits or not _NUMBER.fullmatch(text):
        return None
    return gmpy2.mpz(text)  # type: ignore[no-any-return]


SHARES = 6
SHARE_BITS = 43  # SHARES * SHARE_BITS ≥ 256
_SHARE_STEP = gmpy2.mpz(1) << SHARE_BITS


def shared_powers(base: int, exponents: Sequence[int]) -> list[int]:
    """Powers of one base to several exponents below Q, a third faster than one by one for three of them.

    The exponents are cut into 6 shares of 43 bits. One table holds the 64 products of the six numbers
    base ** (2 ** (43 i)); with it each power takes 43 squarings. Not for secrets: the time tells about them.
    """
    table: list[int] = [gmpy2.mpz(1)]
    step = gmpy2.mpz(base)
    for share in range(SHARES):
        step = gmpy2.powmod(step, _SHARE_STEP, P) if share else step
        table += [entry * step % P for entry in table]
    powers = []
    for exponent in exponents:
        bits = format(int(exponent), f"0{SHARES * SHARE_BITS}b")
        result = table[0]
        for place in range(SHARE_BITS):
            result = result * result % P
            entry = int(bits[place::SHARE_BITS], 2)
            if entry:
                result = result * table[entry] % P
        powers.append(result)
    return powers


class FixedBase:
    """Powers of one base from a table: 32 multiplications a power instead of about 300.

    The table has 32 rows of 256 elements (row i holds base ** (d * 256 ** i)), 2.5 MB.
    """

    def __init__(self, base: int) -> None:
        self.base = base
        self._rows: list[list[int]] = []
        step = gmpy2.mpz(base)
        for _ in range(32):
            row = [gmpy2.mpz(1)]
            for _ in range(255):
                row.append(row[-1] * step % P)
            self._rows.append(row)
            step = row[-1] * step % P

    def power(self, exponent: int) -> int:
        """``base ** exponent`` modulo P, for a base of order Q and any exponent."""
        result = gmpy2.mpz(1)
        digits = int(exponent % Q).to_bytes(32, "little")
        for row, digit in zip(self._rows, digits, strict=True):
            if digit:
                result = result * row[digit] % P
        return result  # type: ignore[no-any-return]


@lru_cache(maxsize=8)
def fixed_base(base: int) -> FixedBase:
    """The table of a base, kept for the few bases in use: g and the keys of the elections at hand.

    Only for members of the group: the exponent is taken modulo Q.
    """
    return FixedBase(base)


def power_of_g(exponent: int) -> int:
    return fixed_base(G).power(exponent)
