"""What the box knows of some pairs before it takes them: read for all of them at once, each by an index."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import and_, or_

from forum.kernel.database import db
from referendum.casting.arrival_rules import REPLACED
from referendum.casting.envelope import Pair
from referendum.casting.models import Arrival, BoxedBallot, SetAside
from referendum.electorate.models import PublicCredential


@dataclass(slots=True)
class Known:
    """Trackers of votes and of citations received before; credentials (their hashes) that voted and that cited; and
    the state of each credential that is on the list, by archive."""

    votes: set[str] = field(default_factory=set)
    citations: set[str] = field(default_factory=set)
    voted: set[str] = field(default_factory=set)
    cited: set[str] = field(default_factory=set)
    states: dict[tuple[str, str], str] = field(default_factory=dict)


def known(vote_id: int, pairs: Collection[Pair]) -> Known:
    """What the box knows of these pairs."""
    found = Known()
    trackers = {"V": [pair.v.tracker for pair in pairs], "C": [pair.c.tracker for pair in pairs if pair.c]}
    digests = {"V": [pair.v.digest for pair in pairs], "C": [pair.c.digest for pair in pairs if pair.c]}
    _waiting(found, vote_id, trackers, digests)
    _boxed(found, vote_id, trackers, digests)
    _set_aside(found, vote_id, trackers)
    listed = or_(*(
        and_(PublicCredential.archive == archive, PublicCredential.digest.in_(digests[archive])) for archive in digests
    ))  # fmt: skip
    columns = PublicCredential.archive, PublicCredential.digest, PublicCredential.state
    for archive, digest, state in db.session.execute(
        db.select(*columns).where(PublicCredential.vote_id == vote_id, listed)
    ):
        found.states[archive, digest] = state
    return found


def _waiting(found: Known, vote_id: int, trackers: dict[str, list[str]], digests: dict[str, list[str]]) -> None:
    alike = or_(
        Arrival.v_tracker.in_(trackers["V"]), Arrival.c_tracker.in_(trackers["C"]),
        Arrival.v_credential.in_(digests["V"]), Arrival.c_credential.in_(digests["C"]),
    )  # fmt: skip
    columns = Arrival.v_tracker, Arrival.c_tracker, Arrival.v_credential, Arrival.c_credential
    for row in db.session.execute(db.select(*columns).where(Arrival.vote_id == vote_id, alike)):
        found.votes.add(row.v_tracker)
        found.voted.add(row.v_credential)
        if row.c_tracker:
            found.citations.add(row.c_tracker)
            found.cited.add(row.c_credential)


def _boxed(found: Known, vote_id: int, trackers: dict[str, list[str]], digests: dict[str, list[str]]) -> None:
    alike = or_(*(
        and_(BoxedBallot.vote_id == vote_id, BoxedBallot.archive == archive, which)
        for archive in trackers
        for which in (BoxedBallot.tracker.in_(trackers[archive]), BoxedBallot.credential.in_(digests[archive]))
    ))  # fmt: skip
    columns = BoxedBallot.archive, BoxedBallot.tracker, BoxedBallot.credential
    for archive, tracker, credential in db.session.execute(db.select(*columns).where(alike)):
        (found.votes if archive == "V" else found.citations).add(tracker)
        (found.voted if archive == "V" else found.cited).add(credential)


def _set_aside(found: Known, vote_id: int, trackers: dict[str, list[str]]) -> None:
    """A vote whose proofs did not hold may be sent again; one that was replaced is known, as are all citations."""
    asked = [*trackers["V"], *trackers["C"]]
    columns = SetAside.archive, SetAside.tracker, SetAside.reason
    query = db.select(*columns).where(SetAside.vote_id == vote_id, SetAside.tracker.in_(asked))
    for archive, tracker, reason in db.session.execute(query):
        if archive == "C":
            found.citations.add(tracker)
        elif reason == REPLACED:
            found.votes.add(tracker)
