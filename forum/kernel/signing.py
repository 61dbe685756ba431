"""The installation's own signature: an Ed25519 key in the instance folder, made at its first use.

What leaves the installation to be checked elsewhere is signed with it, and its fingerprint stands on the record page.
Who keeps the signed bytes can show later what the installation had said. The key is no person's: a body's acts are
signed by persons, in `forum.bodies`. A restored backup keeps its key, because it lies beside the database.
"""

import base64
import binascii
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from flask import current_app

NAME = "signing.key"


class NotAKey(Exception):
    """The file is no Ed25519 key."""


def sign(message: bytes) -> str:
    """This installation's signature of these bytes, in base64."""
    return base64.b64encode(sign_raw(message)).decode()


def sign_raw(message: bytes) -> bytes:
    """The signature as its 64 bytes, as `openssl pkeyutl` reads it."""
    return _key().sign(message)


def public_pem() -> bytes:
    """The public key as anyone may have it."""
    return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def fingerprint() -> str:
    """What the record page prints, to be compared over another way than this site."""
    return fingerprint_of(public_pem())


def fingerprint_of(pem: bytes) -> str:
    """SHA-256, in hex, of a public key in DER. Raises `NotAKey`."""
    der = _public(pem).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def holds(pem: bytes, message: bytes, signature: str) -> bool:
    """Whether a base64 signature of these bytes was made with the key whose public part this is. Raises `NotAKey`."""
    key = _public(pem)
    try:
        key.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _public(pem: bytes) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise NotAKey from error
    if not isinstance(key, Ed25519PublicKey):
        raise NotAKey
    return key


def _key() -> Ed25519PrivateKey:
    path: Path = current_app.config["HUSTINGS"].instance / NAME
    if not path.exists():
        _make(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise NotAKey
    return key


def _make(path: Path) -> None:
    """Write a new key, whole or not at all; where another process was first, its key stays."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{NAME}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
