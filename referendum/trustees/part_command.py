"""Opens a trustee's part of the count from a saved record and a key file."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from referendum.trustees.folder import read_text_file
from referendum.trustees.opening import Part, open_part
from referendum.trustees.passphrases import unlock


def progress(done: int, total: int) -> None:
    """Tell how many ballots of how many are multiplied."""
    if sys.stderr.isatty():
        print(f"\r{done} of {total} ballots", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total:
        print(f"{total} ballots multiplied", file=sys.stderr)


def decrypt(records: Sequence[Path], key: Path, dkey: Path | None, out: Path | None, *, proofs: bool) -> None:
    """Write a trustee's part to a file or to standard output. Raises Malformed, WrongPassphrase, OSError."""
    for record in records:
        record.stat()  # before a passphrase is asked for
    decryption_key = read_text_file(dkey) if dkey else ""
    part = open_part(
        (record.read_bytes() for record in records), unlock(key), parts=len(records),
        decryption_key=decryption_key, proofs=proofs, progress=progress,
    )  # fmt: skip
    give(part, out)
    if out is not None:
        print(f"The part of trustee {part.owner}, on {part.ballots} ballots, is in {out}.", file=sys.stderr)


def give(part: Part, out: Path | None) -> None:
    """Write a part as JSON, as the count's page takes it."""
    text = json.dumps(part.as_json())
    if out is None:
        print(text)
    else:
        out.write_text(text, encoding="utf-8")
