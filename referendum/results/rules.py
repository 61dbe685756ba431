"""The published table: which options are listed, how shares are rounded, and the notes that say so.

Thresholds are compared and shares rounded with integers. Unrounded figures stand beside the rounded ones,
and what was never published is None and prints as "not published".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from forum.kernel.errors import N_, Percentage
from forum.questions.phrase import Phrase
from forum.questions.process import Reporting, Rounding
from referendum.results.rounding import largest_remainder, plain


@dataclass(frozen=True)
class Row:
    """One option in the table. `share` is exact; `rounded` is in units of the last decimal shown."""

    option: str
    count: int
    share: Fraction
    rounded: int
    decimals: int
    listed: bool

    @property
    def percent(self) -> str:
        """The share as published, like "61%" or "61.3%"; no language is assumed beyond a decimal point."""
        return f"{as_decimal(self.rounded, self.decimals)}%"

    @property
    def unrounded(self) -> str:
        """The share to six decimals of a percent, cut and not rounded, for the column beside it."""
        return f"{as_decimal(int(self.share * 10**8), 6)}%"


@dataclass(frozen=True)
class Table:
    """Rows by count, largest first, equal ones in ballot order; `notes` follow the table."""

    eligible: int | None
    registered: int | None
    ballots: int
    blanks: int
    rows: tuple[Row, ...]
    notes: tuple[Phrase, ...]

    @property
    def listed(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.listed)

    def lines(self) -> list[str]:
        """The published table as plain text, one option a line, then the notes."""
        return [f"{row.option} – {row.percent}" for row in self.listed] + [str(note) for note in self.notes]


def as_decimal(units: int, decimals: int) -> str:
    """An integer of hundredths (or whatever `decimals` says) written with a point."""
    if decimals == 0:
        return str(units)
    whole, rest = divmod(units, 10**decimals)
    return f"{whole}.{rest:0{decimals}}"


def publish(
    options: Sequence[str],
    counts: Sequence[int],
    reporting: Reporting,
    *,
    ballots: int,
    blanks: int,
    eligible: int | None = None,
    registered: int | None = None,
) -> Table:
    """The table of one vote. Shares are of the ballots that name an option."""
    named = ballots - blanks
    shares = [Fraction(count, named) if named else Fraction(0) for count in counts]
    exact = [share * 100 * 10**reporting.decimals for share in shares]
    rounded = largest_remainder(exact) if reporting.rounding is Rounding.LARGEST_REMAINDER else plain(exact)
    rows = [
        Row(option, count, share, units, reporting.decimals, is_listed(share, reporting))
        for option, count, share, units in zip(options, counts, shares, rounded, strict=True)
    ]
    rows.sort(key=lambda row: -row.count)
    return Table(eligible, registered, ballots, blanks, tuple(rows), notes_of(reporting))


def is_listed(share: Fraction, reporting: Reporting) -> bool:
    """Strictly above the reporting threshold; everything is listed where there is none."""
    return reporting.above is None or share > reporting.above


def notes_of(reporting: Reporting) -> tuple[Phrase, ...]:
    """The notes a published table carries: what is listed, how it is rounded."""
    notes = []
    if reporting.above is not None:
        above: dict[str, object] = {"above": percent_of(reporting.above)}
        if reporting.candidates:
            notes.append(Phrase(N_("Listed is every candidate who received more than %(above)s."), above))
        else:
            notes.append(Phrase(N_("Listed is every option that received more than %(above)s."), above))
    notes.append(_rounding_note(reporting))
    return tuple(notes)


def percent_of(share: Fraction) -> Percentage:
    """A share as a percentage without needless zeros, like "2 %" or "2.5 %", as running text writes it."""
    percent = share * 100
    if percent.denominator == 1:
        return Percentage(f"{percent.numerator} %")
    return Percentage(f"{float(percent):.4f}".rstrip("0") + " %")


def _rounding_note(reporting: Reporting) -> Phrase:
    if reporting.rounding is Rounding.LARGEST_REMAINDER:
        if reporting.decimals == 0:
            return Phrase(
                N_("All figures in whole percentage points, by largest remainder so that they add up.")
            )
        text = N_("All figures with %(decimals)s decimals, by largest remainder so that they add up.")
        return Phrase(text, {"decimals": reporting.decimals})
    if reporting.decimals == 0:
        return Phrase(N_("All figures rounded to the nearest percentage point."))
    return Phrase(
        N_("All figures rounded to %(decimals)s decimals of a percentage point."),
        {"decimals": reporting.decimals},
    )


def share_of(part: int, whole: int) -> str:
    """A share in percent with one decimal, cut and not rounded up; "" of nothing."""
    if not whole:
        return ""
    tenths = int(Fraction(part, whole) * 1000)
    return f"{tenths // 10}.{tenths % 10} %"
