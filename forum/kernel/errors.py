"""How the product says no. Pure: every other module, rules included, may import this one.

Reasons are English message ids marked with `N_`; the edge (page or socket) translates them and fills in the facts.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for translation without translating it."""
    return message


class Refusal(Exception):
    """Base of everything a member is told instead of a success. Carries a reason that a member can read."""

    status = 403

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason % facts if facts else reason)
        self.reason = reason
        self.facts = facts


class Refused(Refusal):
    """The rules do not let this person do this now."""


class Missing(Refusal):
    """There is no such thing, or not for this person; both answers are the same on purpose."""

    status = 404

    def __init__(self, reason: str = N_("There is nothing here under this address."), **facts: object) -> None:
        super().__init__(reason, **facts)


class Stale(Refusal):
    """The page was overtaken by somebody else's act; what was typed is kept."""

    status = 409

    def __init__(
        self,
        reason: str = N_(
            "Somebody changed this while you were writing. Look at what is there now, then send yours again."
        ),
        **facts: object,
    ) -> None:
        super().__init__(reason, **facts)


class TooMany(Refusal):
    """A rate limit was reached."""

    status = 429

    def __init__(
        self, reason: str = N_("That was a lot at once. Wait a little and try again."), **facts: object
    ) -> None:
        super().__init__(reason, **facts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in what was sent: at which field, and what is wrong with it."""

    field: str
    text: str
    facts: dict[str, object] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        """For logs and commands; the edge says it in the reader's language."""
        return self.text % self.facts if self.facts else self.text


class Invalid(Refusal):
    """What was sent cannot be read as meant; lists every problem at its field."""

    status = 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__(N_("Nothing is lost. Please correct what is marked below."))
        self.problems = list(problems)


class Percentage(str):
    """A percentage as rules write it, with a point and a sign, like "2.5 %"; a reader gets it as the own language
    writes it."""

    __slots__ = ()


class Verbatim(str):
    """Words that a union wrote itself: they stay as they are in every language, also where ours are the same."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One guard that does not hold yet, with what would make it hold. `code` names the guard for machines."""

    code: str
    text: str
    remedy: str
    facts: dict[str, object] = dataclasses.field(default_factory=dict)


class Obstructed(Refused):
    """A move whose guards do not all hold; carries every missing one."""

    def __init__(self, obstacles: Iterable[Obstacle]) -> None:
        super().__init__(N_("This cannot happen yet. What is missing is listed below."))
        self.obstacles = list(obstacles)


def refuse_unless(condition: object, reason: str, **facts: object) -> None:
    """Raise `Refused` with this reason unless the condition holds."""
    if not condition:
        raise Refused(reason, **facts)
