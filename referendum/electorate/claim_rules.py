"""When the roll can be challenged, how long its freeze waits for rulings, and why somebody may not vote. Pure."""

from datetime import datetime, timedelta

from forum.kernel.errors import N_
from forum.questions.process import Electorate
from referendum.electorate.rules import Voter

RULINGS_HAVE = timedelta(days=2)
MOST_OPEN = 5

STANDING = N_("Your standing on the roll is: %(standing)s. To vote here it must be: %(allowed)s.")
COUNTRY = N_("Only members in these countries may vote here: %(allowed)s.")
COUNCIL = N_("Only members of these councils may vote here: %(allowed)s.")
REGISTERED = N_("Only members who have registered may vote here, and you have not.")
LOCAL = N_("Only members of these locals may vote here: %(allowed)s.")


def may_claim(record_at: datetime | None, now: datetime, *, frozen: bool) -> bool:
    """The roll is challenged until its record date, and never once it is frozen."""
    return record_at is not None and now < record_at and not frozen


def waits_for_rulings(instant: datetime, now: datetime, pending: int) -> bool:
    """Whether the clock leaves the freeze for now, because tellers still owe rulings and have time for them."""
    return pending > 0 and now < instant + RULINGS_HAVE


def reasons_against(voter: Voter, rule: Electorate) -> list[tuple[str, str, frozenset[str]]]:
    """Every restriction that keeps a member from voting: the sentence, what the roll says, what is asked for."""
    looked_at = (
        (STANDING, voter.standing, rule.standings), (COUNTRY, voter.country, rule.countries),
        (COUNCIL, voter.council, rule.councils), (LOCAL, voter.local, rule.locals),
    )  # fmt: skip
    found = [(text, value, allowed) for text, value, allowed in looked_at if allowed and value not in allowed]
    return found if voter.registered else [(REGISTERED, "", frozenset()), *found]
