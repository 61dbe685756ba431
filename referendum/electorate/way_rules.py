"""Who makes the voting codes of a vote, as its parameters say, and what must not happen where it is the tellers."""

from collections.abc import Mapping
from typing import Any

from forum.kernel.errors import N_, refuse_unless
from forum.questions.process import CodesBy

BY_TELLERS = N_("The tellers make the codes of this vote on a machine of their own. This site makes none.")
BY_HOST = N_("This site makes the codes of this vote. The tellers make none.")


def way_of(params: Mapping[str, Any]) -> CodesBy:
    """Who makes the codes; of a vote that does not say, the host."""
    return CodesBy(params.get("codes_by", CodesBy.HOST))


def is_own_way(params: Mapping[str, Any]) -> bool:
    """Whether the tellers make the codes themselves."""
    return way_of(params) is CodesBy.TELLERS


def refuse_own_way(params: Mapping[str, Any]) -> None:
    """Refuse to make a code here where the tellers make them."""
    refuse_unless(not is_own_way(params), BY_TELLERS)


def refuse_other_ways(params: Mapping[str, Any]) -> None:
    """Refuse what only belongs to codes that the tellers make."""
    refuse_unless(is_own_way(params), BY_HOST)
