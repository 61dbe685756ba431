"""A trustee's key file, as the browser writes it (static/referendum/crypto/keyfile.js tells the format). Pure."""

import base64
import hashlib
import json
import secrets
import unicodedata
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from referendum.crypto.canonical import Malformed
from referendum.crypto.ceremony import is_seed, signing_key
from referendum.crypto.group import EXPONENT_DIGITS, GROUP_NAME, is_exponent, power_of_g, read_number

FORMAT = "hustings-trustee-key"
SEEDED = 2
"""The version of a file that keeps a threshold group's member's seed."""

ITERATIONS = 600_000
MOST_ITERATIONS = 10_000_000


class WrongPassphrase(ValueError):
    """The passphrase does not open the file, or the file was altered."""


def open_key_file(text: str, passphrase: str) -> int | str:
    """What a file keeps: a private key as a number (version 1), or the seed of a threshold group's member as a text
    (version 2). Raises Malformed for what is no key file, WrongPassphrase for a wrong passphrase."""
    file = _header(text)
    try:
        salt, nonce, data = (
            base64.b64decode(each, validate=True) for each in (file["kdf"]["salt"], file["cipher"]["iv"], file["data"])
        )
    except (KeyError, TypeError, ValueError):
        raise Malformed("the key file is damaged") from None
    key = _file_key(passphrase, salt, file["kdf"]["iterations"])
    try:
        kept = AESGCM(key).decrypt(nonce, data, _associated(file)).decode()
    except (InvalidTag, ValueError):
        raise WrongPassphrase("the passphrase does not open this file") from None
    secret = _seed(kept) if file["version"] == SEEDED else _exponent(kept)
    if secret is None or _public(secret) != file.get("public_key"):
        raise Malformed("the key file does not hold the key it names")
    return secret


def read_key_file(text: str, passphrase: str) -> int:
    """The private key in a file of version 1. Raises as ``open_key_file``."""
    secret = open_key_file(text, passphrase)
    if isinstance(secret, str):
        raise Malformed("this key file is of a threshold group’s member; a private key was expected")
    return secret


def _seed(kept: str) -> str | None:
    return kept if is_seed(kept) else None


def _exponent(kept: str) -> int | None:
    private = read_number(kept, EXPONENT_DIGITS)
    return private if private is not None and is_exponent(private) else None


def _public(secret: int | str) -> str:
    """The public key that a file names: of a seed, what the member's messages are checked with."""
    return str(power_of_g(signing_key(secret) if isinstance(secret, str) else secret))


def write_key_file(secret: int | str, passphrase: str) -> str:
    """The same file as the browser writes, for a trustee without one: of a private key, or of a member's seed."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    header = {
        "format": FORMAT, "version": SEEDED if isinstance(secret, str) else 1, "group": GROUP_NAME,
        "public_key": _public(secret),
        "kdf": {"name": "PBKDF2-SHA256", "iterations": ITERATIONS, "salt": base64.b64encode(salt).decode()},
        "cipher": {"name": "AES-256-GCM", "iv": base64.b64encode(nonce).decode()},
    }  # fmt: skip
    data = AESGCM(_file_key(passphrase, salt, ITERATIONS)).encrypt(nonce, str(secret).encode(), _associated(header))
    return json.dumps(header | {"data": base64.b64encode(data).decode()}, separators=(",", ":"))


def _header(text: str) -> dict[str, Any]:
    try:
        file = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("this is not a key file") from None
    if not isinstance(file, dict) or file.get("format") != FORMAT:
        raise Malformed("this is not a key file")
    if type(file.get("version")) is not int or file["version"] not in (1, SEEDED):
        raise Malformed("this key file was written by a newer version")
    kdf, cipher = file.get("kdf"), file.get("cipher")
    if not isinstance(kdf, dict) or not isinstance(cipher, dict):
        raise Malformed("the key file is damaged")
    rounds = kdf.get("iterations")
    usable = (
        file.get("group") == GROUP_NAME
        and kdf.get("name") == "PBKDF2-SHA256"
        and cipher.get("name") == "AES-256-GCM"
        and type(rounds) is int
        and ITERATIONS <= rounds <= MOST_ITERATIONS
    )
    if not usable:
        raise Malformed("the key file was made in a way that is not known here")
    return file


def _file_key(passphrase: str, salt: bytes, iterations: int) -> bytes:
    password = unicodedata.normalize("NFKC", passphrase).encode()
    return hashlib.pbkdf2_hmac("sha256", password, salt, iterations)


def _associated(file: dict[str, Any]) -> bytes:
    header = {name: value for name, value in file.items() if name != "data"}
    return json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
