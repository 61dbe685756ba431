"""Check archives without the website.

    python -m referendum.archive verify FILE… [--open] [--jobs N] [--json]
    python -m referendum.archive find TRACKER FILE

Exit codes of ``verify``: 0 every archive is accepted, 1 one is refused, 2 wrong use, 3 a file cannot be read.
Exit codes of ``find``: 0 the ballot is there and counts, 1 it is not there, 2 wrong use, 3 the file cannot be
read or is damaged, 4 it is there, and a later ballot of the same voting code replaces it.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from referendum.archive.container import Damaged
from referendum.archive.search import find
from referendum.archive.verify import verify

ACCEPTED, REFUSED, UNREADABLE, REPLACED = 0, 1, 3, 4


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m referendum.archive",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("verify", help="check archives completely")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--open", action="store_true", help="accept an archive that is not counted yet")
    check.add_argument("--jobs", type=int, default=1, metavar="N", help="use N processes")
    check.add_argument("--json", action="store_true", help="one JSON report a line")
    look = commands.add_parser("find", help="look a ballot up by its tracker")
    look.add_argument("tracker", metavar="TRACKER")
    look.add_argument("file", type=Path, metavar="FILE")
    return parser


def _show_progress(done: int, total: int) -> None:
    """A line that rewrites itself on a terminal; one line at the end elsewhere."""
    if sys.stderr.isatty():
        print(f"\r{done} of {total} ballots", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total:
        print(f"{total} ballots checked", file=sys.stderr)


def _verify(files: Sequence[Path], *, unfinished: bool, jobs: int, as_json: bool) -> int:
    code = ACCEPTED
    for path in files:
        try:
            report = verify(path, unfinished=unfinished, jobs=jobs, progress=_show_progress)
        except OSError as problem:
            print(f"{path}: cannot be read: {problem.strerror}", file=sys.stderr)
            code = UNREADABLE
            continue
        if as_json:
            print(json.dumps(report.as_json(), ensure_ascii=True))
        else:
            print("\n".join(report.lines()))
        code = max(code, ACCEPTED if report.ok else REFUSED)
    return code


def _find(tracker: str, path: Path) -> int:
    try:
        found = find(tracker, path)
    except (OSError, Damaged) as problem:
        print(f"{path}: cannot be read: {problem}", file=sys.stderr)
        return UNREADABLE
    if found is None:
        print("no ballot with this tracker is in the archive")
        return REFUSED
    if found.replaced_by is not None:
        print(f"event {found.event}; replaced by a later ballot of the same code, event {found.replaced_by}")
        return REPLACED
    print(f"event {found.event}; this ballot counts")
    return ACCEPTED


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    if given.command == "find":
        return _find(given.tracker, given.file)
    jobs = max(1, min(given.jobs, os.cpu_count() or 1))
    return _verify(given.files, unfinished=given.open, jobs=jobs, as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
