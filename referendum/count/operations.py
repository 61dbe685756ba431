"""Storing products, accepting trustees' parts with every proof checked, storing opened totals."""

from datetime import datetime

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused, refuse_unless
from referendum.casting.queries import box_state
from referendum.count import queries, rules
from referendum.count.models import PartialDecryption, Tally
from referendum.crypto.ballot import read_ballot
from referendum.crypto.canonical import Malformed
from referendum.crypto.group import read_number
from referendum.crypto.hashing import hex_hash
from referendum.crypto.joint import read_trustees
from referendum.crypto.tally import Tally as Product
from referendum.crypto.tally import TallyProduct, check_partial, open_tally, read_encrypted_tally
from referendum.process.models import Vote
from referendum.process.queries import locked
from referendum.trustees.models import TrusteeKey
from referendum.trustees.queries import key_of, trustee_keys


class Act(audit.Act):
    """Acts of power over the count."""

    STORE_TALLY = "store_tally"
    ACCEPT_PARTIAL = "accept_partial"
    OPEN_TALLY = "open_tally"
    WRITE_ARCHIVE = "write_archive"


LARGEST_PART = 600_000
NOT_NEEDED = N_("Enough trustees have opened their part. Yours is not needed any more. Nothing was stored.")


def product_of(vote: Vote, archive: str) -> Product:
    """Multiply the last ballot of each credential. Slow: call it outside a write."""
    election = queries.election_of(vote, archive)
    product = TallyProduct(election)
    for text in queries.counted_texts(vote.id, archive):
        product.add(read_ballot(election, text.encode()).ciphertexts)
    return product.close()


def store_tally(vote: Vote, archive: str, product: Product, now: datetime) -> Tally:
    """Announce the product of a sealed box, and whether it will be opened. Computed once."""
    state = box_state(vote.id)
    refuse_unless(vote.state in queries.COUNTED and state and state.sealed, N_("The box is not sealed yet."))
    stored = queries.tally_of(vote.id, archive)
    if stored is not None:
        return stored
    stored = Tally(
        vote_id=vote.id, archive=archive, encrypted=product.encrypted_bytes.decode(), ballot_count=product.ballots,
        result=None, opened_at=None, archive_hash="",
        withheld=rules.withheld(product.ballots, rules.minimum_of(archive, vote.params)),
    )  # fmt: skip
    db.session.add(stored)
    audit.record(
        None, Act.STORE_TALLY, f"vote:{vote.public_id}", now=now, office="clock", archive=archive,
        ballots=product.ballots, withheld=stored.withheld, tally_hash=hex_hash(product.encrypted_bytes),
    )  # fmt: skip
    return stored


def stored_product(vote: Vote, tally: Tally) -> Product:
    """The product as it was stored; each ballot has weight 1."""
    ciphertexts = read_encrypted_tally(queries.election_of(vote, tally.archive), tally.encrypted.encode())
    return Product(ciphertexts, tally.ballot_count, tally.ballot_count)


def accept_partial(actor: Actor, vote: Vote, archive: str, owner: object, raw: bytes, now: datetime) -> bool:
    """Accept a trustee's part after checking every proof; a wrong one is refused before anything is stored. Whether
    the parts of this archive now suffice. A part that is in already is kept as it is; one that is not needed any more,
    because enough of a group have given theirs, is not taken."""
    key = _own_key(actor, vote, owner)
    tally = queries.tally_of(vote.id, archive)
    if tally is None:
        raise Refused(N_("The product of this archive is not announced yet. Come back in a few minutes."))
    refuse_unless(not tally.withheld, N_("This archive will not be opened: it holds too few ballots."))
    assert key.owner is not None
    known = queries.part_of(vote.id, archive, key.owner) is not None
    part = b"" if known or _is_over(vote, archive) else _checked(vote, tally, key, raw)
    locked(vote)  # after the long check: a part sent twice at once is kept once, and of two last parts one is the last
    if queries.part_of(vote.id, archive, key.owner) is None:
        refuse_unless(not _is_over(vote, archive), N_("The count is over. No part is taken any more."))
        refuse_unless(queries.is_needed(vote, archive, key), NOT_NEEDED)
        db.session.add(PartialDecryption(vote_id=vote.id, archive=archive, owner=key.owner, body=part.decode(), at=now))
        audit.record(
            actor, Act.ACCEPT_PARTIAL, f"vote:{vote.public_id}", now=now, office="trustee", archive=archive,
            owner=key.owner, partial_hash=hex_hash(part),
        )  # fmt: skip
        db.session.flush()
    return queries.are_enough(vote, archive)


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


def _checked(vote: Vote, tally: Tally, key: TrusteeKey, raw: bytes) -> bytes:
    """The exact bytes to keep. Raises Refused, naming the trustee and what fails."""
    public = read_number(key.public_key["public_key"])
    assert public is not None
    refuse_unless(len(raw) <= LARGEST_PART, N_("This is too long for a part of the count. Nothing was stored."))
    try:
        election = queries.election_of(vote, tally.archive)
        ciphertexts = read_encrypted_tally(election, tally.encrypted.encode())
        return check_partial(election, ciphertexts, raw, public).raw
    except Malformed as problem:
        raise Refused(
            N_("The part of trustee %(owner)s is refused: %(problem)s. Nothing was stored."),
            owner=key.owner, problem=str(problem),
        ) from None  # fmt: skip


def opened_totals(vote: Vote, tally: Tally) -> list[list[int]]:
    """The totals from every trustee's part. Slow: call it outside a write. Raises Malformed when one is missing."""
    election = queries.election_of(vote, tally.archive)
    product = stored_product(vote, tally)
    partials = {}
    for part in queries.parts(vote.id, tally.archive):
        key = next(each for each in _numbered_keys(vote) if each.owner == part.owner)
        public = read_number(key.public_key["public_key"])
        assert public is not None
        partials[part.owner] = check_partial(election, product.ciphertexts, part.body.encode(), public)
    return open_tally(product, partials, read_trustees(vote.trustees.encode()))


def _numbered_keys(vote: Vote) -> list[TrusteeKey]:
    return [key for key in trustee_keys(vote) if key.owner is not None]


def store_result(vote: Vote, tally: Tally, result: list[list[int]], now: datetime) -> None:
    """Keep the opened totals; they enter the archive and the result."""
    if tally.result is not None:
        return
    tally.result, tally.opened_at = result, now
    audit.record(
        None, Act.OPEN_TALLY, f"vote:{vote.public_id}", now=now, office="trustee", archive=tally.archive,
        ballots=tally.ballot_count,
    )  # fmt: skip


def store_archive(vote: Vote, tally: Tally, digest: str, now: datetime) -> None:
    """The archive was written and verified; its hash is published, once."""
    if tally.archive_hash:
        return
    tally.archive_hash = digest
    audit.record(
        None, Act.WRITE_ARCHIVE, f"vote:{vote.public_id}", now=now, office="clock", archive=tally.archive,
        archive_hash=digest,
    )  # fmt: skip
