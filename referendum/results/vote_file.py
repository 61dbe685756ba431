"""What is published about a vote beside its archives, for the verifier: vote.json (referendum/archive/SPEC.md, 8).

It is written when voting opens, and again when an archive was written: only then is it told which codes are void, so
that nobody learns from the hour of a change whose code was replaced. It grows with the union, so a job writes it.
"""

import hashlib
import json
import os
import secrets
from pathlib import Path

from sqlalchemy import func

from forum.kernel import signing
from forum.kernel.database import db
from referendum.archive.names import place_of
from referendum.archive.vote_file import Part, Stated, VoteFile
from referendum.count import queries as count
from referendum.count.part_queries import part_hash, parts_of
from referendum.count.proof_queries import proofs_of
from referendum.count.rules import minimum_of
from referendum.crypto.hashing import hex_hash
from referendum.digest.queries import digest_of
from referendum.electorate.credential_queries import codes_beyond
from referendum.electorate.models import PublicCredential
from referendum.electorate.queries import frozen_electorate
from referendum.process.box_rules import guest_of
from referendum.process.models import Vote

OPEN = "open"


def stage_of(vote: Vote) -> str:
    """Which file is due: the one of the opening, or the one that names the archives written so far."""
    return "".join(each for each in count.archives_of(vote) if count.archive_verified(vote, each)) or OPEN


def path_of(folder: Path, vote: Vote, stage: str) -> Path:
    """Where the file of a stage lies inside the instance folder; its signature has the same name with .sig."""
    return folder / "archives" / f"{vote.uuid_v}.{stage}.vote.json"


def newest_path(folder: Path, vote: Vote) -> Path | None:
    """The newest file that was written."""
    paths = (path_of(folder, vote, stage) for stage in dict.fromkeys((stage_of(vote), "VC", "V", "C", OPEN)))
    return next((path for path in paths if path.is_file()), None)


def write_vote_file(vote: Vote, folder: Path) -> Path:
    """Write and sign the file that is due, whole or not at all; it is the same for whoever writes it."""
    stage = stage_of(vote)
    path = path_of(folder, vote, stage)
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = vote_file(vote, closed=stage != OPEN).raw
    _put(path.with_suffix(".sig"), signing.sign_raw(raw))
    _put(path, raw)
    return path


def _put(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.writing")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def vote_file(vote: Vote, *, closed: bool) -> VoteFile:
    """What is published, from the rows."""
    roll, digest = frozen_electorate(vote.id), digest_of(vote.question_id)
    return VoteFile(
        vote=vote.public_id, is_closed=closed, size=roll.size, spares=codes_beyond(roll), roll_hash=roll.roll_hash,
        digest=guest_of(vote.params).get("digest", digest.hash if digest else ""),
        archives={each: _stated(vote, each, closed=closed) for each in count.archives_of(vote)},
    )  # fmt: skip


def _stated(vote: Vote, archive: str, *, closed: bool) -> Stated:
    void = frozenset(_digests(vote.id, archive)) if closed else None
    return Stated(
        uuid=count.uuid_of(vote, archive),
        election=hex_hash(count.election_text(vote, archive).encode()),
        trustees=hex_hash(vote.trustees.encode()),
        floor=minimum_of(archive, vote.params),
        parts=_parts(vote, archive, closed=closed),
        void=void,
        replaced=_replaced(vote.id) if closed and archive == count.V else None,
    )


def _digests(vote_id: int, archive: str) -> list[str]:
    """The credentials under which no ballot may stand: spares that nobody was given, and codes made void."""
    query = db.select(PublicCredential.digest).where(
        PublicCredential.vote_id == vote_id, PublicCredential.archive == archive, PublicCredential.state != "issued"
    )
    return list(db.session.scalars(query))


def _replaced(vote_id: int) -> dict[str, str]:
    """Codes of V that were replaced, and by which."""
    query = db.select(PublicCredential.replaces, PublicCredential.digest).where(
        PublicCredential.vote_id == vote_id, PublicCredential.archive == "V", PublicCredential.replaces != ""
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _parts(vote: Vote, archive: str, *, closed: bool) -> tuple[Part, ...]:
    """Each part's credentials record, hashed as it streams by in the order of its values; its file's hash, and the
    trustees' second proofs."""
    places = range(parts_of(vote, archive) if closed else 1)
    hashes = [part_hash(vote, archive, place) if closed else "" for place in places]
    records = [hashlib.sha256(b"[") for _ in hashes]
    counts = [0] * len(hashes)
    query = (
        db.select(PublicCredential.digest, PublicCredential.value)
        .where(PublicCredential.vote_id == vote.id, PublicCredential.archive == archive)
        .order_by(func.length(PublicCredential.value), PublicCredential.value)
    )
    for digest, value in db.session.execute(query.execution_options(yield_per=1000)):
        place = place_of(digest, len(hashes))
        records[place].update((("," if counts[place] else "") + json.dumps(value)).encode())
        counts[place] += 1
    for record in records:
        record.update(b"]")
    return tuple(
        Part(
            record.hexdigest(), counts[place], hashes[place],
            proofs_of(vote.id, archive, place, len(hashes)) if hashes[place] else {},
        )
        for place, record in enumerate(records)
    )  # fmt: skip
