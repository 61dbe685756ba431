"""Reads of trustees' keys and of the ceremony in which a group makes one together."""

import json
from typing import Any

from forum.kernel.database import db
from forum.questions.models import Question
from forum.questions.queries import appointments, needed_trustees, process_of
from referendum.crypto.joint import Item
from referendum.crypto.threshold import ThresholdGroup, read_group
from referendum.crypto.trustee import read_trustee_key
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.trustees import rules
from referendum.trustees.models import Ceremony, CeremonyMessage, Rehearsal, TrusteeKey
from referendum.trustees.rules import Division, Progress


def all_keys(vote_id: int) -> list[TrusteeKey]:
    """Every key that was handed in, also those that count for nothing any more."""
    query = db.select(TrusteeKey).where(TrusteeKey.vote_id == vote_id)
    return list(db.session.scalars(query.order_by(TrusteeKey.member_id)))


def trustee_keys(vote: Vote) -> list[TrusteeKey]:
    """The keys that the ballot was made with, or would be made with now, in the order of their numbers in the archive:
    those who are needed by member, then the group by place. Of a group only those made in its present round."""
    held = all_keys(vote.id)
    if vote.election_v:
        held = [each for each in held if each.owner is not None]
    else:
        wanted, round_stands = division(vote), is_in_step(vote)
        group = wanted.group if round_stands else ()
        held = [each for each in held if each.member_id in (wanted.needed if each.place is None else group)]
    return sorted(held, key=lambda each: (each.place or 0, each.member_id))


def numbers_of(vote: Vote) -> dict[int, int]:
    """Each trustee's number in the archive, by member id, as it is or will be."""
    return {key.member_id: number for number, key in enumerate(trustee_keys(vote), start=1)}


def key_of(vote_id: int, member_id: int) -> TrusteeKey | None:
    """One trustee's key."""
    return db.session.get(TrusteeKey, (vote_id, member_id))


def keys_ready(vote: Vote) -> frozenset[int]:
    """Trustees (member ids) whose public key is in: a guard of the opening."""
    return frozenset(each.member_id for each in trustee_keys(vote))


def keys_proved(vote: Vote) -> frozenset[int]:
    """Trustees (member ids) whose key file was read back in the rehearsal: a guard of the opening."""
    return frozenset(each.member_id for each in trustee_keys(vote) if each.proved_at is not None)


def division(vote: Vote) -> Division:
    """Who of the trustees is needed for the count, and who makes the group: of the present ones, or, once the ballot is
    made, of those whose keys it was made with."""
    if vote.election_v:
        keys, ceremony = trustee_keys(vote), ceremony_of(vote.id)
        alone = tuple(each.member_id for each in keys if each.place is None)
        together = tuple(each.member_id for each in keys if each.place is not None)
        return Division(alone, together, ceremony.threshold if ceremony is not None else 0)
    named = appointments(vote.question_id, "trustee")
    return rules.divide(named, needed_trustees(vote.question_id), read_params(vote.params).opening)


def division_to_be(question: Question) -> Division:
    """The same before there is a vote, by the process and those who are named so far."""
    stage = process_of(question).members_vote
    named = appointments(question.id, "trustee")
    return rules.divide(named, needed_trustees(question.id), stage.opening if stage else rules.ALL)


def is_in_step(vote: Vote) -> bool:
    """Whether the ceremony is one of the present trustees; also where there is none to be."""
    wanted, ceremony = division(vote), ceremony_of(vote.id)
    if ceremony is None:
        return not wanted.group
    return (tuple(ceremony.members), ceremony.threshold) == (wanted.group, wanted.threshold)


def ceremony_of(vote_id: int) -> Ceremony | None:
    """The ceremony of a vote's group; None where there is no group."""
    return db.session.get(Ceremony, vote_id)


def messages(vote_id: int) -> dict[int, CeremonyMessage]:
    """What the members of the group have sent, by member id."""
    query = db.select(CeremonyMessage).where(CeremonyMessage.vote_id == vote_id).order_by(CeremonyMessage.member_id)
    return {each.member_id: each for each in db.session.scalars(query)}


def progress(vote: Vote) -> Progress:
    """Who has got how far in the ceremony and the rehearsal."""
    sent = messages(vote.id)
    shared = {member for member, each in sent.items() if each.shares} if is_in_step(vote) else set()
    return Progress(
        joined=frozenset(sent), shared=frozenset(shared), keyed=keys_ready(vote), proved=keys_proved(vote)
    )


def certificates(ceremony: Ceremony) -> list[str]:
    """The certificates of the group, in the order of their places; of those who have sent one."""
    sent = messages(ceremony.vote_id)
    return [sent[member].certificate for member in ceremony.members if member in sent]


def shares(ceremony: Ceremony) -> list[str]:
    """What the members gave each other, in the order of their places; of those who have."""
    sent = messages(ceremony.vote_id)
    return [sent[member].shares for member in ceremony.members if member in sent and sent[member].shares]


def items(vote: Vote) -> list[Item]:
    """The trustees as the archive's record takes them, proofs checked once more: each who is needed, then the group."""
    keys = trustee_keys(vote)
    found: list[Item] = [read_trustee_key(each.public_key) for each in keys if each.place is None]
    ceremony = ceremony_of(vote.id)
    if ceremony is not None:
        found.append(_group(ceremony, [each for each in keys if each.place is not None], len(found) + 1))
    return found


def _group(ceremony: Ceremony, keys: list[TrusteeKey], first: int) -> ThresholdGroup:
    stated: dict[str, Any] = {
        "threshold": ceremony.threshold,
        "certs": [json.loads(each) for each in certificates(ceremony)],
        "coefexps": [json.loads(each)["coefexps"] for each in shares(ceremony)],
        "verification_keys": [each.public_key for each in keys],
    }
    return read_group(stated, first)


def rehearsal_of(vote_id: int) -> Rehearsal | None:
    """The sealed ballot of the rehearsal, once every trustee's key is in."""
    return db.session.get(Rehearsal, vote_id)
