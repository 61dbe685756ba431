"""Quotes of posts within posts, as text. Pure.

A quote that the product makes begins with the name and the number of the post, and each of its lines with the sign of a
quotation. By the number it is known whose words these are; that they are, is looked up in the words of that post. So
a copy typed by hand without the number of its post, or without the signs of a quotation, is not recognised: it is words
of whoever typed it, to be hidden on their own.
"""

import re
from dataclasses import dataclass

MOST_NUMBERS = 20
SHORTEST = 12
_SIGNS = re.compile(r"[ \t]{0,3}((?:>[ \t]?)+)")
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_MARKS = re.compile(r"[*_`#|~\\]+|^[ \t]*(?:[-+>]|\d+\.)[ \t]+", re.MULTILINE)
_NUMBER = re.compile(r"(?<!\d)\d{1,9}(?!\d)")


@dataclass(frozen=True)
class _Run:
    """Lines that are quoted equally deep, from `first` to before `end`, and the line that leads to them."""

    first: int
    end: int
    depth: int
    lead: str


def _depth(line: str) -> int:
    found = _SIGNS.match(line)
    return found[1].count(">") if found else 0


def _bare(line: str) -> str:
    return plain(_SIGNS.sub("", line, count=1))


def plain(source: str) -> str:
    """Words as a page shows them, on one line: who quotes what is selected on a page gets no marks of Markdown."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", source)).split())


def _runs(lines: list[str]) -> list[_Run]:
    found: list[_Run] = []
    at, lead = 0, ""
    while at < len(lines):
        first, depth = at, _depth(lines[at])
        while at < len(lines) and _depth(lines[at]) == depth:
            at += 1
        if depth:
            found.append(_Run(first, at, depth, lead))
        lead = next((_bare(each) for each in reversed(lines[first:at]) if _bare(each)), lead)
    return found


def quoted_numbers(source: str) -> set[int] | None:
    """Numbers that stand on the lines before quotes: those of the posts that may be quoted. None without any quote."""
    runs = _runs(source.split("\n"))
    numbers = {int(each) for run in runs for each in _NUMBER.findall(run.lead)[:MOST_NUMBERS]}
    return numbers if runs else None


def quotes(source: str, number: int, words: str) -> bool:
    """Whether a text quotes some of the words of the post of that number; `words` as `plain` gives them."""
    lines = source.split("\n")
    return any(_is_of(lines, run, number, words) for run in _runs(lines))


def _is_of(lines: list[str], run: _Run, number: int, words: str) -> bool:
    numbers = _NUMBER.findall(run.lead)
    named = str(number) in numbers
    if numbers and not named:
        return False
    quoted = (_bare(each) for each in lines[run.first : run.end])
    return any(each in words for each in quoted if each and (named or len(each) >= SHORTEST))


def mask(source: str, number: int, words: str, mark: str) -> tuple[str, list[tuple[str, str]]]:
    """A text with `mark` for every quote of these words, and what it stands for: the line put there, the lines gone."""
    lines = source.split("\n")
    taken: list[tuple[str, str]] = []
    for run in reversed(_runs(lines)):
        if _is_of(lines, run, number, words):
            line = "> " * run.depth + mark
            taken.insert(0, (line, "\n".join(lines[run.first : run.end])))
            lines[run.first : run.end] = [line]
    return "\n".join(lines), taken


def unmask(source: str, taken: list[tuple[str, str]]) -> str:
    """The words again, in the places of the lines that stand for them and are still there."""
    lines = source.split("\n")
    for line, words in taken:
        if line in lines:
            place = lines.index(line)
            lines[place : place + 1] = words.split("\n")
    return "\n".join(lines)
