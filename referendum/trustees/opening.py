"""What a trustee does before opening anything: recompute the product from the public record and compare. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from referendum.crypto.ballot import BallotRefused, check_ballot, read_ballot
from referendum.crypto.canonical import Malformed, read_fields, read_json, read_list, read_text
from referendum.crypto.credentials import read_credentials
from referendum.crypto.election import Election, read_election
from referendum.crypto.joint import Item, joint_key, read_trustees
from referendum.crypto.layout import Ballot
from referendum.crypto.tally import Tally, TallyProduct, decrypt
from referendum.trustees.holder import holder_of

Progress = Callable[[int, int], None]

SETUP = ("election", "trustees", "credentials")


@dataclass(frozen=True, slots=True)
class Part:
    """One trustee's part of the opening: the trustee's number, the exact text, and on how many ballots it stands."""

    owner: int
    partial_decryption: str
    ballots: int


@dataclass(frozen=True, slots=True)
class Record:
    """A whole public record, read but its ballots: the set-up's exact texts, what they say, and what is announced."""

    texts: Mapping[str, str]
    election: Election
    trustees: list[Item]
    weights: Mapping[str, int]
    ballots: list[Any]
    announced: str


def read_record(raw: bytes) -> Record:
    """A public record from its JSON text. Raises Malformed, saying what is wrong with it."""
    fields = read_fields(read_json(raw), (*SETUP, "ballots", "encrypted_tally"))
    texts = {name: read_text(fields[name]) for name in SETUP}
    election = read_election(texts["election"].encode())
    trustees = read_trustees(texts["trustees"].encode())
    if joint_key(trustees) != election.public_key:
        raise Malformed("the trustees’ keys in the record do not make the vote’s key")
    weights = read_credentials(texts["credentials"].encode())
    return Record(
        texts, election, trustees, weights, read_list(fields["ballots"]), read_text(fields["encrypted_tally"])
    )


def recomputed(record: Record, *, proofs: bool, progress: Progress) -> Tally:
    """The product of the record's ballots. Raises Malformed when it is not what is announced, or may not be opened."""
    tally = _product(record.election, record.ballots, record.weights, proofs=proofs, progress=progress)
    if tally.ballots < max(1, record.election.minimum_ballots):
        raise Malformed(f"the record holds {tally.ballots} ballots, fewer than the rule allows to open")
    if tally.encrypted_bytes.decode() != record.announced:
        raise Malformed("the announced product is not the product of the ballots in the record")
    return tally


def open_part(raw: bytes, secret: int | str, *, decryption_key: str = "", proofs: bool, progress: Progress) -> Part:
    """The part of a secret's holder, from a whole public record as JSON. The secret is a private key, or the seed of a
    threshold group's member, who has a decryption key too. Raises Malformed, saying what is wrong; then nothing was
    opened."""
    record = read_record(raw)
    holder = holder_of(record.trustees, secret, decryption_key)
    tally = recomputed(record, proofs=proofs, progress=progress)
    partial = decrypt(record.election, tally.ciphertexts, holder.private)
    return Part(holder.owner, partial.raw.decode(), tally.ballots)


def _product(
    election: Election, texts: list[Any], weights: Mapping[str, int], *, proofs: bool, progress: Progress
) -> Tally:
    """The last ballot of each credential; from the end, so that each credential is met with its last one first."""
    product = TallyProduct(election)
    counted: set[str] = set()
    for done, text in enumerate(reversed(texts), start=1):
        ballot = _ballot(election, read_text(text).encode(), weights, proofs=proofs)
        if ballot.credential not in counted:
            product.add(ballot.ciphertexts, weights[ballot.credential])
            counted.add(ballot.credential)
        progress(done, len(texts))
    return product.close()


def _ballot(election: Election, raw: bytes, weights: Mapping[str, int], *, proofs: bool) -> Ballot:
    try:
        ballot = check_ballot(election, raw, credentials=weights) if proofs else read_ballot(election, raw)
    except BallotRefused as refused:
        raise Malformed(f"the record holds a ballot that cannot be counted: {refused.words}") from None
    if ballot.credential not in weights:
        raise Malformed("the record holds a ballot that no listed voter made")
    return ballot
