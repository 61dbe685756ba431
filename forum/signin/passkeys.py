"""Passkeys: what the browser is told, and whether its answer holds. Nothing here touches the database.

A passkey is asked to live on the device and to check its owner, so it is two factors in one. Browsers accept a domain
or `localhost` as its home, never an IP address.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from forum.kernel.errors import N_, Refused

NOT_HELD = N_("This passkey does not fit. Try again, or take another way.")
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A passkey that was just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def home(base_url: str) -> str:
    """The domain passkeys belong to."""
    return urlsplit(base_url).hostname or ""


def ask_to_make(
    base_url: str, union_name: str, public_id: str, name: str, held: list[bytes]
) -> tuple[dict[str, Any], str]:
    """(options for the browser, challenge to remember) for a new passkey of a member."""
    options = webauthn.generate_registration_options(
        rp_id=home(base_url),
        rp_name=union_name,
        user_id=public_id.encode(),
        user_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in held],
    )
    return options_to_json_dict(options), bytes_to_base64url(options.challenge)


def ask_to_show(base_url: str, held: list[bytes]) -> tuple[dict[str, Any], str]:
    """(options, challenge) for showing a passkey; without `held` any of this home's: the question tells nothing."""
    options = webauthn.generate_authentication_options(
        rp_id=home(base_url),
        allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in held],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options), bytes_to_base64url(options.challenge)


def read_made(base_url: str, credential: object, challenge: str) -> NewKey:
    """The new passkey of a browser's answer. Raises `Refused`."""
    try:
        made = webauthn.verify_registration_response(
            credential=_mapping(credential), expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=home(base_url), expected_origin=base_url, require_user_verification=True,
        )  # fmt: skip
    except _UNREADABLE as fault:
        raise Refused(NOT_HELD) from fault
    return NewKey(made.credential_id, made.credential_public_key, made.sign_count)


def credential_id(credential: object) -> bytes:
    """Which passkey a browser's answer speaks of; b"" if that cannot be read."""
    try:
        return base64url_to_bytes(str(_mapping(credential).get("rawId", "")))
    except _UNREADABLE:
        return b""


def check_shown(base_url: str, credential: object, challenge: str, public_key: bytes, sign_count: int) -> int:
    """The passkey's new use count, if the answer holds. Raises `Refused`."""
    try:
        shown = webauthn.verify_authentication_response(
            credential=_mapping(credential), expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=home(base_url), expected_origin=base_url, credential_public_key=public_key,
            credential_current_sign_count=sign_count, require_user_verification=True,
        )  # fmt: skip
    except _UNREADABLE as fault:
        raise Refused(NOT_HELD) from fault
    return shown.new_sign_count


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("a credential is an object")
    return value
