"""Make voting codes on a machine of the tellers' own. The site never sees a code.

    python -m referendum.electorate make ROLL ADDRESSES --key KEYFILE --out FOLDER --from SENDER
    python -m referendum.electorate send FOLDER --smtp HOST[:PORT]
    python -m referendum.electorate spare GIVEN SPARES ROLL ADDRESSES --key KEYFILE --key KEYFILE …
    python -m referendum.electorate clear FOLDER

ROLL and ADDRESSES are the two files from the page of the electorate; KEYFILE is a teller's key to the sealed list: its
passphrase is asked for (or read from standard input, a line each, when that is no terminal). `make` writes to FOLDER:
mail/ (mbox files, for `send` or for a mail server of one's own), letters/ (PDF files to print), upload/ (the public
list, to be handed in on the same page) and spares.jsonl (keep it: spare codes, which two key files open). Stopped, it
goes on where it was when it is called again in the same way. `spare` writes the codes that take lost ones' place, from
the file that the page gives after an opening of the sealed list. `clear` deletes all in FOLDER that holds a code.

Exit codes: 0 done, 1 refused, 3 a file cannot be read or written, 4 the mail server went away (call it again).
"""

import argparse
import getpass
import os
import smtplib
import sys
from collections.abc import Sequence
from pathlib import Path

from referendum.crypto.canonical import Malformed
from referendum.crypto.keyfile import WrongPassphrase, read_key_file
from referendum.electorate.giving import Gift, give
from referendum.electorate.letter_page import SHEETS
from referendum.electorate.making import Order, make
from referendum.electorate.sending import ServerGone, send
from referendum.electorate.workplace import clear

DONE, REFUSED, UNREADABLE, GONE = 0, 1, 3, 4


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m referendum.electorate", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="make every code, the messages and letters, and the list for upload")
    making.add_argument("roll", type=Path)
    making.add_argument("addresses", type=Path)
    making.add_argument("--by", choices=("auto", "letters"), default="auto", help="letters: nobody gets mail")
    making.add_argument("--chunk", type=int, default=500, metavar="N", help="messages and letters in a file (500)")
    sending = commands.add_parser("send", help="hand the messages to an SMTP server")
    sending.add_argument("folder", type=Path)
    sending.add_argument("--smtp", required=True, metavar="HOST[:PORT]")
    sending.add_argument("--user", default="", help="sign in to the server under TLS; its password is asked for")
    giving = commands.add_parser("spare", help="write the codes that take lost ones' place")
    for name in ("given", "spares", "roll", "addresses"):
        giving.add_argument(name, type=Path)
    for each in (making, giving):
        each.add_argument("--key", type=Path, action="append", required=True, metavar="KEYFILE")
        each.add_argument("--out", type=Path, required=True, metavar="FOLDER")
        each.add_argument("--from", dest="sender", required=True, metavar="SENDER", help="sender of every message")
        each.add_argument("--paper", choices=tuple(SHEETS), default="A4")
        each.add_argument("--box", default="", metavar="URL", help="say that the ballots go to this other site's box")
        each.add_argument("--postal", type=Path, metavar="CSV", help="postal addresses: number, line1 to line6")
    clearing = commands.add_parser("clear", help="delete everything that holds a code")
    clearing.add_argument("folder", type=Path)
    return parser


def _progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{what}: {done} of {total}   ", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total:
        print(f"{what}: {total}", file=sys.stderr)


def _secret(prompt: str) -> str:
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _privates(paths: Sequence[Path]) -> list[int]:
    return [read_key_file(path.read_text(encoding="utf-8"), _secret(f"Passphrase of {path}: ")) for path in paths]


def _make(given: argparse.Namespace) -> None:
    private = _privates(given.key)[0]
    order = Order(
        given.roll, given.addresses, private, given.out, given.sender, given.by, given.paper, max(1, given.chunk),
        given.postal, given.box,
    )  # fmt: skip
    made = make(order, _progress)
    print(f"{made.mails} messages in {given.out / 'mail'}, {made.letters} letters in {given.out / 'letters'}.")
    print(f"Hand in every file of {given.out / 'upload'} ({made.parts}) on the electorate's page, and compare there:")
    print(f"the list        {made.list_id}\nthe sealed list {made.sealed_hash}")
    print(f"Keep {given.out / 'spares.jsonl'}: {made.spares} spare codes, for two tellers to open.")


def _send(given: argparse.Namespace) -> None:
    host, _, port = given.smtp.partition(":")
    password = _secret(f"Password of {given.user}: ") if given.user else ""

    def connect() -> smtplib.SMTP:
        server = smtplib.SMTP(host, int(port or 25), timeout=30)
        if given.user:
            server.starttls()
            server.login(given.user, password)
        return server

    sent = send(given.folder, connect, _progress)
    print(f"{sent.taken} messages were taken and deleted here.")
    if sent.refused:
        print(f"{sent.refused} were refused: print them from {given.folder / 'refused.mbox'}, then delete it.")


def _spare(given: argparse.Namespace) -> None:
    gift = Gift(
        given.given, given.spares, given.roll, given.addresses, _privates(given.key), given.out, given.sender,
        given.paper, given.postal, given.box,
    )  # fmt: skip
    mailed, printed = give(gift)
    print(f"{mailed} messages in {given.out / 'mail'}, {printed} letters in {given.out / 'letters'}.")


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    os.umask(0o077)  # nothing that is written here is anybody else's to read
    try:
        if given.command == "clear":
            print(f"{clear(given.folder)} files deleted.")
        else:
            {"make": _make, "send": _send, "spare": _spare}[given.command](given)
    except (Malformed, WrongPassphrase) as refused:
        print(f"Refused: {refused}.", file=sys.stderr)
        return REFUSED
    except ServerGone as gone:
        print(f"The mail server went away ({gone}). Call the same command again to go on.", file=sys.stderr)
        return GONE
    except (OSError, UnicodeDecodeError) as problem:
        print(f"A file cannot be read or written: {problem}", file=sys.stderr)
        return UNREADABLE
    return DONE


if __name__ == "__main__":
    sys.exit(main())
