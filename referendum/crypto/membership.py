"""Whether many numbers are all elements of the group, at a tenth of the price of asking each.

The random subset test of Bellare, Garay and Rabin ("Fast batch verification for modular exponentiation and
digital signatures", EUROCRYPT 1998): multiply a random subset of the numbers, and ask whether the product is an
element. If one of them is none, then of two subsets that differ in it alone at most one has an element as its
product, so each test passes with probability at most 1/2, whatever the others are, and 128 independent tests
with at most 2**-128. It holds for every cofactor; tests with small exponents instead of subsets would not do
here, because (P - 1) / Q is divisible by 2 and by 3 (Boyd and Pavlovski, "Attacking and repairing batch
verification schemes", ASIACRYPT 2000). The subsets must be drawn afterwards, and unknown to whoever chose the
numbers.

Eight tests share their multiplications: each number goes into one of 256 buckets, whose eight bits say in which of
eight subsets it is.
"""

import secrets
from collections.abc import Sequence

from referendum.crypto.group import P, is_member

TESTS_AT_ONCE = 8
ROUNDS = 16  # TESTS_AT_ONCE * ROUNDS = 128
WORTH_A_BATCH = 200
"""With fewer numbers it is quicker to ask each."""


def are_members(elements: Sequence[int]) -> bool:
    """Whether all are elements. No is certain; yes is wrong with probability at most 2**-128."""
    if len(elements) < WORTH_A_BATCH:
        return all(map(is_member, elements))
    return all(0 < each < P for each in elements) and all(_passes(elements) for _ in range(ROUNDS))


def _passes(elements: Sequence[int]) -> bool:
    """One round: eight tests."""
    buckets = [1] * (1 << TESTS_AT_ONCE)
    for element, subsets in zip(elements, secrets.token_bytes(len(elements)), strict=True):
        buckets[subsets] = buckets[subsets] * element % P
    while len(buckets) > 1:
        half = len(buckets) // 2
        subset = 1
        for upper in buckets[half:]:
            subset = subset * upper % P
        if not is_member(subset):
            return False
        buckets = [lower * upper % P for lower, upper in zip(buckets[:half], buckets[half:], strict=True)]
    return True
