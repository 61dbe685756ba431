"""The digest rule: from a public record to the arguments of the voter guide, the same on every machine.

No person selects. Everything that is not taken has a recorded reason. Ties go by a lot, never by time or by
name. What the rule leaves open, and how it is read here:

- Near-duplicates are looked for among the arguments that stand on the same side of the same option: the same
  words on the other side are an answer, not a repetition. How rare a word is, is counted over all seconded claims
  except the hidden ones, which the public record may not show.
- An opinion group counts in the score of an argument that nobody in it has read: as one half, like any group of
  which nothing is known.
- A group's most representative argument is looked for among those with the reader floor. It takes the place of the
  lowest-ranked one on its own side of its option that is no group's voice itself; where that side has none to give,
  of the other side's, and the place goes with it. If voices hold every place of an option, the rest stay out: no
  slot is added. Which of several comes first is drawn by the lot from the arguments' numbers, so that the groups'
  own numbering decides nothing.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from forum.arguments.likeness import Likeness
from forum.kernel.errors import N_
from forum.opinion.bridging import agreement, geometric_mean
from forum.opinion.rules import Counts, Side, representative
from forum.questions.phrase import Phrase
from referendum.digest.record import PublicRecord, RecordedArgument

FEWEST_READERS = 5
FEWEST_LOCALS = 3
MINORITY = 10


class Reason(StrEnum):
    """Why an argument is in the digest, or why not."""

    SCORE = "score"
    MINORITY = "minority"
    TOO_FEW_READERS = "too_few_readers"
    MERGED = "merged"
    NEAR_DUPLICATE = "near_duplicate"
    OUTSCORED = "outscored"
    GAVE_WAY = "gave_way"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Line:
    """One argument of the digest. `billionths` is its score; `group` is whose right brought it in, if one's
    did.
    """

    number: int
    billionths: int
    reason: Reason = Reason.SCORE
    group: int | None = None


@dataclass(frozen=True)
class LeftOut:
    """One argument that is not in the digest. `other` is the argument, or the ruling, that the reason speaks
    of.
    """

    number: int
    reason: Reason
    other: int | None = None
    billionths: int | None = None


@dataclass(frozen=True)
class Section:
    """An option's arguments on one of its sides, best first. `side` is "" where the ballot has two
    options.
    """

    option: int
    side: str
    slots: int
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Selection:
    """The digest: sections in the order of the lot, and everything left out, by number."""

    lot: str
    sections: tuple[Section, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Every argument taken, in the guide's order."""
        return tuple(line.number for section in self.sections for line in section.lines)


def draw(lot: str, *what: object) -> str:
    """The place of one thing in the lot: SHA-256, as hex; smaller comes first."""
    return hashlib.sha256("\n".join([lot, *(str(each) for each in what)]).encode()).hexdigest()


def draw_order(lot: str, kind: str, things: Iterable[int]) -> list[int]:
    """Things in the order of the lot, whatever order they come in; statements and options are ordered by
    it.
    """
    return sorted(things, key=lambda thing: (draw(lot, kind, thing), thing))


def select(record: PublicRecord) -> Selection:
    """The whole rule."""
    left_out, candidates = _set_apart(record)
    likeness = Likeness({a.number: a.claim for a in record.arguments if a.hidden_by is None})
    sections = []
    for section in sections_of(record):
        standing = [
            a for a in candidates.values() if _section_key(record, a) == (section.option, section.side)
        ]
        filled, reasons = _fill(section, _ranked(standing, record), likeness)
        sections.append(filled)
        left_out |= reasons
    taken, gave_way = _minorities(record, sections, candidates)
    left_out |= gave_way
    for section in taken:
        for line in section.lines:
            left_out.pop(line.number, None)
    return Selection(record.lot, tuple(taken), tuple(left_out[number] for number in sorted(left_out)))


def has_floor(argument: RecordedArgument, locals_count: int) -> bool:
    """Enough readers, from enough locals; where there are fewer than three locals, from all of them."""
    return argument.readers >= FEWEST_READERS and argument.locals >= min(FEWEST_LOCALS, locals_count)


def score(argument: RecordedArgument, groups: Collection[int] = ()) -> int:
    """In billionths: agreed across opinion groups and across locals, each of the two weighing the same."""
    ratios = [agreement(argument.groups.get(group, Counts())) for group in sorted(groups)]
    return geometric_mean(ratios, [agreement(unit.counts) for unit in argument.units])


def _set_apart(record: PublicRecord) -> tuple[dict[int, LeftOut], dict[int, RecordedArgument]]:
    """Arguments that cannot be taken, each with its reason, and those that can."""
    left_out: dict[int, LeftOut] = {}
    candidates: dict[int, RecordedArgument] = {}
    for argument in record.arguments:
        number = argument.number
        if argument.hidden_by is not None:
            left_out[number] = LeftOut(number, Reason.HIDDEN, argument.hidden_by)
        elif argument.merged_into is not None:
            left_out[number] = LeftOut(number, Reason.MERGED, argument.merged_into)
        elif argument.withdrawn:
            left_out[number] = LeftOut(number, Reason.WITHDRAWN)
        elif not has_floor(argument, record.locals_count):
            left_out[number] = LeftOut(number, Reason.TOO_FEW_READERS)
        else:
            candidates[number] = argument
    return left_out, candidates


def sections_of(record: PublicRecord) -> list[Section]:
    """Every option's slots in the order of the lot. With more than two options half are for what speaks
    against it.

    The odd slot falls to one side by lot; slots that do not divide among the options stay empty.
    """
    options = draw_order(record.lot, "option", record.options)
    each = record.digest_size // len(options) if options else 0
    if len(options) <= 2:
        return [Section(option, "", each) for option in options]
    sections = []
    for option in options:
        odd_is_for = int(draw(record.lot, "odd", option), 16) % 2 == 0
        for_ = each // 2 + (each % 2 if odd_is_for else 0)
        sections += [Section(option, "for", for_), Section(option, "against", each - for_)]
    return sections


