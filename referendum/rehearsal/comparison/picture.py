"""A comparison as one picture: who takes part, and how far what they say is from what all members think. Pure.

It reads without colour: what all members think is a dashed line, what members said a bar, and everything is in words
too. No row stands out, least of all where its runs disagree.
"""

from itertools import accumulate
from math import ceil, floor
from textwrap import wrap

from referendum.rehearsal.comparison import wording
from referendum.rehearsal.comparison.comparison import OTHERS, Comparison, Row
from referendum.rehearsal.comparison.held import By
from referendum.rehearsal.comparison.rows import middle
from referendum.rehearsal.drawing import picture, rule, words

WIDTH, EDGE, PITCH, LINE = 1000, 28, 78, 19
PART, PART_WIDE = 296, 110
SHARE, SHARE_WIDE = 440, 320
ENDED = 796
ENDED_CHARACTERS, NAME_CHARACTERS, TITLE_CHARACTERS, FOOT_CHARACTERS = 25, 38, 100, 128
FIRM = "\N{NO-BREAK SPACE}"
BARS = (
    "Filled bar: a vote. Open bar: a survey. A short bar is a sure count of who took part, who may still think"
    f" otherwise than all members do: the thin line says how far in {OTHERS} other unions of the same assumptions."
)
STYLE = """<style>
.name { font-weight: 600; }
.all { stroke: var(--line); stroke-width: 2; stroke-dasharray: 6 4; }
.room { fill: none; stroke: var(--quiet); }
.said { fill: var(--ink); }
.asked { fill: none; stroke: var(--ink); stroke-width: 2; }
.over { paint-order: stroke; stroke: var(--paper); stroke-width: 5; }
.others { stroke: var(--quiet); stroke-width: 1.5; }
.hair { stroke: var(--quiet); stroke-width: .5; opacity: .5; }
</style>"""


class _Scale:
    """Where a share lies across the picture: from the lowest to the highest told, in whole steps around them."""

    def __init__(self, told: Comparison) -> None:
        shares = [told.share]
        for row in told.rows:
            shares += [row.spread.low, row.spread.high] if row.spread else []
            shares += [told.share + row.off.low, told.share + row.off.high] if row.off else []
        lowest, highest = 100 * max(0.0, min(shares)), 100 * min(1.0, max(shares))
        self.step = next(each for each in (1, 2, 5, 10, 20) if highest - lowest <= 5 * each)
        self.first = max(0, floor(lowest / self.step - 0.3)) * self.step
        self.last = min(100, ceil(highest / self.step + 0.3) * self.step)

    def across(self, share: float) -> float:
        percent = 100 * min(1.0, max(0.0, share))
        return SHARE + SHARE_WIDE * (percent - self.first) / (self.last - self.first)

    @property
    def ticks(self) -> range:
        return range(self.first, self.last + 1, self.step)


def draw(told: Comparison) -> str:
    """The picture as SVG."""
    title = wrap(told.matter.title, TITLE_CHARACTERS)
    parts = [STYLE, words(EDGE, 40, told.heading, "head")]
    parts += [words(EDGE, 66 + 24 * at, text, "head") for at, text in enumerate(title)]
    top = 66 + 24 * len(title)
    parts.append(words(EDGE, top, wording.NOT_A_FORECAST, "quiet"))
    parts += _column_heads(told, top + 40)
    first = top + 86
    places = list(accumulate((_height(row, told) for row in told.rows), initial=first))
    foot = places.pop() + 10
    scale = _Scale(told)
    parts += _grid(scale, first - 14, foot - 22)
    for y, row in zip(places, told.rows, strict=True):
        parts += _row(row, told, scale, y)
    parts.append(rule(scale.across(told.share), first - 14, scale.across(told.share), foot - 22, "all"))
    below, height = _foot(told, foot + 36)
    shapes_first = sorted(parts, key=lambda part: part.startswith("<text"))
    return picture(WIDTH, height, _spoken_title(told), _in_words(told), [*shapes_first, *below])


def _spoken_title(told: Comparison) -> str:
    return f"{told.heading}. {told.matter.title}"


def _in_words(told: Comparison) -> str:
    """The picture for who cannot see it: a sentence a row."""
    said = [f"Of all members {wording.percent(told.share)} are for {told.letter}."]
    for row in told.rows:
        count, part = wording.taking_part(row, told.union.members)
        taking = f"{count} take part ({part}); " if count else ""
        said.append(f"{row.compared.name}: {taking}{_among(row)}{wording.decided(row, told.runs)}.")
    return " ".join(said)


def _among(row: Row) -> str:
    return f"{_interval(row)} for it; " if row.spread else ""


def _interval(row: Row) -> str:
    assert row.spread is not None
    return f"{100 * row.spread.low:.1f} to {100 * row.spread.high:.1f} %"


