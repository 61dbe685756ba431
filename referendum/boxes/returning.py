"""The forum takes the answer of whoever kept the box, and checks all of it before anything of it is shown.

First outside any write: the signature by the key that the package was made for, and each archive as a stranger would
verify it, against what is published about the vote. Then inside one: what is published is worked out anew from this
forum's own rows (its texts, its credentials, its roll), and must be the same to the byte. From there on the vote goes
as if it had been counted here.
"""

import os
import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from forum.kernel import audit, signing, slots
from forum.kernel.database import db
from referendum.archive.events import EventType
from referendum.archive.reader import ArchiveReader
from referendum.archive.record import verify_together
from referendum.archive.report import Report
from referendum.archive.survey import claimed_credential
from referendum.archive.vote_file import read_vote_file
from referendum.boxes.bundle import Bundle, hash_of
from referendum.boxes.guest import stated
from referendum.boxes.packing import Act
from referendum.boxes.rules import Rejected
from referendum.casting.models import BoxBatch, BoxedBallot, BoxState
from referendum.casting.rules import batch_hash
from referendum.count import part_operations, part_queries, queries
from referendum.count.models import PartialDecryption
from referendum.count.operations import store_result
from referendum.count.rules import joined_bodies, kept_proofs
from referendum.crypto.canonical import Malformed, read_fields, read_json, read_list, read_text
from referendum.crypto.hashing import b64_of_hex
from referendum.crypto.proofs import Proof
from referendum.crypto.tally import Tally as Product
from referendum.crypto.tally import read_encrypted_tally
from referendum.electorate.queries import digest_of
from referendum.process.box_rules import box_of
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.process.queries import locked, subject_of
from referendum.results.vote_file import vote_file

AT_ONCE = 500


@dataclass
class Counted:
    """What stands behind the ballots of one archive file, once it was verified: the encrypted totals and on how many
    ballots, each trustee's part, the totals (None where too few ballots came to open them)."""

    encrypted: bytes = b""
    ballots: int = 0
    parts: dict[int, str] = field(default_factory=dict)
    totals: list[list[int]] | None = None


def refuse_another_s(vote: Vote, key: bytes, bundle: Bundle) -> None:
    """Only the installation that the vote was packed for answers, only once it is closed, and only this very package.
    Raises Rejected."""
    box = box_of(vote.params)
    if not box:
        raise Rejected("the box of this vote was kept here")
    if signing.fingerprint_of(key) != box["key"]:
        raise Rejected("the vote was packed for another installation than the one with this key")
    if vote.state != VoteState.COUNTING:
        raise Rejected(f"the vote is not being counted; it is {vote.state.replace('_', ' ')}")
    if bundle.facts.get("package") != box["package"]:
        raise Rejected("this answers another package than the one that left this forum")
    if sorted(_said(bundle)) != sorted(queries.archives_of(vote)):
        raise Rejected("an archive of this vote is missing in it")


def verify_answer(bundle: Bundle) -> dict[str, list[Path]]:
    """Verify every archive as a stranger would; gives the files by archive. Slow: call it outside a write. Raises
    Malformed with the first things that are wrong."""
    files = {archive: _files_of(bundle, told) for archive, told in _said(bundle).items()}
    listed = sorted(path.name for paths in files.values() for path in paths)
    if sorted([*listed, "vote.json"]) != sorted(bundle.names):
        raise Malformed("it does not hold the archives that it speaks of, and nothing else")
    paths = [path for each in files.values() for path in each]
    reports = verify_together(paths, unfinished=True, jobs=min(4, os.cpu_count() or 1), vote=bundle.path("vote.json"))
    wrong = [f"{Path(each.path).name}: {words}" for each in reports for words in (*each.problems, *_unread(each))]
    if wrong:
        raise Malformed("the archives do not pass the verifier: " + "; ".join(wrong[:5]))
    return files


def _said(bundle: Bundle) -> dict[str, Any]:
    return read_fields(read_fields(bundle.facts, ("vote", "package", "archives"))["archives"], ("V",), ("C",))


def _unread(report: Report) -> list[str]:
    return [report.unreadable] if report.unreadable else []


def _files_of(bundle: Bundle, told: object) -> list[Path]:
    names = read_list(read_fields(told, ("files", "ballots", "totals", "sha256"))["files"])
    return [bundle.path(read_text(name)) for name in names]


def take_back(vote: Vote, bundle: Bundle, files: dict[str, list[Path]], now: datetime) -> None:
    """Take a verified answer in, all of it or nothing. Raises Rejected, Malformed."""
    locked(vote)
    box = box_of(vote.params)
    _begin_box(vote)
    told = read_vote_file(bundle.bytes_of("vote.json")).archives
    for archive, paths in files.items():
        _store(vote, archive, paths, [part.second_proofs for part in told[archive].parts], now)
    if vote_file(vote, closed=True).raw != bundle.bytes_of("vote.json"):
        raise Rejected("it says something else of the ballot’s text, the credentials or the archives than this forum")
    for tally in queries.tallies(vote.id):
        if stated(tally, [path.name for path in files[tally.archive]]) != _said(bundle)[tally.archive]:
            raise Rejected(f"the totals that it states of {tally.archive} are not those of its archive")
    audit.record(
        None, Act.TAKE_BACK_VOTE, subject_of(vote), now=now, office="operator", answer=bundle.digest,
        package=box["package"], key=box["key"],
    )  # fmt: skip
    _put(vote, files)
    slots.gather("count.finished", vote, now)


