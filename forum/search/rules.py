"""What was typed as words to look for, and the piece of a text in which they stand, with the words marked. Pure."""

import re
import unicodedata
from dataclasses import dataclass

MOST_WORDS = 8
BEFORE, LENGTH = 60, 240
_MARKS = re.compile(r"[*_`#|]+|^[ \t]*>[> \t]*", re.MULTILINE)
# The accents that SQLite's tokenizer takes off letters.
_ACCENTS = re.compile("[\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d-\u032e\u0330-\u0331]")


@dataclass(frozen=True)
class Piece:
    """Some characters of an excerpt, and whether they were looked for."""

    text: str
    marked: bool


def fold(text: str) -> str:
    """Without case and without accents on Latin letters, as SQLite's tokenizer reads: Café is cafe. й, ά and パ are
    letters of their own.
    """
    return "".join(map(_bare, unicodedata.normalize("NFC", text.lower())))


def _bare(sign: str) -> str:
    letter = unicodedata.normalize("NFD", sign)[0]
    return letter if letter.isascii() else _ACCENTS.sub("", sign)


def words_of(typed: str) -> list[str]:
    """The words to look for, folded, each once; each may be the beginning of a longer one. Only blanks and punctuation
    divide them here: of all other signs each database says for itself which stand within a word.
    """
    parts = "".join(" " if _divides(each) else each for each in fold(typed)).split()
    return [each for each in dict.fromkeys(parts) if any(map(str.isalnum, each))][:MOST_WORDS]


def _divides(sign: str) -> bool:
    return not sign.isalnum() and (sign.isascii() or unicodedata.category(sign)[0] == "P")


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
    """From where to where a word stands that begins with one of those looked for; marks belong to it."""
    letters = "".join(each if each.isalnum() or unicodedata.category(each)[0] == "M" else " " for each in plain)
    found = (each.span() for each in re.finditer(r"\S+", letters))
    return [span for span in found if words and fold(plain[slice(*span)]).startswith(tuple(words))]
