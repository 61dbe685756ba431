"""What was typed as words to look for, and the piece of a text in which they stand, with the words marked. Pure."""

import re
import unicodedata
from dataclasses import dataclass

MOST_WORDS = 8
BEFORE, LENGTH = 60, 240
_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"[*_`#>|]+")


@dataclass(frozen=True)
class Piece:
    """Some characters of an excerpt, and whether they were looked for."""

    text: str
    marked: bool


def fold(text: str) -> str:
    """Without case and without marks on letters: Café is cafe."""
    return "".join(each for each in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(each))


def words_of(typed: str) -> list[str]:
    """The words to look for, folded, each once; each may be the beginning of a longer one."""
    return list(dict.fromkeys(_WORD.findall(fold(typed))))[:MOST_WORDS]


def excerpt(source: str, words: list[str]) -> list[Piece]:
    """A line or three of a member's text around the first word found, without the signs of Markdown."""
    plain = " ".join(_MARKS.sub("", source).split())
    hits = _hits(plain, words)
    start = max(0, hits[0][0] - BEFORE) if hits else 0
    start = plain.rfind(" ", 0, start) + 1 if start else 0
    end = min(len(plain), start + LENGTH)
    pieces, at = [Piece("… ", marked=False)] if start else [], start
    for first, last in hits:
        if first < at or last > end:
            continue
        pieces += [Piece(plain[at:first], marked=False), Piece(plain[first:last], marked=True)]
        at = last
    pieces.append(Piece(plain[at:end] + (" …" if end < len(plain) else ""), marked=False))
    return [each for each in pieces if each.text]


def _hits(plain: str, words: list[str]) -> list[tuple[int, int]]:
    """From where to where a word stands that begins with one of those looked for."""
    found = (each.span() for each in re.finditer(r"[^\W_]+", plain))
    return [span for span in found if words and fold(plain[span[0] : span[1]]).startswith(tuple(words))]
