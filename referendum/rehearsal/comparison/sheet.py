"""A comparison as text: a table of a hundred columns, then each process at length, then what is assumed. Pure."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap

from referendum.rehearsal.comparison import wording
from referendum.rehearsal.comparison.assumptions import SENTENCES, group_rows, rows
from referendum.rehearsal.comparison.comparison import OTHERS, Comparison, Row
from referendum.rehearsal.comparison.held import By

WIDE = 100
WIDTHS = (13, 10, 16, 14, 17, 6, 12)
GAP = "  "


def lines(told: Comparison) -> list[str]:
    """The whole sheet."""
    return [
        *_head(told), "", *_table(told), *_wrapped(wording.NOT_A_FORECAST), "",
        *(line for row in told.rows for line in _at_length(row, told)), *_assumed(told),
    ]  # fmt: skip


def _head(told: Comparison) -> Iterator[str]:
    yield told.heading
    yield from _wrapped(told.matter.title)
    yield ""
    yield "What all members think, the same in every row:"
    width = max(len(title) for title in told.matter.titles)
    for letter, title, share in zip(told.matter.letters, told.matter.titles, told.union.shares, strict=True):
        yield from _wrapped(f"{letter}  {title:<{min(width, 70)}}  {wording.percent(float(share)):>7}", "   ")
    yield from _wrapped(told.opinions_from)


def _table(told: Comparison) -> Iterator[str]:
    yield from _cells((
        "Process", "Takes part", f"For {told.letter} among them, 95 of 100 runs",
        f"Off all, points ({OTHERS} other unions)", "Decided", "Debate before", "Leadership bound",
    ))  # fmt: skip
    yield GAP.join("-" * width for width in WIDTHS)
    for row in told.rows:
        yield from _cells(_row(row, told))
        yield ""


def _row(row: Row, told: Comparison) -> Sequence[str]:
    name = row.compared.name + (f"\n({row.compared.whose})" if row.compared.whose else "")
    count, share = wording.taking_part(row, told.union.members)
    among, off = "", ""
    if row.spread is not None and row.spoken is not None:
        among = f"{100 * row.spread.low:.1f} to {100 * row.spread.high:.1f} %"
        among += f"\n(states ± {wording.stated(row.spoken, told.option)})" if row.spoken.by is By.SURVEY else ""
        off = wording.points(row.spread.middle - told.share)
        off += f"\n({wording.points(row.off.low)} to {wording.points(row.off.high)})" if row.off else ""
    return (
        name, f"{count}\n{share}", among, off, f"{wording.decided(row, told.runs)}\n{wording.by_seats(row)}",
        str(row.label["debate"].answer), str(row.label["bound"].answer),
    )  # fmt: skip


def _cells(texts: Sequence[str]) -> Iterator[str]:
    """Texts side by side, each wrapped in its column."""
    columns = [
        [line for part in text.split("\n") for line in wrap(part, width)]
        for text, width in zip(texts, WIDTHS, strict=True)
    ]
    for parts in zip_longest(*columns, fillvalue=""):
        yield GAP.join(part.ljust(width) for part, width in zip(parts, WIDTHS, strict=True)).rstrip()


def _at_length(row: Row, told: Comparison) -> Iterator[str]:
    yield from _wrapped(f"{row.compared.name}: {row.compared.process.title}")
    members = told.union.members
    said = [row.compared.cannot] if row.held is None else [
        wording.who(row, members), *wording.uncertain(row, told), wording.published(row, told),
        *wording.by_a_body(row, told), f"Decided: {wording.decided(row, told.runs)}.", *wording.reasons(row),
        row.compared.beside,
    ]  # fmt: skip
    for each in (*said, *wording.label_lines(row)):
        if each:
            yield from _wrapped(f"  {each}", "    ")
    yield ""


def _assumed(told: Comparison) -> Iterator[str]:
    yield "Assumed (another table: --assume FILE, with these names)"
    for name, value, why in rows(told.assumed, with_roll=bool(told.matter.places)):
        yield from _wrapped(f"  {name:<18}{value:<13}{why}", " " * 33)
    yield ""
    yield "  Group      members   votes   registers   votes once registered   answers a survey"
    for name, members, votes, registers, then, answers in group_rows(told.assumed):
        yield f"  {name:<9}{members:>9}{votes:>8}{registers:>12}{then:>24}{answers:>19}"
    yield ""
    for each in SENTENCES:
        yield from _wrapped(f"  {each}", "  ")


def _wrapped(text: str, later: str = "") -> list[str]:
    lead = text[: len(text) - len(text.lstrip())]
    return wrap(text, WIDE, subsequent_indent=later or lead) or [""]
