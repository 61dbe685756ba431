"""The envelope's sender of each mail, where the operator named an address for mail that comes back.

It is bounce+<number>.<seal>@…, and the seal an HMAC over the mail's number and its reader's address under a key that
only this installation can make: so a notice that comes back to it can be told from one that somebody made up. It is
written in small letters and digits, for mail servers do not tell large from small.
"""

import base64
import hmac
import re

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from forum.kernel.reading import MOST_NUMBER
from forum.kernel.settings import Settings

SEAL_BYTES = 12
LONGEST = 2000
SENDER = re.compile(r"\+([1-9][0-9]{0,9})\.([a-z2-7]{20})@", re.ASCII | re.IGNORECASE)


def sender_of(number: int, address: str, settings: Settings) -> str:
    """The envelope's sender of one mail: its own where mail that comes back is read, else that of every mail."""
    if not settings.mail_bounce:
        return settings.mail_from
    local, _, domain = settings.mail_bounce.rpartition("@")
    return f"{local}+{number}.{_seal(number, address, settings)}@{domain}"


def found_in(words: str) -> list[tuple[int, str]]:
    """Number and seal of every such sender in a header or an address, whether they fit or not."""
    found = SENDER.findall(words[:LONGEST])
    return [(int(number), seal.lower()) for number, seal in found if int(number) <= MOST_NUMBER]


def fits(seal: str, number: int, address: str, settings: Settings) -> bool:
    """Whether this installation made the seal for that mail to that address."""
    return bool(address) and hmac.compare_digest(_seal(number, address, settings), seal)


def _seal(number: int, address: str, settings: Settings) -> str:
    key = HKDF(SHA256(), 32, salt=None, info=b"hustings: mail that comes back").derive(settings.secret_key.encode())
    seal = hmac.digest(key, f"{number}:{address}".encode(), "sha256")[:SEAL_BYTES]
    return base64.b32encode(seal).decode().rstrip("=").lower()
