"""Making and revoking the keys of a member's feeds."""

import secrets
from datetime import datetime

from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refused, refuse_unless
from forum.outlets.key_queries import key_hash, own_keys
from forum.outlets.models import FeedKey
from forum.outlets.rules import MOST_KEYS
from forum.questions.rules import SPEAKING
from forum.roll.models import Member


def make_key(actor: Actor, name: str, *, now: datetime) -> str:
    """A new key, told this once; only its hash is kept."""
    refuse_unless(actor.standing in SPEAKING, N_("Your standing lets you read here, but not take feeds along."))
    db.session.get_one(Member, actor.member_id, with_for_update=True)  # two windows come one after the other
    if len(own_keys(actor.member_id)) >= MOST_KEYS:
        raise Refused(N_("You have %(most)s keys. Revoke one that you no longer use."), most=MOST_KEYS)
    key = secrets.token_urlsafe(24)
    db.session.add(FeedKey(member_id=actor.member_id, name=name, key_hash=key_hash(key), created_at=now))
    db.session.flush()
    return key


def revoke_key(actor: Actor, key_id: int, *, now: datetime) -> None:
    """The key stops at once."""
    found = db.session.get(FeedKey, key_id, with_for_update=True)
    if found is None or found.member_id != actor.member_id:
        raise Missing
    found.revoked_at = found.revoked_at or now
    db.session.flush()
