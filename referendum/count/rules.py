"""When totals are opened, and the words for when they are not. Pure."""

from collections.abc import Mapping
from typing import Any

from forum.kernel.errors import N_

MIN_BALLOTS = 20
CITATIONS_MIN = 100
TOO_FEW = "too_few"

WITHHELD = {
    "V": N_("It is not opened: the voting rule counts nothing below %(minimum)s ballots."),
    "C": N_("It is not opened: citations are counted from %(minimum)s ballots on, so that nobody is found out."),
}


def minimum_of(archive: str, params: Mapping[str, Any]) -> int:
    """The fewest ballots with which an archive is opened."""
    name, default = ("min_ballots", MIN_BALLOTS) if archive == "V" else ("citations_min", CITATIONS_MIN)
    return int(params.get(name, default))


def withheld(ballots: int, minimum: int) -> str:
    """Why totals stay closed; "" when they may be opened. Nothing is ever opened for no ballot at all."""
    return TOO_FEW if ballots < max(1, minimum) else ""
