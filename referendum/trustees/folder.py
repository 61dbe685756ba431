"""The files of a ceremony in one folder, with the names that the outside tool gives them.

A member's files bear the certificate's id: ``ID.cert`` ``ID.polynomial`` ``ID.vinput`` ``ID.voutput`` ``ID.dkey``; our
key file under a passphrase is ``ID.key.json`` (the tool keeps the bare seed in ``ID.key``). Files of all members:
``certs.jsons``, one certificate on each line, and at the end ``trustees.json``. A mandatory trustee's are ``ID.pubkey``
and ``ID.privkey.json`` (the tool's bare one: ``ID.privkey``).
"""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from referendum.crypto.canonical import Malformed
from referendum.crypto.hashing import hex_hash
from referendum.crypto.threshold import Blamed
from referendum.crypto.trustee import TrusteeKey

CERTS = "certs.jsons"
TRUSTEES = "trustees.json"
KEY = ".key.json"
SINGLE_KEY = ".privkey.json"


def short_id(key: TrusteeKey) -> str:
    """What a mandatory trustee's files are named by."""
    return hex_hash(str(key.public).encode())[:8].upper()


@contextmanager
def blame(names: Sequence[str]) -> Iterator[None]:
    """Says of a wrong message whose it is by what that member's files are named by, not only by number."""
    try:
        yield
    except Blamed as problem:
        raise Malformed(f"{problem} (the files of this trustee begin with {names[problem.number - 1][:8]})") from None


def read_text_file(path: Path) -> str:
    """The text of a file without the line end. Raises OSError, Malformed."""
    try:
        return path.read_text(encoding="utf-8").rstrip("\n")
    except UnicodeDecodeError:
        raise Malformed(f"{path.name} is not a text file") from None


def read_lines(path: Path) -> list[str]:
    """The lines of a file that are not empty."""
    return [line for line in read_text_file(path).split("\n") if line]


def write_new(path: Path, text: str, *, secret: bool = False) -> None:
    """Write a whole file that is not there yet; never half of one, never over another. A secret one only its owner may
    read. Raises Malformed when it is there, OSError."""
    if path.exists():
        raise Malformed(f"{path} is there already and is not overwritten")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644), "w") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def only_one(folder: Path, ending: str) -> Path | None:
    """The file of the folder with this ending, None when there is none. Raises Malformed when there are several."""
    found = sorted(folder.glob(f"*{ending}"))
    if len(found) > 1:
        raise Malformed(f"{folder} holds {len(found)} files that end in {ending}; one was expected")
    return found[0] if found else None
