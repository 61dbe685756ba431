"""An installation takes a package in, to keep the box of another forum's vote.

It learns no name: it holds the public credentials, and nothing that joins them to a person.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from markupsafe import escape
from sqlalchemy import func, or_

from forum.kernel import audit, signing
from forum.kernel.database import db
from forum.questions.models import Option, Question
from referendum.boxes.bundle import Bundle
from referendum.boxes.draft import Tell
from referendum.boxes.packing import Act
from referendum.boxes.rules import STATES, Package, Rejected, read_package
from referendum.crypto.canonical import Malformed, read_json, read_list, read_text
from referendum.crypto.group import is_member, read_number
from referendum.crypto.hashing import hex_hash
from referendum.electorate.models import Electorate, PublicCredential
from referendum.electorate.queries import digest_of
from referendum.process.box_rules import guest_of
from referendum.process.facts import VoteKind
from referendum.process.models import Vote
from referendum.process.queries import subject_of, votes_of

AT_ONCE = 1000


def read(bundle: Bundle, tell: Tell) -> Package:
    """What a package says, every one of its codes checked. Slow: call it outside of any transaction. Raises
    Malformed."""
    package = _package_of(bundle)
    each = package.roll["size"] + package.roll["spares"]
    for place, archive in enumerate(package.elections):
        for done in _check_credentials(archive, package, _path(bundle, archive)):
            tell("codes", place * each + done, len(package.elections) * each)
    return package


def unpack(package: Package, bundle: Bundle, forum_key: bytes, now: datetime) -> Vote:
    """Take a package in that was read; voting opens and closes at its dates. Raises Rejected."""
    if package.box != signing.fingerprint():
        raise Rejected("this package is for another installation")
    if now >= package.dates[1]:
        raise Rejected("its vote has closed already")
    archives = package.vote["uuid_v"], package.vote["uuid_c"]
    same = or_(Vote.public_id == package.vote["id"], Vote.uuid_v.in_(archives), Vote.uuid_c.in_(archives))
    if db.session.scalars(db.select(Vote.id).where(same).limit(1)).first() is not None:
        raise Rejected("this vote is here already")
    fingerprint = signing.fingerprint_of(forum_key)
    question = _question_held(package, fingerprint) or _write_question(package, now)
    vote = _write_vote(package, question, bundle.digest, fingerprint)
    for archive in package.elections:
        _write_credentials(vote, archive, _path(bundle, archive))
    audit.record(
        None, Act.UNPACK_VOTE, subject_of(vote), now=now, office="operator", package=bundle.digest,
        key=fingerprint, forum=package.forum,
    )  # fmt: skip
    return vote


def _path(bundle: Bundle, archive: str) -> Path:
    return bundle.path(f"credentials.{archive}.jsonl")


def _package_of(bundle: Bundle) -> Package:
    archives = [archive for archive in "VC" if f"election.{archive}.json" in bundle.names]
    wanted = {"trustees.json"}.union(*({f"election.{each}.json", f"credentials.{each}.jsonl"} for each in archives))
    guide = {"digest.json"} if bundle.facts.get("digest") else set()
    if "V" not in archives or set(bundle.names) != wanted | guide:
        raise Malformed("it does not hold the parts of a package")
    elections = {each: bundle.bytes_of(f"election.{each}.json").decode() for each in archives}
    package = read_package(bundle.facts, elections, bundle.bytes_of("trustees.json").decode())
    if guide and hex_hash(bundle.bytes_of("digest.json")) != package.digest:
        raise Malformed("its voter guide is not the one whose hash stands on the ballot")
    return package


def _question_held(package: Package, fingerprint: str) -> Question | None:
    """The question, if an earlier vote on it was taken in for the same forum: an annulled vote is held again."""
    query = db.select(Question).where(Question.public_id == package.question["id"])
    question: Question | None = db.session.scalars(query).first()
    if question is None:
        return None
    votes = votes_of(question.id)
    same = votes and all(guest_of(vote.params).get("key") == fingerprint for vote in votes)
    if not same or package.vote["number"] in {vote.number for vote in votes}:
        raise Rejected("this question is here already")
    return question


def _write_question(package: Package, now: datetime) -> Question:
    """The question as the pages of the box need it. It has the forum's number, if no question here has."""
    told = package.question
    numbers = set(db.session.scalars(db.select(Question.number).where(Question.number == told["number"])))
    newest = db.session.scalar(db.select(func.max(Question.number))) or 0
    origin = f"{package.union}: {package.forum}"
    question = Question(
        public_id=told["id"], number=newest + 1 if numbers else told["number"], state="closed", title=told["title"],
        template=told["template"], process=told["process"], created_at=now, published_at=now,
        background_source=origin, background_html=f"<p>{escape(origin)}</p>",
    )  # fmt: skip
    question.options = [Option(position=place, **option) for place, option in enumerate(told["options"])]
    db.session.add(question)
    db.session.flush()
    return question


