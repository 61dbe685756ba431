"""Handing in a trustee's public key, and numbering the trustees when the election texts are written."""

from datetime import datetime

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, refuse_unless
from forum.questions.queries import appointments
from referendum.electorate.operations import checked_key
from referendum.electorate.queries import digest_of
from referendum.process.models import Vote
from referendum.process.queries import locked, subject_of
from referendum.trustees import queries
from referendum.trustees.ceremony_operations import NOT_NOW, keep_in_step
from referendum.trustees.models import TrusteeKey
from referendum.trustees.rehearsal_operations import make_rehearsal


class Act(audit.Act):
    """Acts of power over the trustees' keys."""

    UPLOAD_TRUSTEE_KEY = "upload_trustee_key"


ONLY_TRUSTEES = N_("Only the trustees of this question do this.")
IN_A_GROUP = N_("You are one of the trustees who make a key together. Go back to your page; it says what comes next.")


def upload_trustee_key(actor: Actor, vote: Vote, public_key: object, now: datetime) -> TrusteeKey:
    """Keep a trustee's public key, its proof of possession checked. The same key again changes nothing; another one
    replaces it until the ballot's text, which holds the joint key, is frozen."""
    refuse_unless(actor.holds("trustee", vote.question_id), ONLY_TRUSTEES)
    key = checked_key(public_key)
    locked(vote)  # the same key sent twice at once is the same key again
    held = queries.key_of(vote.id, actor.member_id)
    if held is not None and held.public_key["public_key"] == key["public_key"]:
        return held
    refuse_unless(vote.state == "set_up" and not vote.election_v, NOT_NOW)
    ceremony = keep_in_step(vote, now)
    refuse_unless(ceremony is None or actor.member_id not in ceremony.members, IN_A_GROUP)
    others = [each for each in queries.trustee_keys(vote) if each.member_id != actor.member_id]
    refuse_unless(
        all(each.public_key["public_key"] != key["public_key"] for each in others),
        N_("Another trustee handed in this very key. Each trustee makes one of their own."),
    )
    if held is None:
        held = TrusteeKey(vote_id=vote.id, member_id=actor.member_id, owner=None, public_key=key, at=now)
        db.session.add(held)
    else:
        held.public_key, held.at, held.proved_at = key, now, None
    audit.record(
        actor, Act.UPLOAD_TRUSTEE_KEY, subject_of(vote), now=now, office="trustee",
        key_hash=digest_of(key["public_key"]),
    )  # fmt: skip
    make_rehearsal(vote, now)
    return held


def freeze_keys(vote: Vote, now: datetime) -> list[TrusteeKey]:
    """Number the trustees 1, 2, … for the election texts: those who are needed by member, then the group by place.
    Everybody must have a key, and have opened a part of the rehearsal with it."""
    keep_in_step(vote, now)
    keys = queries.trustee_keys(vote)
    missing = set(appointments(vote.question_id, "trustee")) - {each.member_id for each in keys}
    refuse_unless(keys and not missing, N_("Not every trustee has handed in a key."))
    unread = [each for each in keys if each.proved_at is None]
    refuse_unless(not unread, N_("Not every trustee has shown in the rehearsal that the key file can be read."))
    for each in queries.all_keys(vote.id):  # numbers given for a call that came to nothing are given anew
        each.owner = None
    db.session.flush()
    for owner, key in enumerate(keys, start=1):
        key.owner = owner
    db.session.flush()
    return keys
