"""An archive held against what is published about its vote (SPEC 8 and 9): its sizes, parts, void codes and floor."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from referendum.archive.beside import Claim
from referendum.archive.events import Event
from referendum.archive.report import Report
from referendum.archive.survey import BallotPlace
from referendum.archive.vote_file import VoteFile
from referendum.crypto.canonical import Malformed, read_json
from referendum.crypto.election import Election
from referendum.crypto.hashing import hex_hash
from referendum.crypto.tally import Tally

FEWEST_CITATIONS = 30
"""No union may open citations with fewer ballots, whatever its rules say."""

WITHOUT_VOTE_FILE = (
    "how many may vote, and how many spare codes there are",
    "whether a ballot came under a code that was replaced or never given out",
    "whether the digest is the one that was frozen",
    "whether it may be opened with so few ballots, beyond what its own description says",
)


def name_of(credential: str) -> str:
    """How the vote file names a credential, and where it gets its place from."""
    return hex_hash(credential.encode())


def place_of(name: str, parts: int) -> int:
    """The part of the record to which a credential belongs, from 0."""
    return int(name, 16) % parts


def voters_of(ballots: Sequence[BallotPlace]) -> Counter[int]:
    """How many ballots each credential has, by the number that its hash is."""
    return Counter(int(name_of(place.credential or ""), 16) for place in ballots)


def check_place(names: Sequence[str], parts: int, report: Report, claim: Claim | None, credentials: str) -> None:
    """Which part of the record this is, and that every credential belongs there."""
    stated = [part.credentials for part in claim.stated.parts] if claim else []
    if credentials in stated:
        report.part = stated.index(credentials)
    elif names:
        report.part = place_of(names[0], parts)
    report.parts = parts
    strange = next((number for number, name in enumerate(names, 1) if place_of(name, parts) != report.part), None)
    if strange is not None:
        there = place_of(names[strange - 1], parts) + 1
        words = f"public credential {strange} belongs to part {there} of {parts}, and this is part {report.part_number}"
        report.add(words, event=0)


def check_setup(
    claim: Claim,
    election: Election,
    records: Sequence[str],
    weights: Mapping[str, int],
    names: set[str],
    report: Report,
) -> None:
    """``records`` are the names of the election, trustees and credentials records, ``names`` the credentials'."""
    stated = claim.stated
    for found, wanted, what in (
        (records[0], stated.election, "election record"),
        (records[1], stated.trustees, "trustees record"),
    ):
        if found != wanted:
            report.add(f"the {what} is not the one that vote.json names", event=0)
    part = stated.parts[report.part or 0]
    if part.credentials != records[2]:
        report.add("the list of credentials is not one that vote.json names", event=0)
    if part.count != len(weights):
        report.add(f"{len(weights)} credentials are listed; vote.json says {part.count}", event=0)
    heavy = next((number for number, weight in enumerate(weights.values(), 1) if weight != 1), None)
    if heavy is not None:
        report.add(f"public credential {heavy} has another weight than 1", event=0)
    _check_named(claim, names, report)
    _check_description(claim, election, report)


def _check_named(claim: Claim, names: set[str], report: Report) -> None:
    """Void and replacing codes of this part must stand in its list."""
    stated = claim.stated
    told = (stated.void or frozenset()) | set((stated.replaced or {}).values())
    for name in sorted(told - names):
        if place_of(name, len(stated.parts)) == report.part:
            report.add(f"vote.json names the credential {name}, which is not on the list", event=0)


def _check_description(claim: Claim, election: Election, report: Report) -> None:
    file = claim.file
    try:
        said = read_json(election.description.encode())
    except Malformed:
        said = None
    if not isinstance(said, dict):
        report.add("the election's description does not say what vote.json says: it is no JSON object", event=0)
        return
    if said.get("digest") != file.digest:
        report.add("the digest of the election's description is not that of vote.json", event=0)
    if not _same_roll(said.get("roll"), file):
        report.add("the roll of the election's description is not that of vote.json", event=0)
    if election.minimum_ballots != claim.stated.floor:
        words = f"the election's description asks for {election.minimum_ballots} ballots before it is opened; "
        report.add(words + f"vote.json says {claim.stated.floor}", event=0)


def _same_roll(roll: Any, file: VoteFile) -> bool:
    if not isinstance(roll, dict):
        return False
    said = [roll.get(name) for name in ("size", "spares", "sha256")]
    return said == [file.size, file.spares, file.roll_hash]


def check_void(claim: Claim, ballots: Sequence[BallotPlace], report: Report) -> None:
    """No ballot stands under a code that was replaced, or never given out."""
    stated = claim.stated
    if stated.void is None:
        report.leave("whether a ballot came under a void code: that is published after the close")
        return
    for place in ballots:
        name = name_of(place.credential) if place.credential else ""
        if name not in stated.void:
            continue
        if stated.replaced is None:
            words = "its voting code was replaced by another one, or never given out"
        elif name in stated.replaced:
            words = "its voting code was replaced by another one before it was used"
        else:
            words = "its voting code is a spare that was never given out"
        report.add(words, event=place.event, tracker=place.tracker)


def check_floor(claim: Claim, partials: Sequence[Event], tally: Tally, report: Report) -> None:
    """Nothing was decrypted with fewer ballots than the vote's rules ask."""
    least = max(claim.stated.floor, FEWEST_CITATIONS if claim.letter == "C" else 0)
    if partials and tally.ballots < least:
        what = "citations are" if claim.letter == "C" else "it is"
        words = f"it was opened with {tally.ballots} ballots; {what} opened from {least} ballots on"
        report.add(words, event=partials[0].height)


def check_file(claim: Claim, sha256: str, report: Report) -> None:
    """The file is the one whose hash was published."""
    wanted = claim.stated.parts[report.part or 0].sha256
    if wanted and wanted != sha256:
        report.add(f"this is not the file that was published: its SHA-256 is {sha256}, vote.json says {wanted}")
