"""Reads of the count: products, parts, what is still awaited, and the texts of the public record."""

from pathlib import Path

from sqlalchemy import func

from forum.kernel.database import db
from forum.questions.queries import appointments
from referendum.casting.models import BoxedBallot
from referendum.count.models import PartialDecryption, Tally
from referendum.crypto import joint
from referendum.crypto.credentials import credentials_bytes
from referendum.crypto.election import Election, known_election
from referendum.electorate.credential_queries import credentials
from referendum.process.models import Vote
from referendum.trustees.models import TrusteeKey
from referendum.trustees.queries import ceremony_of, key_of, trustee_keys

V, C = "V", "C"
COUNTED = ("counting", "challengeable", "certified")


def archives_of(vote: Vote) -> tuple[str, ...]:
    """The archives this vote has: V, and C where there was a debate."""
    return (V, C) if vote.election_c else (V,)


def election_text(vote: Vote, archive: str) -> str:
    """The exact election record of an archive."""
    return vote.election_v if archive == V else vote.election_c


def election_of(vote: Vote, archive: str) -> Election:
    """The election of an archive, read."""
    return known_election(election_text(vote, archive).encode())


def uuid_of(vote: Vote, archive: str) -> str:
    """The identifier of an archive, which names its file."""
    return vote.uuid_v if archive == V else vote.uuid_c


def archive_time(vote: Vote) -> int:
    """The time in the header of every file about this vote: its opening, in Unix seconds. So the box as published
    while it fills is the beginning of the archive.
    """
    return int((vote.opened_at or vote.opens_at).timestamp())


def file_name(vote: Vote, archive: str, place: int, parts: int) -> str:
    """How the file of an archive, or of one part of it, is called."""
    of_parts = f"-{place + 1}-of-{parts}" if parts > 1 else ""
    return f"{uuid_of(vote, archive)}{of_parts}.bel"


def path_of(folder: Path, vote: Vote, archive: str, place: int = 0, parts: int = 1) -> Path:
    """Where an archive, or one part of it, lies inside the instance folder."""
    return folder / "archives" / file_name(vote, archive, place, parts)


def tally_of(vote_id: int, archive: str) -> Tally | None:
    """The product of an archive, or None before it is computed."""
    return db.session.get(Tally, (vote_id, archive))


def tallies(vote_id: int) -> list[Tally]:
    """The products of a vote, V first."""
    query = db.select(Tally).where(Tally.vote_id == vote_id)
    return list(db.session.scalars(query.order_by(Tally.archive.desc())))


def parts(vote_id: int, archive: str) -> list[PartialDecryption]:
    """The accepted partial decryptions of an archive, by trustee number."""
    query = db.select(PartialDecryption).where(
        PartialDecryption.vote_id == vote_id, PartialDecryption.archive == archive
    )
    return list(db.session.scalars(query.order_by(PartialDecryption.owner)))


def part_of(vote_id: int, archive: str, owner: int) -> PartialDecryption | None:
    """One trustee's accepted part."""
    return db.session.get(PartialDecryption, (vote_id, archive, owner))


def credentials_text(vote: Vote, archive: str) -> str:
    """The exact credentials record of an archive, sorted by value."""
    return credentials_bytes(credentials(vote.id, archive)).decode()


def record_size(vote_id: int, archive: str) -> int:
    """How many ballots the record of an archive holds, replaced ones too."""
    query = db.select(func.count()).select_from(BoxedBallot)
    return db.session.scalar(query.where(BoxedBallot.vote_id == vote_id, BoxedBallot.archive == archive)) or 0


def is_needed(vote: Vote, archive: str, key: TrusteeKey) -> bool:
    """Whether this trustee's part of an archive is still wanted: of a group as many as its threshold; and until the
    totals are opened one more for each part that has no second proof, for all parts of a group must fit each other."""
    made = parts(vote.id, archive)
    given, proved = {part.owner for part in made}, {part.owner for part in made if part.second_proof}
    if key.owner is None or key.owner in given:
        return False
    ceremony = ceremony_of(vote.id)
    if key.place is None or ceremony is None:
        return True
    group = {each.owner for each in trustee_keys(vote) if each.place is not None}
    is_open = (tally := tally_of(vote.id, archive)) is not None and tally.result is not None
    return len((given if is_open else proved) & group) < ceremony.threshold


def are_enough(vote: Vote, archive: str) -> bool:
    """Whether the parts that are in open an archive."""
    given = {part.owner for part in parts(vote.id, archive)}
    return joint.are_enough(joint.read_trustees(vote.trustees.encode()), given)


def nothing_awaited(vote: Vote, member_id: int) -> bool:
    """Whether nothing of this trustee is wanted any more, in any archive that is to be opened."""
    made = tallies(vote.id)
    key = key_of(vote.id, member_id)
    if key is None or {each.archive for each in made} < set(archives_of(vote)):
        return False
    return not any(is_needed(vote, each.archive, key) for each in made if not each.withheld)


def shares_given(vote: Vote, archives: tuple[str, ...] = ()) -> frozenset[int]:
    """Trustees (member ids) whose part of each of these archives (all, if none is named) that is to be opened is in."""
    asked = archives or archives_of(vote)
    made = [each for each in tallies(vote.id) if each.archive in asked]
    if {each.archive for each in made} < set(asked):
        return frozenset()
    wanted = {each.archive for each in made if not each.withheld}
    given = {archive: {part.owner for part in parts(vote.id, archive)} for archive in wanted}
    return frozenset(
        key.member_id
        for key in trustee_keys(vote)
        if key.owner is not None and all(key.owner in given[archive] for archive in wanted)
    )


def shares_lost(vote: Vote) -> frozenset[int]:
    """Those (member ids) whose key the ballot was made with, who hold the office no more and have not given their part
    of the vote, where what the others can give does not suffice without them."""
    made = {key.member_id: key for key in trustee_keys(vote) if key.owner is not None}
    lost = made.keys() - set(appointments(vote.question_id, "trustee")) - shares_given(vote, (V,))
    ceremony = ceremony_of(vote.id)
    group = {member for member, key in made.items() if key.place is not None}
    if ceremony is not None and len(group - lost) >= ceremony.threshold:
        lost -= group
    return frozenset(lost)


def shares_needed(vote: Vote) -> int:
    """How many parts open the count: everybody's who is needed, and as many of the group as its threshold."""
    alone = sum(1 for key in trustee_keys(vote) if key.owner is not None and key.place is None)
    ceremony = ceremony_of(vote.id)
    return alone + (ceremony.threshold if ceremony is not None else 0)


def archive_verified(vote: Vote, archive: str = V) -> bool:
    """Whether this archive was written and passed the verifier. V's is a guard of the count; C may follow."""
    made = tally_of(vote.id, archive)
    return bool(made and made.archive_hash)


def all_verified(vote: Vote) -> bool:
    """Whether nothing of this vote is left to be written and verified."""
    return all(archive_verified(vote, archive) for archive in archives_of(vote))
