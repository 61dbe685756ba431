"""One-time codes and their hashes. Pure but for the draws.

A mailed code is short (8 figures) and lives for 10 minutes; its hash is keyed with the installation's secret, so that
a stolen database does not give codes away. A letter's code lives for weeks and carries 80 bits of its own.
"""

import base64
import hashlib
import hmac
import secrets

FIGURES = 8
LETTER_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0, 1: they are misread on paper
LETTER_LENGTH = 16


def draw_mailed() -> str:
    """A code to type from a mail."""
    return f"{secrets.randbelow(10**FIGURES):0{FIGURES}d}"


def draw_printed() -> str:
    """A code to type from paper."""
    return "".join(secrets.choice(LETTER_ALPHABET) for _ in range(LETTER_LENGTH))


def grouped(code: str) -> str:
    """A code in groups of four, as people read it."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def bare(typed: str) -> str:
    """What was typed, without blanks and dashes, in capitals."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def hashed(pepper: bytes, purpose: str, text: str) -> str:
    """The keyed hash of a code or an identity; `purpose` keeps hashes of different uses apart."""
    return hmac.new(pepper, f"{purpose}|{text}".encode(), hashlib.sha256).hexdigest()


def derived_secret(pepper: bytes, token_hash: str) -> str:
    """The app key offered to a device that sets up one-time codes: the same at each look, stored when confirmed."""
    return base64.b32encode(hmac.new(pepper, f"totp|{token_hash}".encode(), hashlib.sha256).digest()[:20]).decode()


def same(one: str, other: str) -> bool:
    """Whether two hashes are equal, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