def _section_key(record: PublicRecord, argument: RecordedArgument) -> tuple[int, str]:
    """Where an argument competes: with two options, one against an option is one for the other."""
    if len(record.options) > 2:
        return argument.option, argument.side
    if argument.side == "for" or len(record.options) < 2:
        return argument.option, ""
    first, second = record.options
    return (second if argument.option == first else first), ""


def _ranked(arguments: Iterable[RecordedArgument], record: PublicRecord) -> list[Line]:
    lines = [Line(argument.number, score(argument, record.groups)) for argument in arguments]
    return sorted(lines, key=lambda line: _rank(line, record.lot))


def _rank(line: Line, lot: str) -> tuple[int, str]:
    return -line.billionths, draw(lot, line.number)


def _fill(section: Section, ranked: list[Line], likeness: Likeness) -> tuple[Section, dict[int, LeftOut]]:
    """The best, then each next best that repeats none taken, until the slots are full."""
    taken: list[Line] = []
    left_out = {}
    for line in ranked:
        if len(taken) >= section.slots:
            left_out[line.number] = LeftOut(line.number, Reason.OUTSCORED, None, line.billionths)
            continue
        same = next((one.number for one in taken if likeness.near_duplicates(one.number, line.number)), None)
        if same is None:
            taken.append(line)
        else:
            left_out[line.number] = LeftOut(line.number, Reason.NEAR_DUPLICATE, same, line.billionths)
    return replace(section, lines=tuple(taken)), left_out


def voices(record: PublicRecord, candidates: Mapping[int, RecordedArgument]) -> dict[int, int]:
    """Each group with a tenth of the readers or more → its most representative argument.

    Only arguments with the reader floor can be one, and only on the side on which the group agrees.
    """
    counts: dict[int, dict[int, Counts]] = {group: {} for group in record.groups}
    for argument in candidates.values():
        for group, of in argument.groups.items():
            counts[group][argument.number] = of
    found: dict[int, int] = {}
    for group, size in sorted(record.groups.items()):
        if size * MINORITY >= record.readers:
            rows = representative(counts, group, side=Side.AGREE, tie=lambda number: draw(record.lot, number))
            if rows:
                found[group] = rows[0].argument
    return found


def _minorities(
    record: PublicRecord, sections: list[Section], candidates: Mapping[int, RecordedArgument]
) -> tuple[list[Section], dict[int, LeftOut]]:
    """Step 3: a missing voice takes the place of the lowest-ranked one of its option that is no voice itself."""
    gave_way: dict[int, LeftOut] = {}
    of_groups = voices(record, candidates)
    spoken = set(of_groups.values())
    for number in sorted(spoken, key=lambda each: draw(record.lot, each)):
        if any(line.number == number for section in sections for line in section.lines):
            continue
        home = _section_key(record, candidates[number])
        lowest = _lowest(sections, home, spoken)
        if lowest is None:
            continue
        group = min((-record.groups[each], each) for each, voice in of_groups.items() if voice == number)[1]
        line = Line(number, score(candidates[number], record.groups), Reason.MINORITY, group)
        sections = [_exchanged(section, lowest, line, home, record.lot) for section in sections]
        gave_way[lowest.number] = LeftOut(lowest.number, Reason.GAVE_WAY, number, lowest.billionths)
    return sections, gave_way


def _lowest(sections: list[Section], home: tuple[int, str], spoken: set[int]) -> Line | None:
    """The lowest-ranked line of an option that is no group's voice: on the side called for, else on the other."""
    own = [section for section in sections if section.option == home[0]]
    for section in sorted(own, key=lambda section: section.side != home[1]):
        for line in reversed(section.lines):
            if line.number not in spoken:
                return line
    return None


def _exchanged(section: Section, old: Line, new: Line, home: tuple[int, str], lot: str) -> Section:
    """A section after one line took another's place; the slot goes along if the two stood on different sides."""
    lines, slots = [line for line in section.lines if line != old], section.slots
    slots -= len(section.lines) - len(lines)
    if (section.option, section.side) == home:
        lines, slots = sorted([*lines, new], key=lambda line: _rank(line, lot)), slots + 1
    return replace(section, slots=slots, lines=tuple(lines))


REASONS = {
    Reason.SCORE: N_("In the digest for its score."),
    Reason.MINORITY: N_("In the digest by the minority’s right."),
    Reason.TOO_FEW_READERS: N_("Not in the digest: too few readers, or from too few locals."),
    Reason.MERGED: N_("Not in the digest: merged into A-%(other)s."),
    Reason.NEAR_DUPLICATE: N_("Not in the digest: says nearly the same as A-%(other)s."),
    Reason.OUTSCORED: N_("Not in the digest: others had a higher score."),
    Reason.GAVE_WAY: N_("Not in the digest: gave its place to A-%(other)s, by the minority’s right."),
    Reason.HIDDEN: N_("Not in the digest: hidden by ruling %(other)s."),
    Reason.WITHDRAWN: N_("Not in the digest: withdrawn by its mover."),
}


def in_words(reason: Reason, other: int | None = None) -> Phrase:
    """A recorded reason in a sentence. `other` is the number of an argument, written as in A-05, or of a ruling."""
    if other is None:
        return Phrase(REASONS[reason])
    return Phrase(REASONS[reason], {"other": other if reason is Reason.HIDDEN else f"{other:02d}"})
