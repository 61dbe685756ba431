"""Opens a trustee's part of the count from a saved record and a key file."""

import json
import sys
from pathlib import Path

from referendum.trustees.folder import read_text_file
from referendum.trustees.opening import open_part
from referendum.trustees.passphrases import unlock


def progress(done: int, total: int) -> None:
    """Tell how many ballots of how many are multiplied."""
    if sys.stderr.isatty():
        print(f"\r{done} of {total} ballots", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total:
        print(f"{total} ballots multiplied", file=sys.stderr)


def decrypt(record: Path, key: Path, dkey: Path | None, out: Path | None, *, proofs: bool) -> None:
    """Write a trustee's part to a file or to standard output. Raises Malformed, WrongPassphrase, OSError."""
    raw, decryption_key = record.read_bytes(), read_text_file(dkey) if dkey else ""
    part = open_part(raw, unlock(key), decryption_key=decryption_key, proofs=proofs, progress=progress)
    give({"owner": part.owner, "partial_decryption": part.partial_decryption}, out)
    if out is not None:
        print(f"The part of trustee {part.owner}, on {part.ballots} ballots, is in {out}.", file=sys.stderr)


def give(answer: dict[str, object], out: Path | None) -> None:
    """Write a part as JSON, as the count's page takes it."""
    if out is None:
        print(json.dumps(answer))
    else:
        out.write_text(json.dumps(answer), encoding="utf-8")
