"""Authenticator apps (TOTP): the key at rest under encryption, each code accepted once; and recovery codes."""

import base64
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken

STEP = 30


def _box(pepper: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(pepper))


def lock(pepper: bytes, secret: str) -> str:
    """An app's key as it is stored."""
    return _box(pepper).encrypt(secret.encode()).decode()


def unlock(pepper: bytes, stored: str) -> str:
    """An app's key as it is used; "" if the installation's secret was changed since."""
    try:
        return _box(pepper).decrypt(stored.encode()).decode()
    except InvalidToken:
        return ""


def step_of(secret: str, code: str, now: datetime) -> int:
    """The time step whose code this is, the present one or its neighbours, or 0. A step is accepted once: keep it."""
    if not secret or len(code) != 6 or not code.isascii() or not code.isdigit():
        return 0
    present = int(now.timestamp()) // STEP
    maker = pyotp.TOTP(secret, interval=STEP)
    return next(
        (
            step
            for step in (present, present - 1, present + 1)
            if pyotp.utils.strings_equal(maker.at(step * STEP), code)
        ),
        0,
    )


def address_for_app(secret: str, name: str, union_name: str) -> str:
    """The otpauth address that an app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=union_name.replace(":", " "))
