"""What members have said about mail: which kinds they want, at which hours it may come, and how to stop a kind.

Mail to many goes out by `mail.send_wanted`, which asks here. The slice that keeps what members chose fills the slot
"mail.wishes" with `find(member ids, kind, now) -> {member id: Wish}`; without one, everybody wants everything at any
hour. A kind that stands in `STOPPABLE` can be stopped by
one click, without signing in: the link holds the member and the kind under a key that only this installation has, so
that it tells nothing to whoever sees it. What is not in `STOPPABLE` belongs to the vote, or to a survey whose sample
must not choose itself, and nobody can stop it.
"""

import base64
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from forum.kernel import slots

NONCE = 12
LONGEST_TOKEN = 200


class MailKind(StrEnum):
    """Kinds of mail to many. `VOTE` is what a vote needs: it waits for the morning, but nobody can stop it; nor the two
    mails of a `SURVEY`."""

    DIGEST = "digest"
    THREADS = "threads"
    SESSIONS = "sessions"
    SIDES = "sides"
    VOTE = "vote"
    SURVEY = "survey"


STOPPABLE = (MailKind.DIGEST, MailKind.THREADS, MailKind.SESSIONS, MailKind.SIDES)


@dataclass(frozen=True, slots=True)
class Wish:
    """Whether a member wants a kind of mail, and the end of the quiet hours if it is within them now."""

    wanted: bool = True
    not_before: datetime | None = None


def wishes(member_ids: Collection[int], kind: MailKind, now: datetime) -> dict[int, Wish]:
    """What each of these members wants of this kind of mail."""
    found = dict.fromkeys(member_ids, Wish())
    for said in slots.gather("mail.wishes", member_ids, kind, now) if found else ():
        found |= said
    return found


def wants(member_ids: Collection[int], kind: MailKind, now: datetime) -> set[int]:
    """Those of these members who want this kind of mail."""
    return {member_id for member_id, wish in wishes(member_ids, kind, now).items() if wish.wanted}


def stop_path(member_id: int, kind: MailKind) -> str:
    """The address by which this member stops this kind of mail; empty for what cannot be stopped."""
    if kind not in STOPPABLE:
        return ""
    nonce = secrets.token_bytes(NONCE)
    sealed = AESGCM(_key()).encrypt(nonce, f"{member_id}:{kind}".encode(), None)
    return f"/mail/stop/{base64.urlsafe_b64encode(nonce + sealed).decode().rstrip('=')}"


def read_stop(token: str) -> tuple[int, MailKind] | None:
    """The member and the kind of mail that a link names; None for anything that was not made here."""
    try:
        raw = base64.urlsafe_b64decode(token[:LONGEST_TOKEN].encode() + b"==")
        member_id, _, kind = AESGCM(_key()).decrypt(raw[:NONCE], raw[NONCE:], None).decode().partition(":")
        return int(member_id), MailKind(kind)
    except (InvalidTag, ValueError):
        return None


def _key() -> bytes:
    return _key_under(current_app.config["HUSTINGS"].secret_key)


@cache
def _key_under(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"hustings: stop a kind of mail").derive(secret.encode())
