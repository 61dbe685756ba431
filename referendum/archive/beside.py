"""What lies beside an archive: ``vote.json``, its signature and the key, read and checked in themselves (SPEC 8)."""

from dataclasses import dataclass
from pathlib import Path

from referendum.archive import signature
from referendum.archive.report import Report
from referendum.archive.vote_file import LARGEST_VOTE_FILE, Stated, VoteFile, read_vote_file
from referendum.crypto.canonical import Malformed

NAME, SIGNATURE, KEY = "vote.json", ".sig", "key.pem"
LARGEST_KEY = 10_000


@dataclass(frozen=True)
class Beside:
    """The file as read; ``file`` is None when it is not of the right form, and ``report`` says why."""

    file: VoteFile | None
    report: Report


@dataclass(frozen=True)
class Claim:
    """What a vote file says of one of its archives."""

    file: VoteFile
    letter: str

    @property
    def stated(self) -> Stated:
        return self.file.archives[self.letter]


def path_beside(archive: Path) -> Path | None:
    """The vote file in the archive's folder, if there is one."""
    path = archive.parent / NAME
    return path if path.is_file() else None


def read_beside(path: Path, key: Path | None = None) -> Beside:
    """A vote file with its signature, checked by the key in its folder. Where a key is given it must be signed with
    that one. Raises OSError."""
    report = Report(str(path))
    with path.open("rb") as stream:
        raw = stream.read(LARGEST_VOTE_FILE + 1)
    _check_signature(raw, path.with_suffix(SIGNATURE), key, report)
    try:
        file = read_vote_file(raw)
    except Malformed as problem:
        report.add(f"it is not what is published about a vote: {problem}")
        return Beside(None, report)
    _check_whole(file, report)
    return Beside(file, report)


def _check_signature(raw: bytes, path: Path, given: Path | None, report: Report) -> None:
    key = given or path.with_name(KEY)
    missing = [each.name for each in (path, key) if not each.is_file()]
    if missing:
        words = f"who signed it: there is no {' and no '.join(missing)}"
        if given:
            report.add(f"it cannot be seen {words}")
        else:
            report.leave(words)
        return
    with path.open("rb") as stream:
        signed = stream.read(signature.SIGNATURE_BYTES + 1)
    with key.open("rb") as stream:
        pem = stream.read(LARGEST_KEY)
    try:
        report.signer = signature.fingerprint_of(pem)
        if not signature.holds(pem, raw, signed):
            report.add(f"the signature in {path.name} was not made for this content with the key in {key.name}")
    except Malformed as problem:
        report.add(f"{key.name}: {problem}")


def _check_whole(file: VoteFile, report: Report) -> None:
    """What the file says must fit together before any archive is looked at."""
    uuids = [stated.uuid for stated in file.archives.values()]
    if len(set(uuids)) < len(uuids):
        report.add("its archives have the same identifier")
    for letter, stated in file.archives.items():
        count = sum(part.count for part in stated.parts)
        if count != file.size + file.spares:
            words = f"{letter}: {count} credentials are stated, but roll and spares are {file.size + file.spares}"
            report.add(words)
        if len({part.credentials for part in stated.parts}) < len(stated.parts):
            report.add(f"{letter}: two parts have the same credentials")
        _check_void(file, letter, stated, report)


def _check_void(file: VoteFile, letter: str, stated: Stated, report: Report) -> None:
    if (stated.void is not None) != file.is_closed:
        report.add(f"{letter}: void credentials must be told after the close, and not before")
    if stated.replaced is not None and (stated.void is None or letter != "V"):
        report.add(f"{letter}: replaced codes are told here where they must not be")
    void, replaced = stated.void or frozenset(), stated.replaced or {}
    if file.is_closed and len(void) != file.spares:
        report.add(f"{letter}: {len(void)} credentials are void, but there are {file.spares} spares")
    if file.is_closed and letter == "V" and stated.replaced is None:
        report.add("V: it is not told which codes were replaced")
    for old, new in replaced.items():
        if old not in void:
            report.add(f"{letter}: the code {old} was replaced, but is not void")
        if new in void and new not in replaced:
            report.add(f"{letter}: the code {new} replaced another one, but is void")
    if len(set(replaced.values())) < len(replaced):
        report.add(f"{letter}: one spare replaced two codes")
    elif circle := _circle(replaced):
        report.add(f"{letter}: the code {min(circle)} was replaced in a circle, so that none took its place")


def _circle(replaced: dict[str, str]) -> dict[str, str]:
    """What is left when every chain is followed from its first code to the spare that took its place at last."""
    left = dict(replaced)
    for first in replaced.keys() - set(replaced.values()):
        code = first
        while code in left:
            code = left.pop(code)
    return left
