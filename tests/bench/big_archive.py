"""A complete archive of very many votes on four options, made in several processes and kept for the next run."""

import json
import os
from pathlib import Path

from referendum.archive.processes import processes
from referendum.archive.writer import ArchiveWriter
from referendum.crypto.ballot import make_ballot, read_ballot
from referendum.crypto.credentials import credentials_bytes, new_code, public_of
from referendum.crypto.election import Election, Question, known_election, make_election, new_uuid
from referendum.crypto.group import seeded_draw
from referendum.crypto.joint import joint_key, read_trustees, trustees_bytes
from referendum.crypto.tally import TallyProduct, decrypt, open_tally
from referendum.crypto.trustee import new_private_key, public_key_of

OPTIONS = ("Accept", "Reject", "Send back", "Adjourn")
ANSWERS = tuple(f"{letter} {title}" for letter, title in zip("ABCD", OPTIONS, strict=True))
QUESTION = Question("Ratify the agreement?", ANSWERS, 1, 1, blank=True)
TIMESTAMP = 1795304621
AT_ONCE = 250


def big_archive(folder: Path, ballots: int) -> Path:
    """The archive in a folder of its own, as the outside tool wants it; made when it is not there yet."""
    place = folder / f"ballots-{ballots}"
    for path in place.glob("*.bel"):
        return path
    place.mkdir(parents=True, exist_ok=True)
    draw = seeded_draw(f"bench {ballots}")
    private = new_private_key(draw)
    keys = [public_key_of(private, "Trustee", draw)]
    election = make_election(
        uuid=new_uuid(draw), name="Bench", description=json.dumps({"minimum_ballots": 1}),
        public_key=joint_key(keys), questions=[QUESTION],
    )  # fmt: skip
    path = place / f"{election.uuid}.bel"
    unfinished = path.with_suffix(".writing")
    _write(unfinished, election, trustees_bytes(keys), private, ballots)
    unfinished.rename(path)
    return path


def private_key(ballots: int) -> int:
    """The only trustee's private key of the archive with so many ballots."""
    return new_private_key(seeded_draw(f"bench {ballots}"))


def _write(path: Path, election: Election, trustees: bytes, private: int, ballots: int) -> None:
    starts = range(0, ballots, AT_ONCE)
    with processes(os.cpu_count() or 1) as pool:
        made = [
            pool.submit(_cast, election.raw, start, min(ballots, start + AT_ONCE)) for start in starts
        ]
        cast = [pair for future in made for pair in future.result()]
    total = TallyProduct(election)
    with path.open("wb") as stream:
        writer = ArchiveWriter(stream, timestamp=TIMESTAMP)
        writer.setup(election.raw, trustees, credentials_bytes(public for public, _ in cast))
        for _, raw in cast:
            writer.ballot(raw)
            total.add(read_ballot(election, raw).ciphertexts)
        tally = total.close()
        partial = decrypt(election, tally.ciphertexts, private)
        writer.end_ballots()
        writer.encrypted_tally(tally)
        writer.partial_decryption(1, partial)
        writer.result(open_tally(tally, {1: partial}, read_trustees(trustees)))


def _cast(record: bytes, start: int, end: int) -> list[tuple[str, bytes]]:
    election, made = known_election(record), []
    for voter in range(start, end):
        code = new_code(seeded_draw(f"{election.uuid} {voter}"))
        chosen = None if voter % 10 == 9 else [int(voter % 4 == place) for place in range(4)]
        made.append((public_of(code, election.uuid), make_ballot(election, code, [chosen])))
    return made
