"""Storing products, accepting trustees' parts with every proof checked, storing opened totals."""

from dataclasses import dataclass
from datetime import datetime

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused, refuse_unless
from referendum.casting.queries import box_state
from referendum.count import part_queries, proof_queries, queries, rules
from referendum.count.models import PartialDecryption, Tally, TallyPart
from referendum.crypto.canonical import Malformed
from referendum.crypto.hashing import hex_hash
from referendum.crypto.joint import numbered, read_trustees
from referendum.crypto.layout import read_ciphertexts
from referendum.crypto.second_proof import check_factors
from referendum.crypto.tally import Tally as Product
from referendum.crypto.tally import TallyProduct, check_partial, open_tally, read_encrypted_tally
from referendum.process.models import Vote
from referendum.process.queries import locked, subject_of
from referendum.trustees.models import TrusteeKey
from referendum.trustees.queries import key_of
from referendum.trustees.told import told


class Act(audit.Act):
    """Acts of power over the count."""

    STORE_TALLY = "store_tally"
    ACCEPT_PARTIAL = "accept_partial"
    PROVE_PARTIAL = "prove_partial"
    OPEN_TALLY = "open_tally"
    WRITE_ARCHIVE = "write_archive"


LARGEST_PART = 600_000
NOT_NEEDED = N_("Enough trustees have opened their part. Yours is not needed any more. Nothing was stored.")


@dataclass(frozen=True)
class CheckedPart:
    """A trustee's part that holds, and its second proof that does ("" where none came), as they are kept."""

    body: str
    second_proof: str


def product_of(vote: Vote, archive: str, place: int = 0, parts: int = 1) -> Product:
    """Multiply the last ballot of each credential, of the whole record or of one part. Slow: call it outside a write.

    The box took only ballots whose proofs hold, so they are not read again; the verifier that stands before every
    archive checks them, and this product against them.
    """
    election = queries.election_of(vote, archive)
    product = TallyProduct(election)
    for text in part_queries.part_counted(vote.id, archive, place, parts):
        product.add(read_ciphertexts(election, text.encode()))
    return product.close()


def store_tally(vote: Vote, archive: str, product: Product, now: datetime) -> None:
    """Announce the product of a sealed box, and whether it will be opened. Computed once."""
    state = box_state(vote.id)
    refuse_unless(vote.state in queries.COUNTED and state and state.sealed, N_("The box is not sealed yet."))
    if queries.tally_of(vote.id, archive) is not None:
        return
    stored = Tally(
        vote_id=vote.id, archive=archive, encrypted=product.encrypted_bytes.decode(), ballot_count=product.ballots,
        result=None, opened_at=None, archive_hash="",
        withheld=rules.withheld(product.ballots, rules.minimum_of(archive, vote.params)),
    )  # fmt: skip
    db.session.add(stored)
    audit.record(
        None, Act.STORE_TALLY, subject_of(vote), now=now, office="clock", archive=archive,
        ballots=product.ballots, withheld=stored.withheld, tally_hash=hex_hash(product.encrypted_bytes),
    )  # fmt: skip


def stored_product(vote: Vote, tally: Tally | TallyPart) -> Product:
    """The product of an archive or of a part of it, as it was stored; each ballot has weight 1."""
    ciphertexts = read_encrypted_tally(queries.election_of(vote, tally.archive), tally.encrypted.encode())
    return Product(ciphertexts, tally.ballot_count, tally.ballot_count)


def accept_partial(
    actor: Actor, vote: Vote, archive: str, owner: object, raw: bytes, now: datetime, second: object = None
) -> bool:
    """Accept a trustee's part after checking every proof, the `second` one too where it comes; a wrong one is refused
    before anything is stored. Whether the parts of this archive now suffice. A part that is in already is kept as it
    is, and its second proof may still be added until the totals are opened; one that is not needed any more, because
    enough of a group have given theirs, is not taken."""
    key = _own_key(actor, vote, owner)
    tally = queries.tally_of(vote.id, archive)
    if tally is None:
        raise Refused(N_("The product of this archive is not announced yet. Come back in a few minutes."))
    refuse_unless(not tally.withheld, N_("This archive will not be opened: it holds too few ballots."))
    assert key.owner is not None
    known = queries.part_of(vote.id, archive, key.owner)
    part = None
    if known is not None:
        part = _completed(vote, tally, known, second)
    elif not _is_over(vote, archive):
        part = checked_part(vote, tally, key.owner, raw, second)
    locked(vote)  # after the long check: a part sent twice at once is kept once, and of two last parts one is the last
    known = queries.part_of(vote.id, archive, key.owner)
    if known is None:
        refuse_unless(not _is_over(vote, archive), N_("The count is over. No part is taken any more."))
        refuse_unless(queries.is_needed(vote, archive, key), NOT_NEEDED)
        assert part is not None
        _store_part(actor, vote, archive, key.owner, part, now)
    elif part is not None and part.body == known.body and not known.second_proof and tally.result is None:
        known.second_proof = part.second_proof
        audit.record(
            actor, Act.PROVE_PARTIAL, subject_of(vote), now=now, office="trustee", archive=archive,
            owner=key.owner,
        )  # fmt: skip
        db.session.flush()
    return queries.are_enough(vote, archive)


