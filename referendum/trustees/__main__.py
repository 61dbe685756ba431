"""What a trustee does without the website: make a key on an own machine, open a part of the count.

    python -m referendum.trustees join FOLDER [--threshold T]
        Take part in the making of a key of which T members are enough. Run it again after each step: it looks what is
        in FOLDER, does what comes next, and tells what to send and what to wait for. What cannot be mended
        is begun anew by all members, each in a new folder.
    python -m referendum.trustees single FOLDER
        Make the key of a mandatory trustee, without whom the count cannot be opened.
    python -m referendum.trustees gather FOLDER --members N --threshold T [--mandatory M]
        For whoever gathers the members' files, if the website does not: check them and make what comes next.
    python -m referendum.trustees decrypt RECORD.json… KEYFILE [--dkey FILE] [--out PART.json] [--proofs]
        Recompute the product from the public record, compare it with the announced one, and open a part. RECORD.json
        is saved from the count's page, all its parts where it has several; PART.json is handed in there. A group's
        member has a decryption key (.dkey).

With belenios-tool alone: every file of a ceremony is the tool's own, so its steps 1 to 6 may stand for "join" and
"gather". For the rest:

    python -m referendum.trustees export RECORD.json… FOLDER
        Recompute and compare as above, write the archive for the tool, and tell what to run there.
    python -m referendum.trustees import PRINTED… [--out PART.json]
        Make a PART.json of the two lines that "belenios-tool election decrypt" prints; of several parts of a record, in
        their order. It has no second proof, by which anybody sees that the part is of these ballots and of no others:
        only "decrypt" makes one. The published count says whose is missing.
    python -m referendum.trustees import-key FILE FOLDER, export-key KEYFILE FOLDER
        Put the tool's bare .key or .privkey under a passphrase; write one. Whoever reads a bare one has the key.

Passphrases are asked for, or read from standard input when that is no terminal.
Exit codes: 0 done, 1 refused, 3 a file cannot be read or written.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from referendum.crypto.canonical import Malformed
from referendum.crypto.keyfile import WrongPassphrase
from referendum.trustees.gather_command import Group, gather
from referendum.trustees.member_command import next_step
from referendum.trustees.outside_command import export_key, export_records, import_key, import_parts
from referendum.trustees.part_command import decrypt, give, progress
from referendum.trustees.single_command import make_single

DONE, REFUSED, UNREADABLE = 0, 1, 3
OPENING = ("decrypt", "export")
NO_SECOND_PROOF = (
    "This part has no second proof, since belenios-tool makes none; the published count will say so. To give one, put "
    "your key under a passphrase (import-key) and run decrypt on the same record, then hand in what that writes."
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m referendum.trustees",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    joining = commands.add_parser("join", help="do the next step of a member's ceremony")
    joining.add_argument("folder", type=Path, metavar="FOLDER")
    joining.add_argument("--threshold", type=int, metavar="T", help="how many members shall be enough")
    commands.add_parser("single", help="make a mandatory trustee's key").add_argument("folder", type=Path)
    gathering = commands.add_parser("gather", help="check the members' files and make what comes next")
    gathering.add_argument("folder", type=Path, metavar="FOLDER")
    gathering.add_argument("--members", type=int, required=True, metavar="N")
    gathering.add_argument("--threshold", type=int, required=True, metavar="T")
    gathering.add_argument("--mandatory", type=int, default=0, metavar="M", help="mandatory trustees besides")
    _add_opening(commands.add_parser("decrypt", help="recompute the product, compare it, open one part"))
    exporting = commands.add_parser("export", help="write the archive for belenios-tool")
    exporting.add_argument("records", type=Path, nargs="+", metavar="RECORD.json")
    exporting.add_argument("folder", type=Path, metavar="FOLDER")
    importing = commands.add_parser("import", help="take a part that belenios-tool printed")
    importing.add_argument("printed", type=Path, nargs="+", metavar="PRINTED")
    importing.add_argument("--out", type=Path, metavar="PART.json", help="where to write it; else standard output")
    words = {"import-key": "put the tool’s bare key under a passphrase", "export-key": "write a key file’s bare key"}
    for name in words:
        keys = commands.add_parser(name, help=words[name])
        keys.add_argument("key", type=Path, metavar="FILE")
        keys.add_argument("folder", type=Path, metavar="FOLDER")
    return parser


def _add_opening(opening: argparse.ArgumentParser) -> None:
    opening.add_argument("records", type=Path, nargs="+", metavar="RECORD.json")
    opening.add_argument("key", type=Path, metavar="KEYFILE")
    opening.add_argument("--dkey", type=Path, metavar="FILE", help="a group member's decryption key")
    opening.add_argument("--out", type=Path, metavar="PART.json", help="where to write the part; else standard output")
    opening.add_argument("--proofs", action="store_true", help="also check every ballot's proofs first")


def _export(records: Sequence[Path], folder: Path) -> None:
    commands = export_records(records, folder, progress=progress)
    print(f"The announced product is the product of the ballots. The archive is in {folder}. Run there:")
    print("\n".join(commands) or "Nothing yet: put your .cert or .pubkey file there, it tells your number.")


def _do(given: argparse.Namespace) -> None:
    """Raises Malformed, WrongPassphrase, OSError."""
    match given.command:
        case "join":
            print("\n".join(next_step(given.folder, given.threshold).lines()))
        case "single":
            print("\n".join(make_single(given.folder).lines()))
        case "gather":
            print(gather(given.folder, Group(given.members, given.threshold, given.mandatory)))
        case "decrypt":
            decrypt(given.records, given.key, given.dkey, given.out, proofs=given.proofs)
        case "export":
            _export(given.records, given.folder)
        case "import":
            give(import_parts(given.printed), given.out)
            print(NO_SECOND_PROOF, file=sys.stderr)
        case "import-key":
            print(f"The key is in {import_key(given.key, given.folder)}, under your passphrase.")
        case "export-key":
            print(f"The bare key is in {export_key(given.key, given.folder)}. Whoever reads it has your key.")


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        _do(given)
    except OSError as problem:
        print(f"a file cannot be read or written: {problem}", file=sys.stderr)
        return UNREADABLE
    except (Malformed, WrongPassphrase) as refused:
        print(f"{'Nothing was opened' if given.command in OPENING else 'Refused'}: {refused}.", file=sys.stderr)
        return REFUSED
    return DONE


if __name__ == "__main__":
    sys.exit(main())
