"""What a trustee does before opening anything: recompute the product from the public record and compare. Pure.

A record may be made to find one vote out, or the key. So no ballot may count more than another, each must be signed by
its voter for this election, and what is opened must be made of elements of the group.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from referendum.archive import splitting
from referendum.archive.names import name_of, place_of
from referendum.archive.splitting import parts_needed
from referendum.crypto.ballot import BallotRefused, admit_ballot, check_proofs
from referendum.crypto.canonical import Malformed, read_fields, read_json, read_list, read_text
from referendum.crypto.credentials import read_credentials
from referendum.crypto.election import Election, read_election
from referendum.crypto.joint import Item, joint_key, read_trustees
from referendum.crypto.layout import Ballot
from referendum.crypto.proofs import Proof
from referendum.crypto.second_proof import prove_factors
from referendum.crypto.tally import Ciphertexts, Tally, TallyProduct, decrypt
from referendum.trustees.holder import Holder, holder_of

Progress = Callable[[int, int], None]

SETUP = ("election", "trustees", "credentials")


@dataclass(frozen=True, slots=True)
class Part:
    """One trustee's part of the opening: the trustee's number; the exact text and the second proof for each part of the
    record, in order (no proof of what another program opened); and on how many ballots it stands, if that was
    counted."""

    owner: int
    texts: list[str]
    ballots: int = 0
    proofs: list[Proof] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As the count's page takes it: text and proof, or the lists of them where the record has several parts."""
        one = len(self.texts) == 1
        fields: dict[str, Any] = {"owner": self.owner, "partial_decryption": self.texts[0] if one else self.texts}
        if self.proofs:
            proofs = [proof.as_json() for proof in self.proofs]
            fields["second_proof"] = proofs[0] if one else proofs
        return fields


@dataclass(frozen=True, slots=True)
class Record:
    """A whole public record, read but its ballots: the set-up's exact texts, what they say, and what is announced."""

    texts: Mapping[str, str]
    election: Election
    trustees: list[Item]
    credentials: Collection[str]
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
    if any(weight != 1 for weight in weights.values()):
        raise Malformed("the record gives a voter another weight than 1, which could show how that voter voted")
    return Record(
        texts, election, trustees, weights.keys(), read_list(fields["ballots"]), read_text(fields["encrypted_tally"])
    )


def recomputed(record: Record, *, proofs: bool, progress: Progress) -> Tally:
    """The product of the record's ballots. Raises Malformed when it is not what is announced, or may not be opened."""
    tally = _product(record, proofs=proofs, progress=progress)
    if tally.ballots < max(1, record.election.minimum_ballots):
        raise Malformed(f"the record holds {tally.ballots} ballots, fewer than the rule allows to open")
    if tally.encrypted_bytes.decode() != record.announced:
        raise Malformed("the announced product is not the product of the ballots in the record")
    if not all(item.is_wellformed() for row in tally.ciphertexts for item in row):
        raise Malformed("the product of the ballots is not made of elements of the group")
    return tally


@dataclass(frozen=True, slots=True)
class Checked:
    """What may be opened: the recomputed product of each part of a record, by place."""

    election: Election
    trustees: list[Item]
    tallies: dict[int, Tally]


def check_parts(raws: Iterable[bytes], parts: int, *, proofs: bool, progress: Progress) -> Checked:
    """Check whole public records, one or all the parts in which one stands. Raises Malformed, saying what is wrong."""
    tallies: dict[int, Tally] = {}
    voters: Counter[int] = Counter()
    setup: tuple[str, str] | None = None
    for raw in raws:
        record = read_record(raw)
        if setup is None:
            setup = (record.texts["election"], record.texts["trustees"])
            election, trustees = record.election, record.trustees
        if setup != (record.texts["election"], record.texts["trustees"]):
            raise Malformed("the records are not of one vote")
        place = place_in(record.credentials, parts)
        if place in tallies:
            raise Malformed(f"part {place + 1} of the record was given twice")
        tallies[place] = recomputed(record, proofs=proofs, progress=progress)
        if parts > 1:
            voters.update(int(name_of(read_json(text.encode())["credential"]), 16) for text in record.ballots)
    if parts > 1 and parts != parts_needed(voters, most=splitting.LARGEST_PART, floor=election.minimum_ballots):
        raise Malformed("the record stands in another number of parts than its ballots ask for")
    return Checked(election, trustees, tallies)


def open_part(
    raws: Iterable[bytes],
    secret: int | str,
    *,
    parts: int = 1,
    decryption_key: str = "",
    proofs: bool,
    progress: Progress,
) -> Part:
    """The part of a secret's holder, from whole public records as JSON: one, or all the parts in which it stands. The
    secret is a private key, or the seed of a threshold group's member, who has a decryption key too. Raises Malformed,
    saying what is wrong; then nothing was opened."""
    rest = iter(raws)
    first = next(rest)
    holder = holder_of(read_record(first).trustees, secret, decryption_key)  # a wrong key file is told before the work
    checked = check_parts(chain([first], rest), parts, proofs=proofs, progress=progress)
    tallies = [tally for _, tally in sorted(checked.tallies.items())]
    part = make_part(checked.election, [tally.ciphertexts for tally in tallies], holder)
    return replace(part, ballots=sum(tally.ballots for tally in tallies))


def make_part(election: Election, products: Sequence[Ciphertexts], holder: Holder) -> Part:
    """The holder's part of these products, whatever they are: they must have been recomputed."""
    opened = [decrypt(election, each, holder.private) for each in products]
    proofs = [
        prove_factors(election, each, partial, holder.private)
        for each, partial in zip(products, opened, strict=True)
    ]
    return Part(holder.owner, [partial.raw.decode() for partial in opened], proofs=proofs)


def place_in(credentials: Iterable[str], parts: int) -> int:
    """Which part of the record its credentials belong to, from 0. Raises Malformed when they belong to several."""
    places = {place_of(name_of(credential), parts) for credential in credentials}
    if len(places) > 1:
        raise Malformed(f"this is not one of {parts} parts of the record: all parts are opened at once")
    return places.pop() if places else 0


def _product(record: Record, *, proofs: bool, progress: Progress) -> Tally:
    """The last ballot of each credential; from the end, so that each credential is met with its last one first."""
    product = TallyProduct(record.election)
    counted: set[str] = set()
    for done, text in enumerate(reversed(record.ballots), start=1):
        ballot = _ballot(record, read_text(text).encode(), proofs=proofs)
        if ballot.credential not in counted:
            product.add(ballot.ciphertexts)
            counted.add(ballot.credential)
        progress(done, len(record.ballots))
    return product.close()


def _ballot(record: Record, raw: bytes, *, proofs: bool) -> Ballot:
    try:
        ballot = admit_ballot(record.election, raw, credentials=record.credentials)
        if proofs:
            check_proofs(record.election, ballot)
    except BallotRefused as refused:
        raise Malformed(f"the record holds a ballot that cannot be counted: {refused.words}") from None
    return ballot
