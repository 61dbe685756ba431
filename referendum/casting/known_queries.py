"""What the box knows of some pairs before it takes them: read for all of them at once, each by an index.

The searches are put side by side with UNION ALL: as one condition with OR they would read the whole table. Exactly the
same ballot is found by its credential, which it shares with itself.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Executable, bindparam, select, union_all

from forum.kernel.database import db
from referendum.casting.arrival_rules import DROPPED, REPLACED
from referendum.casting.envelope import Pair
from referendum.casting.models import Arrival, BoxedBallot, SetAside
from referendum.electorate.models import PublicCredential


@dataclass(slots=True)
class Known:
    """Trackers of votes and of citations received before, and of votes that were set aside; credentials (their hashes)
    that voted and that cited; citations whose signature nobody has looked at yet, by the credential that they claim;
    and the state of each credential that is on the list, by archive."""

    votes: set[str] = field(default_factory=set)
    citations: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)
    voted: set[str] = field(default_factory=set)
    cited: set[str] = field(default_factory=set)
    claimed: dict[str, list[str]] = field(default_factory=dict)
    states: dict[tuple[str, str], str] = field(default_factory=dict)


def known(vote_id: int, pairs: Collection[Pair]) -> Known:
    """What the box knows of these pairs."""
    found = Known()
    asked = {
        "vote": vote_id,
        "trackers": [each.tracker for pair in pairs for each in (pair.v, pair.c) if each],
        "v_digests": [pair.v.digest for pair in pairs],
        "c_digests": [pair.c.digest for pair in pairs if pair.c],
    }
    _waiting(found, asked)
    for archive, tracker, credential in _rows(_BOXED, asked):
        (found.votes if archive == "V" else found.citations).add(tracker)
        (found.voted if archive == "V" else found.cited).add(credential)
    for archive, tracker, reason in _rows(_SET_ASIDE, asked):
        if archive == "V":
            (found.votes if reason == REPLACED else found.faulty).add(tracker)
        elif reason != DROPPED:
            found.citations.add(tracker)
    for archive, digest, state in _rows(_LISTED, asked):
        found.states[archive, digest] = state
    return found


def _waiting(found: Known, asked: dict[str, Any]) -> None:
    claims = []
    for sequence, v_tracker, c_tracker, v_credential, c_credential, state in _rows(_WAITING, asked):
        found.votes.add(v_tracker)
        found.voted.add(v_credential)
        if c_tracker:
            found.citations.add(c_tracker)
            if state == "checked":
                found.cited.add(c_credential)
            else:
                claims.append(sequence)
    if claims:
        bodies = db.select(Arrival.c_credential, Arrival.c_body).where(Arrival.sequence.in_(claims))
        for credential, body in db.session.execute(bodies):
            found.claimed.setdefault(credential, []).append(body)


def _rows(search: Executable, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.session.connection().execute(search, asked)]


def _among(column: Any, name: str) -> ColumnElement[bool]:
    among: ColumnElement[bool] = column.in_(bindparam(name, expanding=True))
    return among


_VOTE: BindParameter[int] = bindparam("vote")
_WAITING = union_all(
    *(
        select(
            Arrival.sequence, Arrival.v_tracker, Arrival.c_tracker, Arrival.v_credential, Arrival.c_credential,
            Arrival.state,
        ).where(Arrival.vote_id == _VOTE, search)
        for search in (_among(Arrival.v_credential, "v_digests"), _among(Arrival.c_credential, "c_digests"))
    )
)  # fmt: skip
_BOXED = union_all(
    *(
        select(BoxedBallot.archive, BoxedBallot.tracker, BoxedBallot.credential).where(
            BoxedBallot.vote_id == _VOTE, BoxedBallot.archive == archive, _among(BoxedBallot.credential, name)
        )
        for archive, name in (("V", "v_digests"), ("C", "c_digests"))
    )
)
_SET_ASIDE = select(SetAside.archive, SetAside.tracker, SetAside.reason).where(
    SetAside.vote_id == _VOTE, _among(SetAside.tracker, "trackers")
)
_LISTED = union_all(
    *(
        select(PublicCredential.archive, PublicCredential.digest, PublicCredential.state).where(
            PublicCredential.vote_id == _VOTE, PublicCredential.archive == archive,
            _among(PublicCredential.digest, name),
        )
        for archive, name in (("V", "v_digests"), ("C", "c_digests"))
    )
)  # fmt: skip
