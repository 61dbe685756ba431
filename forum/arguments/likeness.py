"""Which claims say nearly the same: cosine of TF-IDF vectors, as scikit-learn's TfidfVectorizer weighs by
default.

Written out here so that whoever checks a digest needs nothing but Python; tests hold it against scikit-learn.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import fsum, log, sqrt

NEAR = 0.8
LIKE = 0.5  # near enough to ask a person whether two claims say the same; the digest alone goes by NEAR
LONG, STEP = 100, 50
WORDS = re.compile(r"\b\w\w+\b")


class Likeness:
    """Compares claims of one question, by argument number. Similarities are rounded to 1e-9 before any
    comparison.
    """

    def __init__(self, claims: Mapping[int, str]) -> None:
        words = {number: _words(claim) for number, claim in claims.items()}
        spread = Counter(word for counts in words.values() for word in counts)
        self._rarity = {word: log((1 + len(words)) / (1 + held)) + 1 for word, held in spread.items()}
        self._unknown = log(1 + len(words)) + 1
        self._vectors = {number: _unit(counts, self._rarity) for number, counts in words.items()}
        self._holders: dict[str, list[tuple[int, float]]] = {}

    def similarity(self, one: int, other: int) -> float:
        first, second = self._vectors[one], self._vectors[other]
        shared = sorted(first.keys() & second.keys())
        return round(fsum(first[word] * second[word] for word in shared), 9)

    def near_duplicates(self, one: int, other: int) -> bool:
        return self.similarity(one, other) >= NEAR

    def nearest(
        self, claim: str, most: int, *, beside: Iterable[tuple[int, str]] = ()
    ) -> list[tuple[int, float]]:
        """Numbers of the claims most like a new one, with how like they are (at least LIKE), the nearest first. Words
        that no claim holds yet count as the rarest. Only claims that share a word are looked at; `beside` them a few
        that came since, which are weighed as the new one is.
        """
        vector = self._weighed(claim)
        found: defaultdict[int, float] = defaultdict(float)
        for number, later in beside:
            weights = self._weighed(later)
            found[number] = fsum(weight * weights.get(word, 0.0) for word, weight in vector.items())
        for word, weight in vector.items():
            for number, other in self._by_word().get(word, ()):
                found[number] += weight * other
        like = [(number, round(value, 9)) for number, value in found.items() if value >= LIKE]
        return sorted(like, key=lambda each: (-each[1], each[0]))[:most]

    def _weighed(self, claim: str) -> dict[str, float]:
        words = _words(claim)
        return _unit(words, {word: self._rarity.get(word, self._unknown) for word in words})

    def _by_word(self) -> dict[str, list[tuple[int, float]]]:
        if not self._holders:
            for number, vector in self._vectors.items():
                for word, weight in vector.items():
                    self._holders.setdefault(word, []).append((number, weight))
        return self._holders


def nearest_of(claims: tuple[tuple[int, str], ...], claim: str, most: int) -> list[tuple[int, float]]:
    """Those of a record's claims that are most like a new one, for a hint. What was worked out for the record is kept
    while members move; of a long one the newest few are weighed beside it, so that not every claim costs the whole
    record anew.
    """
    settled = len(claims) - (len(claims) % STEP if len(claims) >= LONG else 0)
    return _likeness_of(claims[:settled]).nearest(claim, most, beside=claims[settled:])


@lru_cache(maxsize=8)
def _likeness_of(claims: tuple[tuple[int, str], ...]) -> Likeness:
    return Likeness(dict(claims))


@lru_cache(maxsize=2048)
def _words(claim: str) -> Counter[str]:
    return Counter(WORDS.findall(claim.lower()))


def _unit(counts: Counter[str], rarity: Mapping[str, float]) -> dict[str, float]:
    weights = {word: count * rarity[word] for word, count in counts.items()}
    length = sqrt(fsum(weight * weight for weight in weights.values()))  # exact, so in any order the same
    return {word: weight / length for word, weight in weights.items()}