def _begin_box(vote: Vote) -> None:
    if db.session.get(BoxState, vote.id) is not None:
        raise Rejected("there is a box of this vote here already")
    db.session.add(BoxState(vote_id=vote.id, batch=0, hour="", sealed=True, upto=0, clear_to=0))
    db.session.flush()


def _store(vote: Vote, archive: str, paths: list[Path], proofs: list[Mapping[int, Proof]], now: datetime) -> None:
    """The ballots, products, parts and totals of an archive, as the count would have stored them."""
    part_operations.make_parts(vote, archive, len(paths))
    batches: dict[int, list[str]] = defaultdict(list)
    counted = []
    for place, path in enumerate(paths):
        part = Counted()
        rows: list[dict[str, Any]] = []
        for row in _ballots(vote, archive, path, part):
            batches[row["batch"]].append(row["hash"])
            rows.append(row)
            if len(rows) >= AT_ONCE:
                db.session.execute(db.insert(BoxedBallot), rows)
                rows.clear()
        if rows:
            db.session.execute(db.insert(BoxedBallot), rows)
        ciphertexts = read_encrypted_tally(queries.election_of(vote, archive), part.encrypted)
        part_operations.store_product(vote, archive, place, Product(ciphertexts, part.ballots, part.ballots), now)
        counted.append(part)
    _store_batches(vote, archive, batches)
    _store_totals(vote, archive, counted, proofs, now)
    for place, path in enumerate(paths):
        part_operations.store_file(vote, archive, place, hash_of(path), now)


def _ballots(vote: Vote, archive: str, path: Path, part: Counted) -> Iterator[dict[str, Any]]:
    """The rows of the ballots in a file; what stands behind them goes into `part`. Within a batch the record is in the
    order of the hashes and has one ballot of each code: where that ends, the next batch begins."""
    batch, last, seen = 1, "", set[str]()
    with path.open("rb") as stream:
        for event in ArchiveReader(stream):
            if event.type is not EventType.BALLOT:
                _note(event.type, [record.body for record in event.data], part)
                continue
            record, name = event.data[0], digest_of(claimed_credential(event.payload) or "")
            if record.digest < last or name in seen:
                batch, seen = batch + 1, set()
            last = record.digest
            seen.add(name)
            yield {
                "id": secrets.token_urlsafe(16), "vote_id": vote.id, "archive": archive, "batch": batch,
                "hash": record.digest, "tracker": b64_of_hex(record.digest), "credential": name,
                "body": event.payload.decode(),
            }  # fmt: skip


def _note(kind: EventType, data: list[bytes], part: Counted) -> None:
    if kind is EventType.ENCRYPTED_TALLY:
        part.encrypted, part.ballots = data[0], int(read_json(data[1])["num_tallied"])
    elif kind is EventType.PARTIAL_DECRYPTION:
        part.parts[int(read_json(data[1])["owner"])] = data[0].decode()
    elif kind is EventType.RESULT:
        part.totals = [[int(total) for total in row] for row in read_json(data[0])["result"]]


def _store_batches(vote: Vote, archive: str, batches: dict[int, list[str]]) -> None:
    for number, hashes in sorted(batches.items()):
        digest = batch_hash(hashes)
        db.session.add(
            BoxBatch(vote_id=vote.id, number=number, archive=archive, ballots=len(hashes), hash=digest)
        )
    state = db.session.get_one(BoxState, vote.id)
    state.batch = max([state.batch, *batches])
    db.session.flush()


def _store_totals(
    vote: Vote, archive: str, counted: list[Counted], proofs: list[Mapping[int, Proof]], now: datetime
) -> None:
    tally = queries.tally_of(vote.id, archive)
    assert tally is not None  # stored with the last product
    opened = [part.totals for part in counted if part.totals is not None]
    if tally.withheld:
        if opened or any(part.parts for part in counted):
            raise Rejected(f"{archive} was opened, though too few ballots came for it")
        return
    if len(opened) < len(counted):
        raise Rejected(f"the totals of {archive} are not opened yet")
    owners = sorted(set.intersection(*(set(part.parts) for part in counted)))
    for owner in owners:
        body = joined_bodies([part.parts[owner] for part in counted])
        own = [each[owner] for each in proofs if owner in each]
        second = kept_proofs(own) if len(own) == len(counted) else ""
        db.session.add(
            PartialDecryption(vote_id=vote.id, archive=archive, owner=owner, body=body, second_proof=second, at=now)
        )
    store_result(vote, tally, opened, now)
    db.session.flush()


def _put(vote: Vote, files: dict[str, list[Path]]) -> None:
    """The archives into their place. Until the rows that speak of them are there, nobody is given them."""
    folder: Path = current_app.config["HUSTINGS"].instance
    for archive, paths in files.items():
        for place, path in enumerate(paths):
            target = queries.path_of(folder, vote, archive, place, part_queries.parts_of(vote, archive))
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_suffix(f".{secrets.token_hex(4)}.writing")
            shutil.copyfile(path, draft)
            draft.replace(target)
