"""How a pair gets into the box while many others come: the vote's signature checked, then all that hold committed
together.

One writer commits all that wait, in one transaction. What one of them is refused for changes nothing for another, and
nobody is answered before the commit. Where the disk or the server of the database takes nothing, whoever waits is told
so; whether an interrupted commit was done nobody can know, and the same bytes sent again settle it.
"""

from contextlib import suppress
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from forum.kernel.errors import N_, Refusal, Refused
from forum.kernel.together import Gathering, Waiting, the_app
from referendum.casting.envelope import NOT_SIGNED, Pair
from referendum.casting.jobs import check_waiting
from referendum.casting.neighbour import Neighbour
from referendum.casting.operations import Came, Receipt, cast_pairs
from referendum.process.queries import locked_by_public_id

MOST = 64  # pairs of a round: a commit costs little more for as many, and the first waits for the last
log = structlog.get_logger()


class NotStored(Refusal):
    """The box itself failed, not the ballot."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The ballot box cannot store anything at the moment. Keep this page open and send your ballot again: "
                "the same ballot is never counted twice."
            )
        )


@dataclass(frozen=True, slots=True)
class Coming:
    """A pair on its way into the box of the vote that its address named."""

    public_id: str
    came: Came


def receive(public_id: str, pair: Pair) -> Receipt:
    """Store both ballots durably or neither. Raises a `Refusal`. Call it outside of every transaction."""
    mine, app = Waiting(Coming(public_id, Came(pair, clock.now()))), the_app()

    def go_on(signed: bool) -> None:
        _box.join(mine, app) if signed else mine.tell(Refused(NOT_SIGNED))

    _neighbour.ask(pair.v.signature, go_on)
    receipt: Receipt = mine.wait()
    return receipt


def _store(coming: list[Coming]) -> list[Receipt | BaseException]:
    """One commit for all; where that fails, one for each, so that what the database takes is stored."""
    if not coming:
        return []
    try:
        with transaction(write=True):
            return _store_all(coming)
    except SQLAlchemyError:
        with suppress(OSError):  # the log may lie on the same full disk
            log.exception("the ballot box could not be written to", pairs=len(coming))
        return [NotStored()] if len(coming) == 1 else [each for one in coming for each in _store([one])]


def _store_all(coming: list[Coming]) -> list[Receipt | BaseException]:
    answers: dict[int, Receipt | BaseException] = {}
    for public_id in dict.fromkeys(each.public_id for each in coming):
        places = [place for place, each in enumerate(coming) if each.public_id == public_id]
        try:
            vote = locked_by_public_id(public_id)
        except Refusal as missing:
            answers.update(dict.fromkeys(places, missing))
            continue
        found = cast_pairs(vote, [coming[place].came for place in places], now=clock.now())
        answers.update(zip(places, found, strict=True))
        if any(isinstance(each, Receipt) for each in found):
            jobs.enqueue_soon(check_waiting, vote_id=vote.id)
    return [answers[place] for place in range(len(coming))]


_neighbour = Neighbour()
_box: Gathering[Coming, Receipt] = Gathering(_store, most=MOST)
