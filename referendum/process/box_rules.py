"""Where the ballot box of a vote is kept: here, or in the hands of another installation. Pure.

A vote's parameters say it. `box` stands on the vote of a forum whose box is elsewhere: {key, url, package}. `guest`
stands in the installation that keeps the box for another one's forum, and is what its pages need of that forum.
"""

from collections.abc import Mapping
from typing import Any

from forum.kernel.errors import N_

ELSEWHERE = N_("The ballot box of this vote is in other hands. This cannot be changed here any more.")
NOT_TAKEN_HERE = N_("The ballot box of this vote is at another address. Nothing was stored; load the booth again.")


def box_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """Who keeps the box of a vote of this forum; empty where it is kept here."""
    return dict(params.get("box") or {})


def is_elsewhere(params: Mapping[str, Any]) -> bool:
    """Whether the ballots of a vote of this forum go into another installation's box."""
    return bool(params.get("box"))


def guest_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """What a vote that is kept for another forum has of it; empty for a vote of this one."""
    return dict(params.get("guest") or {})


def is_guest(params: Mapping[str, Any]) -> bool:
    """Whether this installation keeps the box of another one's vote, and nothing but the box."""
    return bool(params.get("guest"))


def own_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """The rules of the vote alone."""
    return {name: value for name, value in params.items() if name not in ("box", "guest")}