def _write_vote(package: Package, question: Question, digest: str, key: str) -> Vote:
    told, (opens_at, closes_at) = package.vote, package.dates
    guest = {
        "union": package.union, "forum": package.forum, "key": key, "package": digest, "digest": package.digest,
        "number": package.question["number"], "lines": package.question["lines"],
    }  # fmt: skip
    vote = Vote(
        public_id=told["id"], question_id=question.id, number=told["number"], state="open",
        kind=VoteKind.RUN_OFF if told["params"].get("options") else VoteKind.MEMBERS,
        params={**told["params"], "guest": guest}, opens_at=opens_at, closes_at=closes_at, opened_at=opens_at,
        uuid_v=told["uuid_v"], uuid_c=told["uuid_c"], election_v=package.elections["V"],
        election_c=package.elections.get("C", ""), trustees=package.trustees,
    )  # fmt: skip
    db.session.add(vote)
    db.session.flush()
    roll = package.roll
    db.session.add(
        Electorate(
            vote_id=vote.id, frozen_at=datetime.fromisoformat(roll["frozen_at"]), size=roll["size"],
            spare_count=roll["spares"], roll_hash=roll["sha256"], codes="ready",
        )
    )  # fmt: skip
    db.session.flush()
    return vote


def _check_credentials(archive: str, package: Package, path: Path) -> Iterator[int]:
    """How many were checked, now and again. Raises Malformed."""
    counts = dict.fromkeys(STATES, 0)
    last = (0, "")
    with path.open("rb") as lines:
        while chunk := list(islice(lines, AT_ONCE)):
            for value, state, _ in map(_credential, chunk):
                element = read_number(value)
                if element is None or not is_member(element) or state not in STATES:
                    raise Malformed("a credential is not an element of the group, or its state is unknown")
                if (len(value), value) <= last:
                    raise Malformed(f"the credentials of {archive} are not in the order of their values")
                last = (len(value), value)
                counts[state] += 1
            yield sum(counts.values())
    size, spares = package.roll["size"], package.roll["spares"]
    if counts["issued"] != size or counts["spare"] + counts["revoked"] != spares:
        raise Malformed(f"the credentials of {archive} are not as many as roll and spares")


def _write_credentials(vote: Vote, archive: str, path: Path) -> None:
    with path.open("rb") as lines:
        while chunk := list(islice(lines, AT_ONCE)):
            db.session.execute(
                db.insert(PublicCredential),
                [
                    {"vote_id": vote.id, "archive": archive, "digest": digest_of(value), "value": value,
                     "state": state, "replaces": replaces}
                    for value, state, replaces in map(_credential, chunk)
                ],
            )  # fmt: skip


def _credential(line: bytes) -> tuple[str, str, str]:
    value, state, replaces = (read_text(each) for each in read_list(read_json(line), 3))
    return value, state, replaces
