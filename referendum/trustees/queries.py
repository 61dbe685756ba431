"""Reads of trustees' keys."""

from forum.kernel.database import db
from forum.questions.queries import appointments
from referendum.crypto.trustee import TrusteeKey as PublicKey
from referendum.crypto.trustee import read_trustee_key
from referendum.process.models import Vote
from referendum.trustees.models import TrusteeKey


def trustee_keys(vote: Vote) -> list[TrusteeKey]:
    """The keys of those who are trustees of this question now, in the order of their numbers in the archive."""
    named = set(appointments(vote.question_id, "trustee"))
    query = db.select(TrusteeKey).where(TrusteeKey.vote_id == vote.id).order_by(TrusteeKey.owner, TrusteeKey.member_id)
    return [each for each in db.session.scalars(query) if each.member_id in named or each.owner is not None]


def key_of(vote_id: int, member_id: int) -> TrusteeKey | None:
    """One trustee's key."""
    return db.session.get(TrusteeKey, (vote_id, member_id))


def keys_ready(vote: Vote) -> frozenset[int]:
    """Trustees (member ids) whose public key is in: a guard of the opening."""
    return frozenset(each.member_id for each in trustee_keys(vote))


def public_keys(keys: list[TrusteeKey]) -> list[PublicKey]:
    """The keys as the election texts take them, proofs checked once more."""
    return [read_trustee_key(each.public_key) for each in keys]
