"""Check archives without the website: only Python and gmpy2 are needed, no network, no database.

    python -m referendum.archive verify FILE… [--open] [--jobs N] [--json] [--resume FILE] [--vote FILE] [--key FILE]
    python -m referendum.archive verify-diff OLD NEW…
    python -m referendum.archive find TRACKER FILE…
    python -m referendum.archive check-ballot OPENED [--record FILE]…

verify       checks archives completely. A vote.json in an archive's folder (with vote.sig and key.pem) is checked and
             used; without it, what it would show is printed as not checked. The parts of one record are given together.
             With --resume, what was checked is kept in a file of your own, and a check that was stopped goes on.
verify-diff  shows that NEW begins with everything that stood in OLD; it does not check the ballots. Several NEW are the
             parts into which a record was split after its close.
find         looks one ballot up by its tracker; it does not check the ballots.
check-ballot works out what a ballot that the booth opened for a test held. Its election record is looked for in the
             archives given with --record (V and C each have one); without them its hash is printed, to be compared.

Exit codes of verify: 0 everything is accepted, 1 something is refused, 2 wrong use, 3 a file cannot be read.
Exit codes of verify-diff: 0 NEW extends OLD, 1 it does not, 2 wrong use, 3 a file cannot be read or is damaged.
Exit codes of find: 0 the ballot is there and counts, 1 it is not there, 2 wrong use, 3 a file cannot be read or is
damaged, 4 it is there, and a later ballot of the same voting code replaces it.
Exit codes of check-ballot: 0 it is an honest opening, 1 it is not, 2 wrong use, 3 a file cannot be read.
Every command that is stopped from the keyboard ends with 130.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from referendum.archive.compare import Unreadable, compare
from referendum.archive.compare_parts import compare_parts
from referendum.archive.container import Damaged
from referendum.archive.opened import Dishonest, check_opened, lines_of
from referendum.archive.record import verify_together
from referendum.archive.report import Report
from referendum.archive.search import Found, find

ACCEPTED, REFUSED, UNREADABLE, REPLACED, STOPPED = 0, 1, 3, 4, 130


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
    check.add_argument("--resume", type=Path, metavar="FILE", help="keep what was checked here, and go on from it")
    check.add_argument("--vote", type=Path, metavar="FILE", help="the vote.json, when it lies elsewhere")
    check.add_argument("--key", type=Path, metavar="FILE", help="the key.pem by which vote.json must be signed")
    differ = commands.add_parser("verify-diff", help="show that a newer copy extends an older one")
    differ.add_argument("old", type=Path, metavar="OLD")
    differ.add_argument("new", nargs="+", type=Path, metavar="NEW")
    look = commands.add_parser("find", help="look a ballot up by its tracker")
    look.add_argument("tracker", metavar="TRACKER")
    look.add_argument("files", nargs="+", type=Path, metavar="FILE")
    opened = commands.add_parser("check-ballot", help="check a ballot that was opened for a test")
    opened.add_argument("opened", type=Path, metavar="OPENED")
    opened.add_argument("--record", action="append", default=[], type=Path, metavar="FILE", help="the vote's archive")
    return parser


def _code(report: Report) -> int:
    if report.unreadable:
        return UNREADABLE
    return ACCEPTED if report.ok else REFUSED


def _verify(given: argparse.Namespace) -> int:
    jobs = max(1, min(given.jobs, os.cpu_count() or 1))
    reports = verify_together(
        given.files, unfinished=given.open, jobs=jobs, vote=given.vote, key=given.key, ledger=given.resume
    )
    for report in reports:
        if given.json:
            print(json.dumps(report.as_json(), ensure_ascii=True))
        else:
            print("\n".join(report.lines()), file=sys.stderr if report.unreadable else sys.stdout)
    code = max(_code(report) for report in reports)
    if not given.json:
        print("Everything that was checked is accepted." if code == ACCEPTED else "NOT everything is accepted.")
    return code


def _compare(old: Path, new: Sequence[Path]) -> int:
    try:
        found = compare(old, new[0]) if len(new) == 1 else compare_parts(old, new)
    except OSError as problem:
        print(f"{problem.filename}: cannot be read: {problem.strerror}", file=sys.stderr)
        return UNREADABLE
    except Unreadable as problem:
        print(problem, file=sys.stderr)
        return UNREADABLE
    newer = ", ".join(map(str, new))
    if not found.extends:
        same = f". The first {found.common} events are the same" if len(new) == 1 else ""
        print(f"NO: {newer} does not extend {old}: {found.words}{same}")
        return REFUSED
    more = ", ".join(f"{count} {kind}" for kind, count in found.added.items()) or "nothing"
    print(f"{newer} extends {old}: its {found.common} events are all there; added: {more}")
    return ACCEPTED


def _find(tracker: str, paths: Sequence[Path]) -> int:
    for path in paths:
        try:
            found = find(tracker, path)
        except (OSError, Damaged) as problem:
            print(f"{path}: cannot be read: {problem}", file=sys.stderr)
            return UNREADABLE
        if found is not None:
            return _tell(path, found)
    print("no ballot with this tracker is there")
    return REFUSED


def _tell(path: Path, found: Found) -> int:
    if found.replaced_by is not None:
        words = f"event {found.event}; replaced by a later ballot of the same code, event {found.replaced_by}"
        print(f"{path}: {words}")
        return REPLACED
    print(f"{path}: event {found.event}; this ballot counts")
    return ACCEPTED


def _check_ballot(path: Path, records: Sequence[Path]) -> int:
    try:
        ballots = check_opened(path.read_bytes(), records)
    except (OSError, Damaged) as problem:
        print(f"cannot be read: {problem}", file=sys.stderr)
        return UNREADABLE
    except Dishonest as problem:
        print(f"NO: {path}: {problem}")
        return REFUSED
    for ballot in ballots:
        print("\n".join(lines_of(ballot)))
    return ACCEPTED


def _expanded(files: Sequence[Path]) -> list[Path]:
    """`*.bel` where the shell leaves it as it is."""
    found: list[Path] = []
    for path in files:
        here = sorted(path.parent.glob(path.name)) if "*" in path.name and not path.exists() else []
        found += here or [path]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    for name in ("files", "new"):
        if name in given:
            setattr(given, name, _expanded(getattr(given, name)))
    if given.command == "find":
        return _find(given.tracker, given.files)
    if given.command == "check-ballot":
        return _check_ballot(given.opened, given.record)
    if given.command == "verify-diff":
        return _compare(given.old, given.new)
    return _verify(given)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        sys.exit(STOPPED)
