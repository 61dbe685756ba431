"""What the box knows of some pairs before it takes them: read for all of them at once, each by an index.

The searches are put side by side with UNION ALL: as one condition with OR they would read the whole table. Exactly the
same ballot is found by its credential, which it shares with itself.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    any_,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from forum.kernel.database import db
from referendum.casting.arrival_rules import DROPPED, REPLACED
from referendum.casting.envelope import Pair
from referendum.casting.models import Arrival, BoxedBallot, SetAside
from referendum.electorate.models import PublicCredential

RECEIVED, SET_ASIDE, LISTED = "received", "set aside", "listed"


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
    found, claims = Known(), []
    for place, archive, tracker, credential, state, sequence in _look_for(vote_id, pairs):
        if place == LISTED:
            found.states[archive, credential] = state
        elif place == SET_ASIDE:
            _note_set_aside(found, archive, tracker, state)
        elif archive == "V":
            found.votes.add(tracker)
            found.voted.add(credential)
        else:
            found.citations.add(tracker)
            if state == "recorded":
                claims.append(sequence)
            else:
                found.cited.add(credential)
    _read_claims(found, claims)
    return found


def _look_for(vote_id: int, pairs: Collection[Pair]) -> Sequence[Any]:
    connection = db.session.connection()
    on_sqlite = connection.dialect.name == "sqlite"
    asked = {
        "trackers": [each.tracker for pair in pairs for each in (pair.v, pair.c) if each],
        "v_digests": [pair.v.digest for pair in pairs],
        "c_digests": [pair.c.digest for pair in pairs if pair.c],
    }
    texts = {name: json.dumps(each) if on_sqlite else each for name, each in asked.items()}
    return connection.execute(_search(on_sqlite), {"vote": vote_id, **texts}).all()


def _note_set_aside(found: Known, archive: str, tracker: str, reason: str) -> None:
    if archive == "V":
        (found.votes if reason == REPLACED else found.faulty).add(tracker)
    elif reason != DROPPED:
        found.citations.add(tracker)


def _read_claims(found: Known, claims: list[int]) -> None:
    if claims:
        bodies = db.select(Arrival.c_credential, Arrival.c_body).where(Arrival.sequence.in_(claims))
        for credential, body in db.session.execute(bodies):
            found.claimed.setdefault(credential, []).append(body)


@cache
def _search(on_sqlite: bool) -> CompoundSelect[Any]:
    """Place, archive, tracker, credential, state or reason, sequence: of everything that concerns the pairs asked for.

    Each list of texts is one value of the statement, so that it reads alike however many they are.
    """

    def among(column: Any, name: str) -> ColumnElement[bool]:
        if on_sqlite:
            texts = func.json_each(bindparam(name, type_=String)).table_valued("value")
            found: ColumnElement[bool] = column.in_(select(texts.c.value))
        else:
            found = column == any_(bindparam(name, type_=ARRAY(String)))
        return found

    this_vote: BindParameter[int] = bindparam("vote")
    none, zero = _constant("''"), _constant("0")
    searches = [
        _rows(SET_ASIDE, SetAside.archive, SetAside.tracker, none, SetAside.reason, zero).where(
            among(SetAside.tracker, "trackers")  # of any vote: an index begins with the tracker
        )
    ]
    for archive, digests, tracker, credential in (
        ("V", "v_digests", Arrival.v_tracker, Arrival.v_credential),
        ("C", "c_digests", Arrival.c_tracker, Arrival.c_credential),
    ):
        own, boxed, listed = _constant(f"'{archive}'"), BoxedBallot, PublicCredential
        searches += [
            _rows(RECEIVED, own, tracker, credential, Arrival.state, Arrival.sequence).where(
                Arrival.vote_id == this_vote, among(credential, digests)
            ),
            _rows(RECEIVED, own, boxed.tracker, boxed.credential, none, zero).where(
                boxed.vote_id == this_vote, boxed.archive == archive, among(boxed.credential, digests)
            ),
            _rows(LISTED, own, none, listed.digest, listed.state, zero).where(
                listed.vote_id == this_vote, listed.archive == archive, among(listed.digest, digests)
            ),
        ]
    return union_all(*searches)


def _rows(place: str, *columns: Any) -> Select[Any]:
    return select(_constant(f"'{place}'"), *columns)


def _constant(text: str) -> ColumnElement[Any]:
    return literal_column(text)
