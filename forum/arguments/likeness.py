"""Which claims say nearly the same: cosine of TF-IDF vectors, as scikit-learn's TfidfVectorizer weighs by
default.

Written out here so that whoever checks a digest needs nothing but Python; tests hold it against scikit-learn.
"""

import re
from collections import Counter
from collections.abc import Mapping
from math import fsum, log, sqrt

NEAR = 0.8
WORDS = re.compile(r"\b\w\w+\b")


class Likeness:
    """Compares claims of one question, by argument number. Similarities are rounded to 1e-9 before any
    comparison.
    """

    def __init__(self, claims: Mapping[int, str]) -> None:
        words = {number: Counter(WORDS.findall(claim.lower())) for number, claim in claims.items()}
        spread = Counter(word for counts in words.values() for word in counts)
        rarity = {word: log((1 + len(words)) / (1 + held)) + 1 for word, held in spread.items()}
        self._vectors = {number: _unit(counts, rarity) for number, counts in words.items()}

    def similarity(self, one: int, other: int) -> float:
        first, second = self._vectors[one], self._vectors[other]
        shared = sorted(first.keys() & second.keys())
        return round(fsum(first[word] * second[word] for word in shared), 9)

    def near_duplicates(self, one: int, other: int) -> bool:
        return self.similarity(one, other) >= NEAR


def _unit(counts: Counter[str], rarity: Mapping[str, float]) -> dict[str, float]:
    weights = {word: count * rarity[word] for word, count in counts.items()}
    length = sqrt(fsum(weight * weight for _, weight in sorted(weights.items())))
    return {word: weight / length for word, weight in weights.items()}
