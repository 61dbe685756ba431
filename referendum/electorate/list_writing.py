"""Writes the list for upload from the chunks that were made: sorted by hash in bounded memory, in parts. Pure.

The credentials are first dealt into 256 files by the first byte of their hash; each file is sorted by itself. It may be
stopped and begun again: what is unfinished lies in the folder work.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from typing import Any

from referendum.electorate.code_list import (
    CODES_IN_A_PART,
    Line,
    ListHeader,
    body_lines,
    hash_of,
    list_id_of,
    write_part,
)
from referendum.electorate.roll_file import RollHeader

BUCKETS = 256


def write_list(
    folder: Path, header: RollHeader, state: dict[str, Any], tell: Callable[[str, int, int], None]
) -> tuple[int, str, str]:
    """The folder upload with every part; gives how many there are, the list's identifier, the sealed list's hash."""
    work = folder / "work"
    drafts, ready = work / "upload", folder / "upload"
    for left in (drafts, ready, work / "dealt"):
        shutil.rmtree(left, ignore_errors=True)
    drafts.mkdir(mode=0o700)
    count = min(BUCKETS, -(-(header.size + header.spares) // CODES_IN_A_PART))
    buckets = _deal(work)
    hashes = []
    sealed = _sealed_lines(work)
    share = -(-_chunk_count(work) // count)
    running = hashlib.sha256()
    for part in range(1, count + 1):
        hashes.append(_write_body(drafts / f"body-{part:03}", buckets, part - 1, count, islice(sealed, share), running))
        tell("list for upload", part, count)
    whole = ListHeader(
        vote=header.vote, uuid_v=header.uuid_v, uuid_c=header.uuid_c, list_id=list_id_of(hashes), parts=count,
        size=header.size, spares=header.spares, list_key=state["list_key"], shares=tuple(state["shares"]),
        sealed_hash=running.hexdigest(),
    )  # fmt: skip
    for part in range(1, count + 1):
        body = drafts / f"body-{part:03}"
        write_part(drafts / f"part-{part:03}.jsonl.gz", whole, part, body)
        body.unlink()
    drafts.replace(ready)
    return count, whole.list_id, whole.sealed_hash


def _deal(work: Path) -> Path:
    """One file for each first byte of a hash, for each archive."""
    dealt = work / "dealt"
    dealt.mkdir(mode=0o700)
    for kind in "VC":
        with ExitStack() as open_files:
            files = [
                open_files.enter_context((dealt / f"{kind}-{place:03}").open("wb")) for place in range(BUCKETS)
            ]
            for path in sorted(work.glob("*.codes")):
                for line in path.read_bytes().splitlines(keepends=True):
                    found, value, _ = json.loads(line)
                    if found == kind:
                        files[int(hash_of(value)[:2], 16)].write(line)
    return dealt


def _write_body(
    path: Path, dealt: Path, part: int, parts: int, sealed: Iterator[str], running: "hashlib._Hash"
) -> str:
    """The lines of one part; gives their hash. `running` goes on over the sealed list."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for line in body_lines(chain.from_iterable(_credentials(dealt, part, parts, kind) for kind in "VC")):
            file.write(line)
            digest.update(line)
        for each in sealed:
            running.update(each.encode() + b"\n")
            (line,) = body_lines([Line("S", each)])
            file.write(line)
            digest.update(line)
    return digest.hexdigest()


def _credentials(dealt: Path, part: int, parts: int, kind: str) -> Iterator[Line]:
    for place in range(BUCKETS):
        if place * parts // BUCKETS == part:
            lines = [Line(*json.loads(line)) for line in (dealt / f"{kind}-{place:03}").read_bytes().splitlines()]
            yield from sorted(lines, key=lambda each: hash_of(each.value))


def _sealed_lines(work: Path) -> Iterator[str]:
    for path in sorted(work.glob("*.list")):
        yield from path.read_text(encoding="ascii").splitlines()


def _chunk_count(work: Path) -> int:
    return sum(1 for _ in work.glob("*.list"))
