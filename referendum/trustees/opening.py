"""What a trustee does before opening anything: recompute the product from the public record and compare. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from referendum.crypto.ballot import BallotRefused, check_ballot, read_ballot
from referendum.crypto.canonical import Malformed, read_fields, read_json, read_list, read_text
from referendum.crypto.credentials import read_credentials
from referendum.crypto.election import Election, read_election
from referendum.crypto.group import power_of_g
from referendum.crypto.joint import joint_key, numbered, read_trustees
from referendum.crypto.layout import Ballot
from referendum.crypto.tally import Tally, TallyProduct, decrypt

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One trustee's part of the opening: the trustee's number, the exact text, and on how many ballots it stands."""

    owner: int
    partial_decryption: str
    ballots: int


def open_part(raw: bytes, private: int, *, proofs: bool, progress: Progress) -> Part:
    """The part of the key's holder, from a whole public record as JSON. Raises Malformed, saying what is wrong with
    the record; then nothing was opened."""
    record = read_fields(read_json(raw), ("election", "trustees", "credentials", "ballots", "encrypted_tally"))
    election = read_election(read_text(record["election"]).encode())
    owner = _owner(election, record, private)
    weights = read_credentials(read_text(record["credentials"]).encode())
    tally = _product(election, read_list(record["ballots"]), weights, proofs=proofs, progress=progress)
    if tally.ballots < max(1, election.minimum_ballots):
        raise Malformed(f"the record holds {tally.ballots} ballots, fewer than the rule allows to open")
    if tally.encrypted_bytes.decode() != record["encrypted_tally"]:
        raise Malformed("the announced product is not the product of the ballots in the record")
    return Part(owner, decrypt(election, tally.ciphertexts, private).raw.decode(), tally.ballots)


def _owner(election: Election, record: Mapping[str, Any], private: int) -> int:
    trustees = read_trustees(read_text(record["trustees"]).encode())
    if joint_key(trustees) != election.public_key:
        raise Malformed("the trustees’ keys in the record do not make the vote’s key")
    public = power_of_g(private)
    for number, trustee in enumerate(numbered(trustees), start=1):
        if trustee.public == public:
            return number
    raise Malformed("this key file is not one of this vote’s trustees")


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
