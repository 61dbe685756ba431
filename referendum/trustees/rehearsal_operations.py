"""The rehearsal: a ballot sealed with the trustees' keys, of which every trustee opens a part before voting begins.

It is a whole public record, so that every trustee does just what the count will ask for: the same page, the same file
and passphrase, or the same command. A key file that cannot be read shows now, not after the close.
"""

from datetime import datetime

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused, refuse_unless
from forum.questions.queries import appointments, question_by_id
from referendum.crypto.ballot import make_ballot, read_ballot
from referendum.crypto.canonical import Malformed
from referendum.crypto.credentials import credentials_bytes, new_code, public_of
from referendum.crypto.election import Question, make_election, new_uuid, read_election
from referendum.crypto.hashing import hex_hash
from referendum.crypto.joint import joint_key, trustees_bytes
from referendum.crypto.proofs import read_proof
from referendum.crypto.second_proof import check_factors
from referendum.crypto.tally import TallyProduct, check_partial, read_encrypted_tally
from referendum.process.models import Vote
from referendum.process.queries import locked, subject_of
from referendum.trustees import queries
from referendum.trustees.models import Rehearsal, TrusteeKey
from referendum.trustees.notices import tell_next_step
from referendum.trustees.told import told

LONGEST_PART = 600_000
ANSWERS = ("This ballot", "Another one")


class Act(audit.Act):
    """Acts of power in the rehearsal."""

    PROVE_KEY = "prove_trustee_key"


def make_rehearsal(vote: Vote, now: datetime) -> Rehearsal | None:
    """Seal a ballot with the keys as they are, once every trustee's is in; None before. Repeating changes nothing."""
    keys = queries.trustee_keys(vote)
    if not keys or set(appointments(vote.question_id, "trustee")) - {each.member_id for each in keys}:
        return None
    items = queries.items(vote)
    trustees = trustees_bytes(items).decode()
    made = queries.rehearsal_of(vote.id)
    if made is not None and made.trustees == trustees:
        return made
    if made is not None:
        db.session.delete(made)
        db.session.flush()
    made = _sealed(vote, joint_key(items), trustees, now)
    db.session.add(made)
    db.session.flush()
    tell_next_step(vote, [key.member_id for key in keys if key.proved_at is None], now)
    return made


def _sealed(vote: Vote, joint: int, trustees: str, now: datetime) -> Rehearsal:
    number = question_by_id(vote.question_id).number
    uuid, code = new_uuid(), new_code()
    election = make_election(
        uuid=uuid, name=f"Rehearsal for question {number}, vote {vote.number}",
        description="Sealed to be opened before voting begins; it is nobody's ballot.", public_key=joint,
        questions=[Question("Can this be opened?", ANSWERS, 1, 1)],
    )  # fmt: skip
    ballot = make_ballot(election, code, [[1, 0]])
    product = TallyProduct(election)
    product.add(read_ballot(election, ballot).ciphertexts)
    return Rehearsal(
        vote_id=vote.id, uuid=uuid, trustees=trustees, election=election.raw.decode(), ballot=ballot.decode(),
        credentials=credentials_bytes([public_of(code, uuid)]).decode(),
        encrypted=product.close().encrypted_bytes.decode(), made_at=now,
    )  # fmt: skip


def prove_key(
    actor: Actor, vote: Vote, owner: object, raw: bytes, now: datetime, second: object = None
) -> TrusteeKey:
    """A trustee opened a part of the rehearsal's ballot: the file can be read. A wrong part is refused, and named; so
    is a wrong second proof, where there is one."""
    made, key, number = _awaited(actor, vote, owner)
    refuse_unless(len(raw) <= LONGEST_PART, N_("This is too long for a part of the count. Nothing was stored."))
    election = read_election(made.election.encode())
    try:
        ciphertexts = read_encrypted_tally(election, made.encrypted.encode())
        public = int(key.public_key["public_key"])
        part = check_partial(election, ciphertexts, raw, public)
        if second is not None:
            check_factors(election, ciphertexts, part, public, read_proof(second))
    except Malformed as problem:
        raise Refused(
            N_("The part of trustee %(owner)s is refused: %(problem)s. Nothing was stored."),
            owner=number, problem=told(problem),
        ) from None  # fmt: skip
    if key.proved_at is None:
        key.proved_at = now
        audit.record(
            actor, Act.PROVE_KEY, subject_of(vote), now=now, office="trustee", owner=number,
            part_hash=hex_hash(raw),
        )  # fmt: skip
    return key


def _awaited(actor: Actor, vote: Vote, owner: object) -> tuple[Rehearsal, TrusteeKey, int]:
    refuse_unless(actor.holds("trustee", vote.question_id), N_("Only the trustees of this question do this."))
    locked(vote)  # what was made anew meanwhile is not proved by a part of what was there before
    refuse_unless(vote.state == "set_up", N_("Voting has begun. The rehearsal is over."))
    made, key = queries.rehearsal_of(vote.id), queries.key_of(vote.id, actor.member_id)
    if made is None or key is None:
        raise Refused(N_("The rehearsal begins when every trustee’s key is in. Your desk will say so."))
    number = queries.numbers_of(vote)[actor.member_id]
    refuse_unless(
        type(owner) is int and owner == number,
        N_("This part was made with another trustee’s key. Nothing was stored. Choose your own key file."),
    )
    return made, key, number
