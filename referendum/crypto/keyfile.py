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
from referendum.crypto.group import EXPONENT_DIGITS, GROUP_NAME, is_exponent, power_of_g, read_number

FORMAT = "hustings-trustee-key"
ITERATIONS = 600_000
MOST_ITERATIONS = 10_000_000


class WrongPassphrase(ValueError):
    """The passphrase does not open the file, or the file was altered."""


def read_key_file(text: str, passphrase: str) -> int:
    """The private key in a file. Raises Malformed for what is no key file, WrongPassphrase for a wrong passphrase."""
    file = _header(text)
    try:
        salt, nonce, data = (
            base64.b64decode(each, validate=True) for each in (file["kdf"]["salt"], file["cipher"]["iv"], file["data"])
        )
    except (KeyError, TypeError, ValueError):
        raise Malformed("the key file is damaged") from None
    key = _file_key(passphrase, salt, file["kdf"]["iterations"])
    try:
        private = read_number(AESGCM(key).decrypt(nonce, data, _associated(file)).decode(), EXPONENT_DIGITS)
    except (InvalidTag, ValueError):
        raise WrongPassphrase("the passphrase does not open this file") from None
    if private is None or not is_exponent(private) or str(power_of_g(private)) != file.get("public_key"):
        raise Malformed("the key file does not hold the key it names")
    return private


def write_key_file(private: int, passphrase: str, iterations: int = ITERATIONS) -> str:
    """The same file as the browser writes, for a trustee without one."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    header = {
        "format": FORMAT, "version": 1, "group": GROUP_NAME, "public_key": str(power_of_g(private)),
        "kdf": {"name": "PBKDF2-SHA256", "iterations": iterations, "salt": base64.b64encode(salt).decode()},
        "cipher": {"name": "AES-256-GCM", "iv": base64.b64encode(nonce).decode()},
    }  # fmt: skip
    data = AESGCM(_file_key(passphrase, salt, iterations)).encrypt(nonce, str(private).encode(), _associated(header))
    return json.dumps(header | {"data": base64.b64encode(data).decode()}, separators=(",", ":"))


def _header(text: str) -> dict[str, Any]:
    try:
        file = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("this is not a key file") from None
    if not isinstance(file, dict) or file.get("format") != FORMAT:
        raise Malformed("this is not a key file")
    if file.get("version") != 1:
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
