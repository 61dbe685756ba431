"""Reads of sign-in: whose device this is, where a member is signed in, which member an identity names."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, false, func, or_
from sqlalchemy.orm import aliased

from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.doors import VISITOR, Actor
from forum.roll.models import Local, Member
from forum.signin import rules
from forum.signin.models import Account, Device, Passkey


def token_hash(token: str) -> str:
    """What is stored of a device's token."""
    return hashlib.sha256(token.encode()).hexdigest()


# Asked at every page and every event, so it is built once, and of tables: the mapper would double its time.
_device, _member, _local, _account = (each.__table__.c for each in (Device, Member, Local, Account))
_FOUND = (
    db.select(
        _device.id.label("device_id"), _device.kiosk, _device.created_at, _device.seen_at, _device.revoked_at,
        _device.fresh_at, _device.second_factor_at, _member.id, _member.public_id, _member.name, _member.local_id,
        _member.standing, _member.office, _member.left_at, _local.number, _local.council_id, _local.timezone,
        _account.language,
    )
    .join(Member.__table__, _member.id == _device.member_id)
    .join(Local.__table__, _local.id == _member.local_id)
    .outerjoin(Account.__table__, _account.member_id == _member.id)
    .where(_device.token_hash == bindparam("token_hash"))
)  # fmt: skip


def find_actor(token: str, now: datetime) -> Actor:
    """The person whose live device carries this token; the visitor otherwise. Two queries."""
    found = db.session.execute(_FOUND, {"token_hash": token_hash(token)}).first()
    if found is None or found.left_at is not None or not _is_live(found, now):
        return VISITOR
    return Actor(
        member_id=found.id, public_id=found.public_id, name=found.name, local_id=found.local_id,
        local_number=found.number, council_id=found.council_id, standing=found.standing, office=found.office,
        appointments=frozenset((role, question) for role, question in slots.gather("signin.appointments", found.id)),
        device_id=found.device_id, fresh=rules.is_fresh(found.fresh_at, now),
        second_factor=found.second_factor_at is not None, timezone=found.timezone, language=found.language or "",
    )  # fmt: skip


def living_devices(device_ids: set[int], now: datetime) -> set[int]:
    """Those of these devices that still sign a member in who has not left."""
    query = (
        db.select(Device)
        .join(Member, Member.id == Device.member_id)
        .where(Device.id.in_(device_ids), Device.revoked_at.is_(None), Member.left_at.is_(None))
    )
    return {device.id for device in db.session.scalars(query) if _is_live(device, now)}


def devices_closed_since(since: datetime) -> list[int]:
    """Devices that somebody has closed from an instant on."""
    return list(db.session.scalars(db.select(Device.id).where(Device.revoked_at >= since)))


def _is_live(device: Device | Row[Any], now: datetime) -> bool:
    return rules.is_live(
        kiosk=device.kiosk, created_at=device.created_at, seen_at=device.seen_at, revoked_at=device.revoked_at, now=now
    )


def members_called(identity: str) -> list[Member]:
    """The members an identity (see `rules.identity`) names: none, one, or several who share an address."""
    return list(db.session.scalars(db.select(Member).where(_named(identity)).order_by(Member.id).limit(2)))


def password_of(identity: str) -> tuple[int, str]:
    """(member id, password hash) of the one member an identity names; (0, "") for nobody, several, or no password."""
    query = db.select(Member.id, Account.password_hash).outerjoin(Account, Account.member_id == Member.id)
    query = query.where(_named(identity)).limit(2)
    found = db.session.execute(query).all()
    return (found[0][0], found[0][1] or "") if len(found) == 1 and found[0][1] else (0, "")


def _named(identity: str) -> ColumnElement[bool]:
    kind, _, text = identity.partition(":")
    named = _numbered(text) if kind == "number" else func.lower(Member.email) == text
    return and_(named, Member.left_at.is_(None)) if text else false()


def _numbered(number: str) -> ColumnElement[bool]:
    """Whose number was typed, or the same without its gaps where nobody has it as typed."""
    other = aliased(Member)
    taken = db.select(other.id).where(other.number == number, other.left_at.is_(None)).exists()
    return or_(Member.number == number, and_(Member.number == rules.closed_up(number), ~taken))


def account(member_id: int) -> Account | None:
    """A member's account; none before activation."""
    return db.session.get(Account, member_id)


def passkeys(member_id: int) -> list[Passkey]:
    """A member's passkeys, oldest first."""
    return list(db.session.scalars(db.select(Passkey).where(Passkey.member_id == member_id).order_by(Passkey.id)))


def has_factor(member_id: int) -> bool:
    """Whether a member has a passkey or a confirmed authenticator app."""
    held = account(member_id)
    return bool((held and held.totp_confirmed_at) or passkeys(member_id))


def live_devices(member_ids: Iterable[int], now: datetime) -> list[Device]:
    """The devices on which these members are signed in, newest first."""
    query = (
        db.select(Device)
        .where(
            Device.member_id.in_(list(member_ids)), Device.revoked_at.is_(None), Device.created_at > now - rules.LONGEST
        )
        .order_by(Device.id.desc())
    )
    return [device for device in db.session.scalars(query) if _is_live(device, now)]
