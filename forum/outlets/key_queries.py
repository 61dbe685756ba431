"""Reads of feed keys: a member's own, and whom a key stands for."""

import hashlib

from forum.kernel.database import db
from forum.outlets.models import FeedKey
from forum.questions.rules import SPEAKING
from forum.roll.models import Member
from forum.signin.models import Account


def key_hash(key: str) -> str:
    """What is stored of a key. It is random and long, so a plain hash keeps it."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def own_keys(member_id: int) -> list[FeedKey]:
    """A member's keys that work, newest first."""
    query = db.select(FeedKey).where(FeedKey.member_id == member_id, FeedKey.revoked_at.is_(None))
    return list(db.session.scalars(query.order_by(FeedKey.id.desc())))


def holder(key: str) -> tuple[FeedKey, Member] | None:
    """The key and its member; None for one that was revoked, or whose member has left, lapsed or is suspended."""
    query = (
        db.select(FeedKey, Member)
        .join(Member, Member.id == FeedKey.member_id)
        .where(FeedKey.key_hash == key_hash(key), FeedKey.revoked_at.is_(None))
        .where(Member.left_at.is_(None), Member.standing.in_(SPEAKING))
    )
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None


def language_of(member_id: int) -> str:
    """The language in which a member reads."""
    return db.session.scalar(db.select(Account.language).where(Account.member_id == member_id)) or "en"