def _store_part(actor: Actor, vote: Vote, archive: str, owner: int, part: CheckedPart, now: datetime) -> None:
    db.session.add(
        PartialDecryption(
            vote_id=vote.id, archive=archive, owner=owner, body=part.body, second_proof=part.second_proof, at=now
        )
    )
    audit.record(
        actor, Act.ACCEPT_PARTIAL, subject_of(vote), now=now, office="trustee", archive=archive, owner=owner,
        partial_hash=hex_hash(part.body.encode()), second_proof=bool(part.second_proof),
    )  # fmt: skip
    db.session.flush()


def _completed(vote: Vote, tally: Tally, known: PartialDecryption, second: object) -> CheckedPart | None:
    """A part that is in, with the second proof that it lacked; None where it lacks none or none came."""
    if known.second_proof or second is None or tally.result is not None:
        return None
    return checked_part(vote, tally, known.owner, known.body.encode(), second)


def _is_over(vote: Vote, archive: str) -> bool:
    return vote.state == "annulled" or (archive == queries.V and vote.state != "counting")


def _own_key(actor: Actor, vote: Vote, owner: object) -> TrusteeKey:
    refuse_unless(
        actor.holds("trustee", vote.question_id), N_("Only the trustees of this question open the count.")
    )
    key = key_of(vote.id, actor.member_id)
    if key is None or key.owner is None:
        raise Refused(N_("You hold no key of this vote."))
    refuse_unless(
        type(owner) is int and owner == key.owner,
        N_("This part was made with another trustee’s key. Nothing was stored. Choose your own key file."),
    )
    return key


def checked_part(vote: Vote, tally: Tally, owner: int, raw: bytes, second: object = None) -> CheckedPart:
    """What to keep of the part of the trustee with this number, and of its second proof (a JSON value; None where none
    came). Raises Refused, naming the trustee and what fails."""
    public = numbered(read_trustees(vote.trustees.encode()))[owner - 1].public
    parts = part_queries.record_parts(vote.id, tally.archive)
    most = LARGEST_PART * len(parts)
    refuse_unless(len(raw) <= most, N_("This is too long for a part of the count. Nothing was stored."))
    election = queries.election_of(vote, tally.archive)
    try:
        bodies = rules.part_bodies(raw.decode("utf-8", "replace"), len(parts))
        products = [stored_product(vote, part).ciphertexts for part in parts]
        checked = [
            check_partial(election, product, body.encode(), public)
            for product, body in zip(products, bodies, strict=True)
        ]
        proofs = rules.sent_proofs(second, len(parts))
        if proofs:
            for product, partial, proof in zip(products, checked, proofs, strict=True):
                check_factors(election, product, partial, public, proof)
    except Malformed as problem:
        raise Refused(
            N_("The part of trustee %(owner)s is refused: %(problem)s. Nothing was stored."),
            owner=owner, problem=told(problem),
        ) from None  # fmt: skip
    return CheckedPart(rules.joined_bodies([each.raw.decode() for each in checked]), rules.kept_proofs(proofs))


def opened_totals(vote: Vote, tally: Tally) -> list[list[list[int]]]:
    """The totals of each part of the record, from the trustees' parts, every proof checked once more. Slow: call it
    outside a write. Raises Malformed where they do not suffice."""
    election, items = queries.election_of(vote, tally.archive), read_trustees(vote.trustees.encode())
    keys, parts = numbered(items), part_queries.record_parts(vote.id, tally.archive)
    opened = []
    for part in parts:
        product = stored_product(vote, part)
        partials = {
            owner: check_partial(election, product.ciphertexts, body.encode(), keys[owner - 1].public)
            for owner, body in part_queries.bodies(vote.id, tally.archive, part.place)
        }
        for owner, proof in proof_queries.proofs_of(vote.id, tally.archive, part.place, len(parts)).items():
            check_factors(election, product.ciphertexts, partials[owner], keys[owner - 1].public, proof)
        opened.append(open_tally(product, partials, items))
    return opened


def store_result(vote: Vote, tally: Tally, results: list[list[list[int]]], now: datetime) -> None:
    """Keep the opened totals of each part, and their sums; they enter the archives and the result."""
    if tally.result is not None:
        return
    for part, result in zip(part_queries.record_parts(vote.id, tally.archive), results, strict=True):
        part.result = result
    tally.result = [[sum(totals) for totals in zip(*rows, strict=True)] for rows in zip(*results, strict=True)]
    tally.opened_at = now
    audit.record(
        None, Act.OPEN_TALLY, subject_of(vote), now=now, office="trustee", archive=tally.archive,
        ballots=tally.ballot_count,
    )  # fmt: skip


def store_archive(vote: Vote, tally: Tally, digest: str, now: datetime) -> None:
    """The archive, every part of it, was written and verified; its hash is published, once."""
    if tally.archive_hash:
        return
    tally.archive_hash = digest
    audit.record(
        None, Act.WRITE_ARCHIVE, subject_of(vote), now=now, office="clock", archive=tally.archive,
        archive_hash=digest,
    )  # fmt: skip
