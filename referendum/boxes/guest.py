"""The count of a vote whose box is kept here for another forum: trustees act by files, the answer goes to the forum.

Booth, box, check of every proof, batches, close, product and archives work as for any vote. No trustee is known here
but by number. The result is the forum's to publish.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.settings import Settings
from referendum.boxes.bundle import write_bundle
from referendum.boxes.packing import Act
from referendum.boxes.rules import ANSWER, Rejected
from referendum.count import part_queries, queries
from referendum.count.models import PartialDecryption, Tally
from referendum.count.operations import checked_part
from referendum.count.page_queries import record_pieces
from referendum.count.rules import helps
from referendum.crypto.hashing import hex_hash
from referendum.crypto.joint import are_enough, numbered, read_trustees
from referendum.process.box_rules import guest_of
from referendum.process.models import Vote
from referendum.process.queries import locked, subject_of
from referendum.results.vote_file import vote_file
from referendum.trustees.forms import SentPart

FILE = "answer"


def guest_vote(vote: Vote) -> Vote:
    """The same vote, if its box is kept here for another forum. Raises Rejected."""
    if not guest_of(vote.params):
        raise Rejected("this vote is this forum's own: its trustees open it on their pages")
    return vote


def write_records(vote: Vote, archive: str, folder: Path) -> list[Path]:
    """The public record of an archive, for the trustees' own check: a file for each of its parts."""
    parts = part_queries.record_parts(guest_vote(vote).id, archive)
    if not parts or not all(each.encrypted for each in parts):
        raise Rejected("its product is not computed yet")
    paths = []
    for each in parts:
        name = queries.file_name(vote, archive, each.place, len(parts)).removesuffix(".bel")
        path = folder / f"{name}.record.json"
        with path.open("w", encoding="utf-8") as out:
            out.writelines(record_pieces(vote, archive, each.place))
        paths.append(path)
    return paths


def accept_part(vote: Vote, archive: str, sent: SentPart, now: datetime) -> bool:
    """Accept a trustee's part, every proof checked: they say whose it is. Whether the parts of this archive now
    suffice. Raises Rejected, Refused."""
    owner = sent.owner
    tally = queries.tally_of(guest_vote(vote).id, archive)
    if tally is None or tally.withheld:
        raise Rejected("this archive has no product yet" if tally is None else "too few ballots came to open it")
    items = read_trustees(vote.trustees.encode())
    if not isinstance(owner, int) or isinstance(owner, bool) or not 1 <= owner <= len(numbered(items)):
        raise Rejected("no trustee of this vote has this number")
    part = checked_part(vote, tally, owner, sent.raw, sent.second)
    locked(vote)
    given = queries.parts(vote.id, archive)
    owners, proved = {each.owner for each in given}, {each.owner for each in given if each.second_proof}
    if tally.result is None and helps(items, owner, owners, proved):
        db.session.add(
            PartialDecryption(
                vote_id=vote.id, archive=archive, owner=owner, body=part.body, second_proof=part.second_proof, at=now
            )
        )
        db.session.flush()
        owners.add(owner)
        audit.record(
            None, Act.TAKE_PART, subject_of(vote), now=now, office="trustee", archive=archive, owner=owner,
            partial_hash=hex_hash(part.body.encode()), second_proof=bool(part.second_proof),
        )  # fmt: skip
    return are_enough(items, owners)


def write_answer(vote: Vote, folder: Path) -> str:
    """Write the answer as `answer` into an empty folder: the totals, signed, with the archives and what is published
    about the vote; gives its hash. Slow: call it in a transaction for reading. Raises Rejected, OSError."""
    guest = guest_of(guest_vote(vote).params)
    if not queries.all_verified(vote):
        raise Rejected("not every archive is written and verified yet")
    settings: Settings = current_app.config["HUSTINGS"]
    facts: dict[str, Any] = {"vote": vote.public_id, "package": guest["package"], "archives": {}}
    told = folder / "vote.json"
    told.write_bytes(vote_file(vote, closed=True).raw)
    files = {told.name: told}
    for tally in queries.tallies(vote.id):
        found = list(archive_files(vote, tally.archive, settings.instance))
        files |= {each.name: each for each in found}
        facts["archives"][tally.archive] = stated(tally, [each.name for each in found])
    return write_bundle(folder / FILE, ANSWER, facts, files)


def give_back(vote: Vote, answer: str, now: datetime) -> None:
    """Say in the log that this answer leaves. What it holds was verified, and changes no more."""
    audit.record(
        None, Act.GIVE_BACK_VOTE, subject_of(vote), now=now, office="operator", answer=answer,
        package=guest_of(vote.params)["package"],
    )  # fmt: skip


def archive_files(vote: Vote, archive: str, folder: Path) -> Iterator[Path]:
    """The files of an archive, in the order of its parts."""
    parts = part_queries.parts_of(vote, archive)
    for place in range(parts):
        yield queries.path_of(folder, vote, archive, place, parts)


def stated(tally: Tally, files: list[str]) -> dict[str, Any]:
    """What an answer says of one archive; `totals` is None where too few ballots came to open it."""
    return {"files": files, "ballots": tally.ballot_count, "totals": tally.result, "sha256": tally.archive_hash}
