"""Lets the demo's trustees do what is asked of them: make their keys before a vote, open their parts after it.

What they would keep in files lies in the demo's folder. Nobody but a demo can do this.
"""

import json
from pathlib import Path

from flask import current_app

from forum.kernel import clock, doors
from forum.kernel.database import transaction
from forum.kernel.doors import Actor
from forum.questions.queries import appointments
from forum.signin.device_operations import open_device
from referendum.count import operations as count
from referendum.count import queries as counted
from referendum.count.jobs import go_on
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.process.queries import vote as vote_by_id
from referendum.process.queries import votes_in
from referendum.rehearsal.trusted import Trusted
from referendum.trustees.queries import key_of


def let_trustees_act() -> None:
    """In every vote that is prepared or counted, as far as it goes; what a visitor has begun is left to the visitor."""
    with transaction(write=False):
        prepared = [vote.id for vote in votes_in(VoteState.SET_UP) if not vote.election_v]
        counting = [vote.id for vote in votes_in(VoteState.COUNTING, VoteState.CHALLENGEABLE, VoteState.CERTIFIED)]
    for vote_id in prepared:
        trusted = _kept(vote_id)
        with transaction(write=True):
            vote = vote_by_id(vote_id)
            trusted.make_keys(_trustees(vote), vote, clock.now())
        _keep(vote_id, trusted)
    for vote_id in counting:
        _open(vote_id, _kept(vote_id))


def _open(vote_id: int, trusted: Trusted) -> None:
    with transaction(write=False):
        waiting = [each.archive for each in counted.tallies(vote_id) if not each.withheld and each.result is None]
    for archive in waiting:
        with transaction(write=True):
            vote = vote_by_id(vote_id)
            for trustee in _trustees(vote):
                _give(trustee, vote, archive, trusted)
        go_on(vote_id, archive)


def _give(trustee: Actor, vote: Vote, archive: str, trusted: Trusted) -> None:
    key, tally = key_of(vote.id, trustee.member_id), counted.tally_of(vote.id, archive)
    if key is None or tally is None or not counted.is_needed(vote, archive, key):
        return
    if trustee.member_id in (trusted.alone if key.place is None else trusted.seeds):
        ciphertexts = count.stored_product(vote, tally).ciphertexts
        part = trusted.part(vote, trustee.member_id, counted.election_of(vote, archive), [ciphertexts])
        count.accept_partial(trustee, vote, archive, part.owner, part.raw, clock.now(), part.second)


def _trustees(vote: Vote) -> list[Actor]:
    now = clock.now()
    members = appointments(vote.question_id, "trustee")
    return [doors.actor_of(open_device(each, "rehearsal", now=now, second_factor=True), now) for each in members]


def _file(vote_id: int) -> Path:
    return Path(current_app.config["HUSTINGS"].instance) / "trustees" / f"{vote_id}.json"


def _kept(vote_id: int) -> Trusted:
    if not _file(vote_id).is_file():
        return Trusted()
    told = json.loads(_file(vote_id).read_text())
    return Trusted(*({int(member): secret for member, secret in told[name].items()} for name in ("seeds", "alone")))


def _keep(vote_id: int, trusted: Trusted) -> None:
    _file(vote_id).parent.mkdir(parents=True, exist_ok=True)
    _file(vote_id).touch(mode=0o600)
    alone = {member: int(private) for member, private in trusted.alone.items()}
    _file(vote_id).write_text(json.dumps({"seeds": trusted.seeds, "alone": alone}))
