"""An archive held against what is published about its vote (SPEC 8 and 9): its sizes, parts, void codes and floor."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from referendum.archive.beside import Claim
from referendum.archive.credential_list import CredentialList
from referendum.archive.events import Event
from referendum.archive.names import place_of
from referendum.archive.places import Places
from referendum.archive.report import Report
from referendum.archive.vote_file import VoteFile
from referendum.crypto.canonical import Malformed, read_json
from referendum.crypto.election import Election
from referendum.crypto.tally import Tally

FEWEST_CITATIONS = 30
"""No union may open citations with fewer ballots, whatever its rules say."""

WITHOUT_VOTE_FILE = (
    "how many may vote, and how many spare codes there are",
    "whether a ballot came under a code that was replaced or never given out",
    "whether the digest is the one that was frozen",
    "whether it may be opened with so few ballots, beyond what its own description says",
)


def voters_of(ballots: Places) -> Counter[int]:
    """How many ballots each credential has, by the number that its hash is."""
    return Counter(int(place.credential or "0", 16) for place in ballots)


def check_place(credentials: CredentialList, parts: int, report: Report, claim: Claim | None, record: str) -> None:
    """Which part of the record this is, and that every credential belongs there. ``record`` is their record's hash."""
    stated = [part.credentials for part in claim.stated.parts] if claim else []
    report.parts = parts
    report.part = stated.index(record) if record in stated else None
    for number, name in enumerate(credentials.names(), 1):
        there = place_of(name, parts)
        if report.part is None:
            report.part = there
        if there != report.part:
            words = f"public credential {number} belongs to part {there + 1} of {parts}, and this is part "
            report.add(f"{words}{report.part_number}", event=0)
            return


def check_setup(
    claim: Claim,
    election: Election,
    records: Sequence[str],
    credentials: CredentialList,
    report: Report,
) -> None:
    """``records`` are the names of the election, trustees and credentials records."""
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
    if part.count != len(credentials):
        report.add(f"{len(credentials)} credentials are listed; vote.json says {part.count}", event=0)
    heavy = next((number for number, weight in enumerate(credentials.weights, 1) if weight != 1), None)
    if heavy is not None:
        report.add(f"public credential {heavy} has another weight than 1", event=0)
    _check_named(claim, credentials, report)
    _check_description(claim, election, report)


def _check_named(claim: Claim, credentials: CredentialList, report: Report) -> None:
    """Void and replacing codes of this part must stand in its list."""
    stated = claim.stated
    told = (stated.void or frozenset()) | set((stated.replaced or {}).values())
    for name in sorted(told):
        if place_of(name, len(stated.parts)) == report.part and name not in credentials:
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


def check_void(claim: Claim, ballots: Places, report: Report) -> None:
    """No ballot stands under a code that was replaced, or never given out."""
    stated = claim.stated
    if stated.void is None:
        report.leave("whether a ballot came under a void code: that is published after the close")
        return
    for place in ballots:
        if place.credential not in stated.void:
            continue
        if stated.replaced is None:
            words = "its voting code was replaced by another one, or never given out"
        elif place.credential in stated.replaced:
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
