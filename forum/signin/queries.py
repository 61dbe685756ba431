"""Reads of sign-in: whose device this is, where a member is signed in, which member an identity names."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func

from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.doors import VISITOR, Actor
from forum.roll.models import Local, Member
from forum.signin import rules
from forum.signin.models import Account, Device, Passkey


def token_hash(token: str) -> str:
    """What is stored of a device's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_actor(token: str, now: datetime) -> Actor:
    """The person whose live device carries this token; the visitor otherwise. Two queries."""
    query = (
        db.select(Device, Member, Local, Account.language)
        .join(Member, Member.id == Device.member_id)
        .join(Local, Local.id == Member.local_id)
        .outerjoin(Account, Account.member_id == Member.id)
        .where(Device.token_hash == token_hash(token))
    )
    found = db.session.execute(query).first()
    if found is None:
        return VISITOR
    device, member, local, language = found
    if member.left_at is not None or not _is_live(device, now):
        return VISITOR
    return Actor(
        member_id=member.id, public_id=member.public_id, name=member.name, local_id=local.id,
        local_number=local.number, council_id=local.council_id, standing=member.standing,
        office=member.office,
        appointments=frozenset((role, question) for role, question in slots.gather("signin.appointments", member.id)),
        device_id=device.id, fresh=rules.is_fresh(device.fresh_at, now),
        second_factor=device.second_factor_at is not None, timezone=local.timezone, language=language or "",
    )  # fmt: skip


def living_devices(device_ids: set[int], now: datetime) -> set[int]:
    """Those of these devices that still sign a member in who has not left."""
    query = (
        db.select(Device)
        .join(Member, Member.id == Device.member_id)
        .where(Device.id.in_(device_ids), Device.revoked_at.is_(None), Member.left_at.is_(None))
    )
    return {device.id for device in db.session.scalars(query) if _is_live(device, now)}


def _is_live(device: Device, now: datetime) -> bool:
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
    named = Member.number == text if kind == "number" else func.lower(Member.email) == text
    return and_(named, Member.left_at.is_(None)) if text else false()


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
