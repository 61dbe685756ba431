"""The group BELENIOS-2048: numbers modulo P of order Q (SPEC 1).

Only this module touches gmpy2. Elements and exponents are typed ``int`` everywhere; at run time they are
gmpy2 numbers, which calculate, compare, hash, print and pickle as integers do, but much faster.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
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


COMB_ROWS = 4
ROW_BITS = 64  # COMB_ROWS * ROW_BITS ≥ 256
HALF_ROW = ROW_BITS // 2
_HEX = "0123456789abcdef"
_HALF_STEP = gmpy2.mpz(1) << HALF_ROW


def _comb_digits(exponent: int) -> str:
    """The columns of an exponent's bits laid out in 4 rows of 64, as 64 hexadecimal digits, highest column first."""
    bits = format(int(exponent), f"0{COMB_ROWS * ROW_BITS}b")
    rows = (bits[start : start + ROW_BITS] for start in range(0, COMB_ROWS * ROW_BITS, ROW_BITS))
    total = sum(int(row, 16) << place for row, place in zip(rows, (3, 2, 1, 0), strict=True))
    return format(total, f"0{ROW_BITS}x")


def _products(a: int, b: int, c: int, d: int) -> dict[str, int]:
    """The product of each choice out of four numbers, by the digit whose bits name them, a the lowest."""
    ab, cd = a * b % P, c * d % P
    table = [1, a, b, ab, c, a * c % P, b * c % P, ab * c % P]
    table += [d, a * d % P, b * d % P, ab * d % P, cd, a * cd % P, b * cd % P, ab * cd % P]
    return dict(zip(_HEX, table, strict=True))


class Comb:
    """Powers of one number to two or more exponents below 2 ** 256: two take four fifths of the time of `power`.

    The comb of Lim and Lee ("More flexible exponentiation with precomputation", CRYPTO 1994) with four rows in
    two halves: the tables cost 224 squarings and 22 multiplications, each power 32 squarings and about 60
    multiplications. Not for secrets: the time tells about them.
    """

    def __init__(self, base: int) -> None:
        steps = [gmpy2.mpz(base)]
        for _ in range(2 * COMB_ROWS - 1):
            steps.append(gmpy2.powmod(steps[-1], _HALF_STEP, P))
        self._low = _products(*steps[0::2])
        self._high = _products(*steps[1::2])

    def power(self, exponent: int) -> int:
        digits = _comb_digits(exponent)
        low, high = self._low, self._high
        result = gmpy2.mpz(1)
        for upper, lower in zip(digits[:HALF_ROW], digits[HALF_ROW:], strict=True):
            result = result * result % P
            if upper != "0":
                result = result * high[upper] % P
            if lower != "0":
                result = result * low[lower] % P
        return result  # type: ignore[no-any-return]


SMALL_WINDOW, LARGE_WINDOW = 8, 11
WORTH_A_LARGE_WINDOW = 8_000


class FixedBase:
    """Powers of one base from a table: 32 multiplications a power instead of about 300.

    The table has 32 rows of 256 elements (row i holds base ** (d * 256 ** i)), 2.5 MB. A base in heavy use gets
    one of 24 rows of 2,048, 14 MB: a quarter less work, after many more multiplications to make it.
    """

    def __init__(self, base: int) -> None:
        self.base = base
        self._uses = 0
        self._widen(SMALL_WINDOW)

    def _widen(self, window: int) -> None:
        self._window, self._mask = window, (1 << window) - 1
        self._rows: list[list[int]] = []
        step = gmpy2.mpz(self.base)
        for _ in range(0, 256, window):
            row = [gmpy2.mpz(1)]
            for _ in range(self._mask):
                row.append(row[-1] * step % P)
            self._rows.append(row)
            step = row[-1] * step % P

    def power(self, exponent: int) -> int:
        """``base ** exponent`` modulo P, for a base of order Q and any exponent."""
        self._uses += 1
        if self._uses == WORTH_A_LARGE_WINDOW:
            self._widen(LARGE_WINDOW)
        result, left, window, mask = gmpy2.mpz(1), int(exponent % Q), self._window, self._mask
        for row in self._rows:
            digit = left & mask
            if digit:
                result = result * row[digit] % P
            left >>= window
        return result  # type: ignore[no-any-return]


@lru_cache(maxsize=8)
def fixed_base(base: int) -> FixedBase:
    """The table of a base, kept for the few bases in use: g and the keys of the elections at hand.

    Only for members of the group: the exponent is taken modulo Q.
    """
    return FixedBase(base)


def power_of_g(exponent: int) -> int:
    return fixed_base(G).power(exponent)
