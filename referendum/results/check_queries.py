"""The files of one vote, for the page that says how to check it."""

from dataclasses import dataclass

from referendum.count import queries as count
from referendum.count.part_queries import record_parts
from referendum.process.models import Vote


@dataclass(frozen=True)
class CheckFile:
    """A file to download: `place` and `parts` where its record is split; `hash` is "" while the box still fills;
    `withheld` where it has no result because it holds too few ballots."""

    archive: str
    name: str
    hash: str = ""
    place: int = 0
    parts: int = 1
    withheld: bool = False


def files_of(vote: Vote) -> list[CheckFile]:
    """Each archive of a vote, V first: its parts once they are written, the box as it fills before."""
    found: list[CheckFile] = []
    for archive in count.archives_of(vote):
        parts = record_parts(vote.id, archive)
        whole = count.tally_of(vote.id, archive)
        if whole is None or not whole.archive_hash:
            found.append(CheckFile(archive, f"{count.uuid_of(vote, archive)}-box.bel"))
        elif len(parts) <= 1:
            name = count.file_name(vote, archive, 0, 1)
            found.append(CheckFile(archive, name, whole.archive_hash, withheld=bool(whole.withheld)))
        else:
            found += [
                CheckFile(archive, count.file_name(vote, archive, each.place, len(parts)), each.archive_hash,
                          each.place, len(parts), bool(whole.withheld))
                for each in parts
            ]  # fmt: skip
    return found
