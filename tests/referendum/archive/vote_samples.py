"""A small vote with all that is published about it: votes, citations, spares, a replaced code, the signed file."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from referendum.archive.names import name_of, place_of
from referendum.archive.report import Report
from referendum.archive.vote_file import Part, Stated, VoteFile
from referendum.crypto.credentials import credentials_bytes, public_of
from referendum.crypto.election import Question
from referendum.crypto.hashing import hex_hash
from tests.referendum.archive.samples import OPTIONS, Sample, make_sample, write_whole

MEMBERS, SPARES = 4, 2
REPLACED, GIVEN, UNUSED = 1, 4, 5
"""Voters by their place: whose code was replaced, by which spare, and the spare that nobody got."""
ROLL = {"size": MEMBERS, "spares": SPARES, "sha256": "ab" * 32}
DIGEST = "5f" * 32
CITED = Question("Which arguments?", ("A-1", "A-2"), 0, 1)
SIGNER = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


def described(floor: int) -> str:
    return json.dumps({"digest": DIGEST, "roll": ROLL, "minimum_ballots": floor})


def names_of(sample: Sample) -> list[str]:
    """The voters' credentials as the vote file names them."""
    return [name_of(public_of(code, sample.election.uuid)) for code in sample.codes]


def stated_of(sample: Sample, floor: int, parts: Sequence[Part], *, replaced: bool) -> Stated:
    names = names_of(sample)
    return Stated(
        sample.election.uuid, hex_hash(sample.election.raw), hex_hash(sample.trustees), floor, tuple(parts),
        frozenset({names[REPLACED], names[UNUSED]}), {names[REPLACED]: names[GIVEN]} if replaced else None,
    )  # fmt: skip


def file_part(sample: Sample, path: Path) -> Part:
    listed = len(json.loads(sample.credentials))
    return Part(hex_hash(sample.credentials), listed, hex_hash(path.read_bytes()), sample.second_proofs())


def file_of(v: Stated, c: Stated | None = None) -> VoteFile:
    archives = {"V": v} if c is None else {"V": v, "C": c}
    return VoteFile("vote-1", True, MEMBERS, SPARES, str(ROLL["sha256"]), DIGEST, archives)


def publish(file: VoteFile | bytes, folder: Path) -> Path:
    """Writes the file with its signature and key."""
    raw = file if isinstance(file, bytes) else file.raw
    (folder / "vote.json").write_bytes(raw)
    (folder / "vote.sig").write_bytes(SIGNER.sign(raw))
    pem = SIGNER.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "key.pem").write_bytes(pem)
    return folder / "vote.json"


@dataclass
class Held:
    """A vote that was held: its samples, and the archives as files."""

    v: Sample
    c: Sample
    v_path: Path
    c_path: Path
    file: VoteFile


def votes_of(voters: Sequence[int], *, seed: str = "votes", floor: int = 2) -> Sample:
    sample = make_sample([OPTIONS], MEMBERS + SPARES, seed=seed, description=described(floor))
    for voter in voters:
        sample.vote(voter, [[1, 0, 0] if voter % 2 else [0, 1, 0]])
    return sample


def citations_of(voters: Sequence[int], *, floor: int = 2) -> Sample:
    sample = make_sample([CITED], MEMBERS + SPARES, seed="citations", description=described(floor))
    for voter in voters:
        sample.vote(voter, [[1, 0]])
    return sample


def hold(folder: Path, *, voters: Sequence[int] = (0, 2, GIVEN), citing: Sequence[int] = (0, GIVEN)) -> Held:
    """The vote, its archives written. The citations are counted, though by far too few."""
    v, c = votes_of(voters), citations_of(citing)
    v_path, c_path = write_whole(v, folder), write_whole(c, folder)
    stated = [
        stated_of(sample, 2, [file_part(sample, path)], replaced=sample is v)
        for sample, path in ((v, v_path), (c, c_path))
    ]
    return Held(v, c, v_path, c_path, file_of(*stated))


def split(sample: Sample, parts: int, folder: Path) -> list[tuple[Path, Part]]:
    """The record of a sample in parts, each an archive with its own credentials."""
    made = []
    for place in range(parts):
        credentials = [public_of(code, sample.election.uuid) for code in sample.codes]
        here = [each for each in credentials if place_of(name_of(each), parts) == place]
        ballots = [raw for raw in sample.ballots if json.loads(raw)["credential"] in here]
        part = replace(sample, credentials=credentials_bytes(here), ballots=ballots)
        path = write_whole(part, folder).rename(folder / f"{sample.election.uuid}-{place + 1}.bel")
        made.append((path, file_part(part, path)))
    return made


def problems(reports: Sequence[Report]) -> str:
    """Everything that is wrong, a line each."""
    return "\n".join(str(problem) for report in reports for problem in report.problems)
