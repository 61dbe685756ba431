"""What a survey's numbers allow to say of all members, and what they do not. Pure; shares are exact fractions."""

from dataclasses import dataclass
from fractions import Fraction

from referendum.surveys.estimates import margin

HALF = Fraction(1, 2)
STEPS = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A survey's leading answer: the `share` of those `asked`, of so many members."""

    asked: int
    members: int
    share: Fraction

    def __post_init__(self) -> None:
        if not 0 < self.asked < self.members or not 0 <= self.share <= 1:
            raise ValueError("a survey asks some of the members and not all, and a share is a part of one")

    @property
    def fraction(self) -> Fraction:
        """The sampling fraction."""
        return Fraction(self.asked, self.members)

    @property
    def unasked(self) -> int:
        return self.members - self.asked

    def among_all(self, share: Fraction) -> Fraction:
        """The leading answer's share of all members, were this its share of those who were not asked."""
        return (self.asked * self.share + self.unasked * share) / self.members

    @property
    def turning(self) -> Fraction | None:
        """The share of those who were not asked at which half of all members is reached: with less, the result turns.
        None where those asked had decided it by themselves."""
        share = (self.members * HALF - self.asked * self.share) / self.unasked
        return share if 0 <= share <= 1 else None

    def curve(self) -> list[tuple[Fraction, Fraction]]:
        """Points of the share of those not asked, and of all members."""
        shares = [Fraction(step, STEPS) for step in range(STEPS + 1)]
        if self.turning is not None:
            shares = sorted({*shares, self.turning})
        return [(share, self.among_all(share)) for share in shares]

    def points_at(self, share: Fraction) -> str:
        """The margin of error of a simple random sample at 95 %, in points with one decimal."""
        return f"{100 * margin(float(share), self.asked):.1f}"


def percent(share: Fraction, decimals: int = 2) -> str:
    """A share in percent, rounded half up."""
    units = int(share * 100 * 10**decimals + HALF)
    return f"{units // 10**decimals}.{units % 10**decimals:0{decimals}} %" if decimals else f"{units} %"


def sentences(survey: Asked) -> list[str]:
    """Sampling fraction, margins, and what they leave out."""
    leading, half = survey.points_at(survey.share), survey.points_at(HALF)
    margins = f"± {leading} points at {percent(survey.share, 0)}, ± {half} at 50 %."
    return [
        f"Sampling fraction: {survey.asked:,} / {survey.members:,} = {percent(survey.fraction)}.",
        f"Margin of error of a simple random sample at 95 %: {margins}",
        "Nothing is known of frame, weights or response; advisory; binds nobody.",
        "Who took no part may think otherwise: no margin covers that.",
    ]


def curve_lines(survey: Asked) -> list[str]:
    """The curve as a table, under the sentence that says where it turns. No winner is named."""
    lines = ["For which share of the members who were not asked the result would have turned"]
    if survey.turning is None:
        lines.append("For none: those who were asked had decided it by themselves.")
    else:
        lines.append(f"For every share below {percent(survey.turning)} of the {survey.unasked:,} who were not asked.")
    lines.append(f"{'of those not asked':>18}  {'of all members':>14}")
    for share, all_ in survey.curve():
        turned = "half" if all_ == HALF else "holds" if all_ > HALF else "turned"
        lines.append(f"{percent(share):>18}  {percent(all_):>14}  {turned}")
    return lines
