"""Small real elections and their archives, made with the code under test, the same for the same seed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from referendum.archive.writer import ArchiveWriter
from referendum.crypto import joint, tally, trustee
from referendum.crypto.ballot import Choices, check_ballot, make_ballot
from referendum.crypto.credentials import credentials_bytes, new_code, public_of
from referendum.crypto.election import Election, Question, make_election, new_uuid
from referendum.crypto.group import Draw, seeded_draw
from referendum.crypto.proofs import Proof
from referendum.crypto.second_proof import prove_factors

OPTIONS = Question("Ratify?", ("Accept", "Reject", "Send back"), 1, 1, blank=True)
MARKS = Question("Which arguments?", tuple(f"A-{number}" for number in range(24)), 0, 3)
LEANING = Question("Before?", ("this way", "another way", "undecided"), 0, 1)
TIMESTAMP = 1795304621


@dataclass
class Sample:
    """An election with everything secret at hand."""

    election: Election
    codes: list[str]
    private_keys: list[int]
    trustees: bytes
    credentials: bytes
    draw: Draw
    ballots: list[bytes] = field(default_factory=list)

    def vote(self, voter: int, choices: Choices) -> bytes:
        raw = make_ballot(self.election, self.codes[voter], choices, draw=self.draw)
        self.ballots.append(raw)
        return raw

    def count(self) -> tally.Tally:
        last = {}
        for raw in self.ballots:
            ballot = check_ballot(self.election, raw)
            last[ballot.credential] = ballot.ciphertexts
        total = tally.TallyProduct(self.election)
        for ciphertexts in last.values():
            total.add(ciphertexts)
        return total.close()

    def partials(self, made: tally.Tally) -> list[tally.PartialDecryption]:
        return [
            tally.decrypt(self.election, made.ciphertexts, private, draw=self.draw)
            for private in self.private_keys
        ]

    def second_proofs(self) -> dict[int, Proof]:
        """Every trustee's, of the whole count."""
        made = self.count()
        parts = zip(self.partials(made), self.private_keys, strict=True)
        return {
            owner: prove_factors(self.election, made.ciphertexts, part, private, draw=self.draw)
            for owner, (part, private) in enumerate(parts, start=1)
        }


def make_sample(
    questions: Sequence[Question],
    voters: int,
    *,
    trustees: int = 2,
    seed: str = "sample",
    description: str = 'Digest "5f"\n',
) -> Sample:
    draw = seeded_draw(seed)
    private_keys = [trustee.new_private_key(draw) for _ in range(trustees)]
    keys = [trustee.public_key_of(private, f"Trustee {n} ñ", draw) for n, private in enumerate(private_keys)]
    election = make_election(
        uuid=new_uuid(draw),
        name="Ratify? ✓",
        description=description,
        public_key=joint.joint_key(keys),
        questions=questions,
    )
    codes = [new_code(draw) for _ in range(voters)]
    publics = [public_of(code, election.uuid) for code in codes]
    return Sample(
        election, codes, private_keys, joint.trustees_bytes(keys), credentials_bytes(publics), draw
    )


def write_whole(sample: Sample, folder: Path) -> Path:
    """The complete archive of a sample, with result."""
    path = folder / f"{sample.election.uuid}.bel"
    made = sample.count()
    partials = sample.partials(made)
    with path.open("wb") as stream:
        writer = ArchiveWriter(stream, timestamp=TIMESTAMP)
        writer.setup(sample.election.raw, sample.trustees, sample.credentials)
        writer.ballots(sample.ballots)
        writer.end_ballots()
        writer.encrypted_tally(made)
        for owner, partial in enumerate(partials, start=1):
            writer.partial_decryption(owner, partial)
        writer.result(tally.open_tally(made, dict(enumerate(partials, start=1)), joint.read_trustees(sample.trustees)))
    return path


def vote_sample(ballots: int) -> Sample:
    """A vote on three options, every third ballot blank; of five or more, the last is voter 0's second."""
    sample = make_sample([OPTIONS], max(1, ballots - (ballots >= 5)))
    for voter in range(min(ballots, len(sample.codes))):
        sample.vote(voter, [None if voter % 3 == 2 else [int(voter % 3 == n) for n in range(3)]])
    if ballots >= 5:
        sample.vote(0, [[0, 0, 1]])
    return sample


def citation_sample(ballots: int) -> Sample:
    """Citations over 24 answers and the leaning; voter n marks n modulo 4 arguments."""
    sample = make_sample([MARKS, LEANING], ballots)
    for voter in range(ballots):
        marks = [int(place < voter % 4) for place in range(24)]
        sample.vote(voter, [marks, [int(voter % 4 == n) for n in range(3)]])
    return sample
