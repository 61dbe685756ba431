"""A vote leaves its forum: one signed package for the installation that keeps the box. Whoever runs the commands does
it, once the tellers have signed the opening; from then on the ballots go there, and codes and dates stand.

The package is written while the forum goes on; only then, in a moment, is the vote handed over, if nothing of it has
changed meanwhile. Written again a package is the same one.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Row, func

from forum.kernel import audit, signing
from forum.kernel.database import db
from forum.kernel.errors import Obstructed
from forum.kernel.settings import Settings
from forum.questions.queries import options, question_by_id
from referendum.boxes.bundle import write_bundle
from referendum.boxes.draft import Tell
from referendum.boxes.rules import PACKAGE, Rejected
from referendum.casting.booth import digest_lines
from referendum.conduct.facts_queries import gather_facts
from referendum.count.queries import archives_of, election_text
from referendum.digest.queries import digest_of
from referendum.electorate.credential_queries import codes_beyond
from referendum.electorate.models import PublicCredential
from referendum.electorate.opening_queries import openings
from referendum.electorate.queries import frozen_electorate
from referendum.electorate.way_rules import is_own_way
from referendum.process.box_rules import box_of, is_guest, own_params
from referendum.process.facts import VoteMove
from referendum.process.models import Vote
from referendum.process.queries import locked, subject_of
from referendum.process.rules import obstacles_to

Counts = Counter[tuple[str, str]]
"""How many public credentials there are, by archive and state."""
FILE = "package"
TOLD_EVERY = 10_000


class Act(audit.Act):
    """Acts of power over where a box is kept."""

    PACK_VOTE = "pack_vote"
    UNPACK_VOTE = "unpack_vote"
    TAKE_PART = "take_part"
    GIVE_BACK_VOTE = "give_back_vote"
    TAKE_BACK_VOTE = "take_back_vote"


@dataclass(frozen=True)
class Packed:
    """A package that was written: for whom (key, url, package), and what the vote was like then."""

    box: dict[str, str]
    seen: tuple[object, ...]


def write_package(vote: Vote, box_key: bytes, url: str, folder: Path, now: datetime, tell: Tell) -> Packed:
    """Write the package for the installation with this public key (PEM), whose booth is at `url`, as `package` into an
    empty folder. Slow: call it in a transaction for reading. Raises Rejected, Obstructed, OSError, signing.NotAKey."""
    _refuse_unless_ready(vote, now)
    box = {"key": signing.fingerprint_of(box_key), "url": url.rstrip("/")}
    _refuse_another(vote, box)
    if box["key"] == signing.fingerprint():
        raise Rejected("the key is this installation's own")
    if not box["url"].startswith(("https://", "http://")):
        raise Rejected("the address of the booth begins with https://")
    parts, counts = _write_parts(vote, folder, tell)
    box["package"] = write_bundle(folder / FILE, PACKAGE, _facts(vote, box["key"]), parts)
    return Packed(box, _seen(vote, box["key"], counts))


def hand_over(vote: Vote, packed: Packed, now: datetime) -> None:
    """From now on the vote's ballots go into the other box. Raises Rejected where the package is not of the vote as it
    is now."""
    locked(vote)
    _refuse_another(vote, packed.box)
    if _seen(vote, packed.box["key"], credential_counts(vote.id)) != packed.seen or _waits(vote):
        raise Rejected("something of the vote changed while it was packed. Pack it again")
    if box_of(vote.params).get("package") != packed.box["package"]:
        vote.params = {**vote.params, "box": packed.box}
        audit.record(
            None, Act.PACK_VOTE, subject_of(vote), now=now, office="operator", package=packed.box["package"],
            key=packed.box["key"], url=packed.box["url"],
        )  # fmt: skip
    db.session.flush()


def _refuse_another(vote: Vote, box: Mapping[str, str]) -> None:
    held = box_of(vote.params)
    if held and (held["key"], held["url"]) != (box["key"], box["url"]):
        raise Rejected("this vote was packed for another installation already")


def _seen(vote: Vote, key: str, counts: Counts) -> tuple[object, ...]:
    """Everything that a package says, in short: a code that is replaced makes one more revoked."""
    return vote.state, vote.election_v, vote.election_c, vote.trustees, _facts(vote, key), counts


def _settings() -> Settings:
    settings: Settings = current_app.config["HUSTINGS"]
    return settings


def _refuse_unless_ready(vote: Vote, now: datetime) -> None:
    """Everything that the opening waits for is there, its moment apart."""
    if is_guest(vote.params):
        raise Rejected("this vote is another forum's")
    if not is_own_way(vote.params):
        raise Rejected("this forum made the codes of this vote. Only a vote whose tellers made them goes elsewhere")
    missing = [each for each in obstacles_to(VoteMove.OPEN, gather_facts(vote), now) if each.code != "too_early"]
    if missing:
        raise Obstructed(missing)
    if _waits(vote):
        raise Rejected("an opening of the sealed list waits for the tellers. Let them finish it or take it back")


def _waits(vote: Vote) -> bool:
    return any(each.state == "asked" for each in openings(vote.id))


def _facts(vote: Vote, box: str) -> dict[str, Any]:
    question, roll, digest = question_by_id(vote.question_id), frozen_electorate(vote.id), digest_of(vote.question_id)
    return {
        "box": box, "union": _settings().union_name, "forum": _settings().base_url,
        "vote": {
            "id": vote.public_id, "number": vote.number, "opens_at": vote.opens_at.isoformat(),
            "closes_at": vote.closes_at.isoformat(), "uuid_v": vote.uuid_v, "uuid_c": vote.uuid_c,
            "params": own_params(vote.params),
        },
        "question": {
            "id": question.public_id, "number": question.number, "title": question.title,
            "template": question.template, "process": question.process,
            "options": [{"title": each.title, "text": each.text, "slate": each.slate} for each in options(question.id)],
            "lines": digest_lines(question.id) if vote.election_c else [],
        },
        "roll": {
            "size": roll.size, "spares": codes_beyond(roll), "sha256": roll.roll_hash,
            "frozen_at": roll.frozen_at.isoformat(),
        },
        "digest": digest.hash if digest else "",
    }  # fmt: skip


def _write_parts(vote: Vote, folder: Path, tell: Tell) -> tuple[dict[str, Path], Counts]:
    digest = digest_of(vote.question_id)
    texts = {f"election.{archive}.json": election_text(vote, archive) for archive in archives_of(vote)}
    texts["trustees.json"] = vote.trustees
    if digest is not None:
        texts["digest.json"] = digest.document
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    counts, total = Counts(), credential_counts(vote.id).total()
    for archive in archives_of(vote):
        with (folder / f"credentials.{archive}.jsonl").open("w", encoding="ascii") as out:
            for value, state, replaces in _credentials(vote.id, archive):
                out.write(json.dumps([value, state, replaces], separators=(",", ":")) + "\n")
                counts[archive, state] += 1
                if counts.total() % TOLD_EVERY == 0:
                    tell("codes", counts.total(), total)
    tell("codes", counts.total(), total)
    return {path.name: path for path in sorted(folder.iterdir())}, counts


def _credentials(vote_id: int, archive: str) -> Iterator[Row[str, str, str]]:
    """The roll under its pseudonyms: (public credential, state, which one it replaced), in the order of the values,
    which says nothing of the roll's. Streams."""
    query = (
        db.select(PublicCredential.value, PublicCredential.state, PublicCredential.replaces)
        .where(PublicCredential.vote_id == vote_id, PublicCredential.archive == archive)
        .order_by(func.length(PublicCredential.value), PublicCredential.value)
    )
    yield from db.session.execute(query.execution_options(yield_per=1000))


def credential_counts(vote_id: int) -> Counts:
    """How many there are, by archive and state."""
    columns = PublicCredential.archive, PublicCredential.state
    query = db.select(*columns, func.count()).where(PublicCredential.vote_id == vote_id).group_by(*columns)
    return Counts({(archive, state): count for archive, state, count in db.session.execute(query)})
