"""When seats vote, and what comes of it. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from forum.kernel.errors import N_
from forum.questions.process import OptionSource, VotingRule
from referendum.process.voting import Outcome, Tally, decide

COUNCIL_DAYS = 14
"""In how many days the executive council has to decide."""
MOST_SEATS = 500
LONGEST_SEAT = 200
NOT_OPEN = N_("This vote is not open.")
NO_SEAT = N_("Only those who have a seat in this body vote here.")


def is_open(state: str, closes_at: datetime | None, now: datetime) -> bool:
    """From when the seats are named until the announced moment."""
    return state == "open" and closes_at is not None and now < closes_at


def is_due(state: str, closes_at: datetime | None, seats: int, voted: int, now: datetime) -> bool:
    """Whether the clock closes it: its moment has come, or every seat has voted."""
    return state == "open" and closes_at is not None and (now >= closes_at or 0 < seats == voted)


def outcome(
    letters: Sequence[str], votes: Iterable[str], seats: int, quorum: Fraction, leads_to: OptionSource | None,
    slates: Sequence[str] = (),
) -> Outcome:  # fmt: skip
    """Most votes elect. An abstention, "", counts for the quorum only; the quorum is a share of the seats. A tie stays
    one: nobody is bound."""
    cast = list(votes)
    counted = Counter(cast)
    tally = Tally(tuple(counted[letter] for letter in letters), len(cast), counted[""], seats, tuple(slates))
    return decide(VotingRule.PLURALITY, tally, quorum=quorum, min_ballots=0, leads_to=leads_to)
