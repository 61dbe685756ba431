"""Asks for the passphrase of a key file: at the terminal, or one line of standard input when that is none."""

import getpass
import sys
from pathlib import Path

from referendum.crypto.canonical import Malformed
from referendum.crypto.keyfile import open_key_file, write_key_file
from referendum.trustees.folder import read_text_file, write_new

SHORTEST_PASSPHRASE = 12


def ask(question: str = "Passphrase of the key file: ") -> str:
    if sys.stdin.isatty():
        return getpass.getpass(question)
    return sys.stdin.readline().rstrip("\n")


def ask_new() -> str:
    """A new passphrase, typed twice at a terminal. Raises Malformed when it is too short or mistyped."""
    passphrase = ask(f"A new passphrase for the key file, {SHORTEST_PASSPHRASE} characters or more: ")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Malformed(f"the passphrase has fewer than {SHORTEST_PASSPHRASE} characters")
    if sys.stdin.isatty() and ask("The same once more: ") != passphrase:
        raise Malformed("the two passphrases differ")
    return passphrase


def keep(secret: int | str, path: Path) -> None:
    """Write a secret to a new key file under a new passphrase, and read it back before anything is made with it."""
    passphrase = ask_new()
    write_new(path, write_key_file(secret, passphrase), secret=True)
    if open_key_file(read_text_file(path), passphrase) != secret:
        raise Malformed(f"{path} cannot be read back")


def unlock(path: Path) -> int | str:
    """What a key file keeps. Raises Malformed, WrongPassphrase, OSError."""
    text = read_text_file(path)
    return open_key_file(text, ask())