def _column_heads(told: Comparison, y: float) -> list[str]:
    all_ = wording.percent(told.share)
    heads = (
        (EDGE, ("Process",)), (PART, ("Who takes part,", "of all members")),
        (SHARE, (f"For {told.letter} among them, in 95 of 100 runs", f"dashed: of all members, {all_}")),
        (ENDED, ("Decided",)),
    )  # fmt: skip
    drawn = [words(x, y + LINE * at, text, "quiet") for x, texts in heads for at, text in enumerate(texts)]
    return [*drawn, rule(EDGE, y + 28, WIDTH - EDGE, y + 28)]


def _grid(scale: _Scale, top: float, foot: float) -> list[str]:
    drawn = []
    for tick in scale.ticks:
        x = scale.across(tick / 100)
        drawn += [rule(x, top, x, foot, "hair"), words(x, foot + 18, f"{tick} %", "quiet", "middle")]
    return drawn


def _row(row: Row, told: Comparison, scale: _Scale, y: float) -> list[str]:
    drawn = [words(EDGE, y + 12 + LINE * at, text, kind) for at, (text, kind) in enumerate(_named(row))]
    drawn += _taking_part(row, told, y) + _said(row, told, scale, y)
    return drawn + [words(ENDED, y + 12 + LINE * at, text) for at, text in enumerate(_ended(row, told))]


def _named(row: Row) -> list[tuple[str, str]]:
    """The process's name and what its label says of debate and of the leadership, line by line with its kind."""
    whose = f" ({row.compared.whose})" if row.compared.whose else ""
    lines = [(text, "name") for text in wrap(f"{row.compared.name}{whose}", NAME_CHARACTERS - 8)]
    for what, code in (("Debate", "debate"), ("Bound", "bound")):
        answer = str(row.label[code].answer)
        told = wrap(f"{what}: {answer[0].lower()}{answer[1:]}", NAME_CHARACTERS)
        lines += [(text, "quiet") for text in told]
    return lines


def _ended(row: Row, told: Comparison) -> list[str]:
    """What was decided, an outcome never parted from its number."""
    decided = wording.decided(row, told.runs).replace(" in ", f"{FIRM}in{FIRM}")
    return wrap(decided, ENDED_CHARACTERS) + wrap(wording.by_seats(row), ENDED_CHARACTERS)


def _height(row: Row, told: Comparison) -> int:
    return max(PITCH, LINE * max(len(_ended(row, told)), len(_named(row))) + 16)


def _taking_part(row: Row, told: Comparison, y: float) -> list[str]:
    if row.spoken is None:
        return []
    count, part = wording.taking_part(row, told.union.members)
    wide = PART_WIDE * middle(row.spoken.took_part) / told.union.members
    return [
        words(PART, y + 12, part), _box(PART, y + 22, PART_WIDE, 14, "room"),
        _box(PART, y + 22, max(1.0, wide), 14, "said"), words(PART, y + 56, count, "quiet"),
    ]  # fmt: skip


def _said(row: Row, told: Comparison, scale: _Scale, y: float) -> list[str]:
    """The bar of 95 of 100 runs: filled for a vote, open for a survey."""
    if row.spread is None or row.spoken is None:
        return []
    low, high = scale.across(row.spread.low), scale.across(row.spread.high)
    wide = max(4.0, high - low)
    survey = row.spoken.by is By.SURVEY
    x = (low + high - wide) / 2
    middle = min(max(x + wide / 2, SHARE + 50), SHARE + SHARE_WIDE - 50)
    return [
        *_others(row, told, scale, y + 29),
        _box(x, y + 22, wide, 14, "asked" if survey else "said"),
        words(middle, y + 56, _interval(row), "over", "middle"),
    ]


def _others(row: Row, told: Comparison, scale: _Scale, y: float) -> list[str]:
    """The line of other unions, with an end on either side."""
    if row.off is None:
        return []
    ends = [scale.across(told.share + each) for each in (row.off.low, row.off.high)]
    return [rule(ends[0], y, ends[1], y, "others"), *(rule(x, y - 5, x, y + 5, "others") for x in ends)]


def _box(x: float, y: float, wide: float, high: float, kind: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" class="{kind}"/>'


def _foot(told: Comparison, y: float) -> tuple[list[str], int]:
    """What bars and letters mean, and the height that all of it takes."""
    shares = zip(told.matter.letters, told.matter.titles, told.union.shares, strict=True)
    each_one = (f"{letter} {title} {wording.percent(float(share))}" for letter, title, share in shares)
    options = " · ".join(each.replace(" ", FIRM) for each in each_one)
    texts = [
        line for text in (BARS, f"All members: {options}", told.opinions_from) for line in wrap(text, FOOT_CHARACTERS)
    ]
    drawn = [rule(EDGE, y - 2, WIDTH - EDGE, y - 2)]
    drawn += [words(EDGE, y + 22 + LINE * at, text, "quiet") for at, text in enumerate(texts)]
    return drawn, int(y + 22 + LINE * len(texts) + 12)
