"""Files for the tellers' machine, and the check of the list that they hand in.

Both run after the request and in bounded memory. The check reads the parts twice: first all of it is judged, then it is
written, a thousand credentials a commit; nothing counts before the last commit says so.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from forum.kernel import clock, jobs
from forum.kernel.database import db, transaction
from forum.kernel.errors import Refused
from referendum.archive.processes import processes
from referendum.electorate import own_operations, own_queries, sealed_file
from referendum.electorate.code_list import ListHeader, PartFile, hash_of
from referendum.electorate.jobs import instance_folder
from referendum.electorate.list_check import AreMembers, ListCheck, all_members
from referendum.electorate.models import PublicCredential
from referendum.electorate.roll_file import address_lines, roll_lines
from referendum.process.queries import vote as vote_by_id

WORTH_A_POOL = 5_000
ROWS_AT_ONCE = 1_000


@jobs.job
def write_own_files(vote_id: int) -> None:
    """The roll and the sealed addresses, for the tellers to take."""
    folder = instance_folder()
    with transaction(write=False):
        vote = vote_by_id(vote_id)
        tellers = own_queries.tellers_keys(vote.id)
        roll = roll_lines(own_queries.roll_header(vote), own_queries.pseudonymous_roll(vote))
        _write(own_queries.own_file(folder, vote, "roll"), roll)
        addresses = address_lines(vote.public_id, tellers, own_queries.people(vote))
        _write(own_queries.own_file(folder, vote, "addresses"), addresses)


def _write(path: Path, lines: Iterable[bytes]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.touch(mode=0o600)
    with draft.open("wb") as file:
        file.writelines(lines)
    draft.replace(path)


@jobs.job(every=10)
def forget_addresses() -> None:
    """Delete the addresses of votes whose codes are out: nobody needs them here any more."""
    folder = instance_folder()
    with transaction(write=False):
        votes = [vote_by_id(number) for number in own_queries.finished_own_votes()]
        paths = [own_queries.own_file(folder, vote, which) for vote in votes for which in own_queries.FILES]
    for path in paths:
        path.unlink(missing_ok=True)


def parts_folder(folder: Path, uuid: str) -> Path:
    """Where the parts of a vote's lists wait for their check."""
    return folder / "sealed" / f"{uuid}.parts"


def part_path(folder: Path, list_id: str, part: int) -> Path:
    """Where one part waits in that folder."""
    return folder / f"{list_id}-{part:05}.jsonl.gz"


@jobs.job
def check_list(vote_id: int) -> None:
    """Judge a complete list, then write it or say what is wrong with it. Safe to run again after a stop."""
    folder = instance_folder()
    with transaction(write=False):
        vote = vote_by_id(vote_id)
        held = own_queries.code_list(vote.id)
        if held is None or held.state != "checking":
            return
        header, parts = own_operations.as_header(held), parts_folder(folder, vote.uuid_v)
        path = sealed_file.path_of(folder, vote.uuid_v)
    with sealed_file.one_at_a_time(path) as mine:
        if not mine:
            return
        try:
            _judge(header, parts, partial(jobs.note_progress, f"codes:{vote_id}"))
        except Refused as refused:
            with transaction(write=True):
                own_operations.refuse_list(vote_by_id(vote_id), refused, clock.now())
        else:
            _store(vote_id, header, parts, path)
        shutil.rmtree(parts, ignore_errors=True)


@jobs.job(every=2)
def tend_lists() -> None:
    """Go on with a check that a stop cut off."""
    with transaction(write=False):
        waiting = own_queries.lists_to_check()
    for vote_id in waiting:
        check_list(vote_id)


def _judge(header: ListHeader, parts: Path, noted: Any) -> None:
    with _members_in_processes(header.size) as are_members:
        check = ListCheck(header, header.size, are_members, noted)
        for part in range(1, header.parts + 1):
            check.part(PartFile(part_path(parts, header.list_id, part)))
        check.finish()


@contextmanager
def _members_in_processes(size: int) -> Iterator[AreMembers]:
    """The test of membership, spread over every core where there are many to test."""
    if size < WORTH_A_POOL:
        yield all_members
        return
    cores = os.cpu_count() or 1
    with processes(cores) as pool:

        def spread(credentials: Sequence[str]) -> bool:
            pieces = [credentials[core::cores] for core in range(cores)]
            return all(pool.map(all_members, pieces))

        yield spread


def _store(vote_id: int, header: ListHeader, parts: Path, path: Path) -> None:
    with transaction(write=True) as session:
        session.execute(db.delete(PublicCredential).where(PublicCredential.vote_id == vote_id))
    _write(path, (line.encode() + b"\n" for line in _sealed_lines(header, parts)))
    for rows in _rows(vote_id, header, parts):
        with transaction(write=True) as session:
            session.execute(db.insert(PublicCredential), rows)
    with transaction(write=True):
        own_operations.accept_list(vote_by_id(vote_id), clock.now())


def _sealed_lines(header: ListHeader, parts: Path) -> Iterator[str]:
    for part in range(1, header.parts + 1):
        yield from (line.value for line in PartFile(part_path(parts, header.list_id, part)).lines() if line.kind == "S")


def _rows(vote_id: int, header: ListHeader, parts: Path) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    for part in range(1, header.parts + 1):
        for line in PartFile(part_path(parts, header.list_id, part)).lines():
            if line.kind == "S":
                continue
            rows.append(
                {
                    "vote_id": vote_id, "archive": line.kind, "digest": hash_of(line.value), "value": line.value,
                    "state": line.state,
                }
            )  # fmt: skip
            if len(rows) == ROWS_AT_ONCE:
                yield rows
                rows = []
    if rows:
        yield rows
