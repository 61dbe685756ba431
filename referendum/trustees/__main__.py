"""Open a trustee's part of the count without the website, for counts of more than 5,000 ballots.

    python -m referendum.trustees decrypt RECORD.json KEYFILE [--out PART.json] [--proofs]

RECORD.json is the public record of one archive, saved from the count's page; KEYFILE is the trustee's key file, whose
passphrase is asked for (or read from standard input when that is no terminal). The part is written as JSON
{"owner", "partial_decryption"}; hand it in on the count's page. Exit codes: 0 done, 1 refused, 3 a file cannot be read.
"""

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from referendum.crypto.canonical import Malformed
from referendum.crypto.keyfile import WrongPassphrase, read_key_file
from referendum.trustees.opening import open_part

DONE, REFUSED, UNREADABLE = 0, 1, 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m referendum.trustees",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    opening = commands.add_parser("decrypt", help="recompute the product, compare it, open one part")
    opening.add_argument("record", type=Path, metavar="RECORD.json")
    opening.add_argument("key", type=Path, metavar="KEYFILE")
    opening.add_argument("--out", type=Path, metavar="PART.json", help="where to write the part; else standard output")
    opening.add_argument("--proofs", action="store_true", help="also check every ballot's proofs first")
    return parser


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total} ballots", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total:
        print(f"{total} ballots multiplied", file=sys.stderr)


def _passphrase() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Passphrase of the key file: ")
    return sys.stdin.readline().rstrip("\n")


def _decrypt(record: Path, key: Path, out: Path | None, *, proofs: bool) -> int:
    try:
        raw, text = record.read_bytes(), key.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        print(f"a file cannot be read: {problem}", file=sys.stderr)
        return UNREADABLE
    try:
        part = open_part(raw, read_key_file(text, _passphrase()), proofs=proofs, progress=_progress)
    except (Malformed, WrongPassphrase) as refused:
        print(f"Nothing was opened: {refused}.", file=sys.stderr)
        return REFUSED
    answer = json.dumps({"owner": part.owner, "partial_decryption": part.partial_decryption})
    if out is None:
        print(answer)
    else:
        out.write_text(answer, encoding="utf-8")
        print(f"The part of trustee {part.owner}, on {part.ballots} ballots, is in {out}.", file=sys.stderr)
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    return _decrypt(given.record, given.key, given.out, proofs=given.proofs)


if __name__ == "__main__":
    sys.exit(main())
