"""Devices: opened by whoever has shown who they are, closed one by one or all, sockets with them."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, update

from forum.kernel import live
from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.signin import queries, rules
from forum.signin.models import Account, Device

TOUCHED_EVERY = timedelta(minutes=1)
_touched: dict[str, datetime] = {}


def open_device(member_id: int, label: str, *, now: datetime, second_factor: bool, kiosk: bool = False) -> str:
    """Sign a member in on one more browser. Returns the token for its cookie; only the hash is kept."""
    token = secrets.token_urlsafe(32)
    if db.session.get(Account, member_id) is None:
        db.session.add(Account(member_id=member_id, activated_at=now))
    device = Device(
        member_id=member_id, token_hash=queries.token_hash(token), label=label[:200], kiosk=kiosk, created_at=now,
        seen_at=now, fresh_at=now, second_factor_at=now if second_factor else None,
    )  # fmt: skip
    db.session.add(device)
    db.session.flush()
    return token


def freshen_device(actor: Actor, *, second_factor: bool, now: datetime) -> None:
    """Note that this device's member has just shown again that it is them."""
    device = db.session.get_one(Device, actor.device_id)
    device.fresh_at = now
    if second_factor:
        device.second_factor_at = now
    db.session.flush()


def close_device(actor: Actor, device_id: int, *, now: datetime) -> None:
    """Sign the actor out on one of their own devices. Raises `Missing` for anybody else's."""
    device = db.session.get(Device, device_id)
    if device is None or device.member_id != actor.member_id:
        raise Missing
    _close(device, now)
    db.session.flush()


def close_other_devices(actor: Actor, *, now: datetime) -> None:
    """Sign the actor out everywhere but here."""
    for device in queries.live_devices([actor.member_id], now):
        if device.id != actor.device_id:
            _close(device, now)
    db.session.flush()


def close_devices_of(member_ids: Iterable[int], *, now: datetime) -> None:
    """Sign these members out everywhere: they left, or lost their standing."""
    for device in queries.live_devices(member_ids, now):
        _close(device, now)
    db.session.flush()


def _close(device: Device, now: datetime) -> None:
    device.revoked_at = device.revoked_at or now
    live.cut(f"device:{device.id}")


def touch_device(token: str, now: datetime) -> None:
    """Note that a device was used, at most once a minute, and never one that has already gone idle."""
    key = queries.token_hash(token)
    last = _touched.get(key)
    if last is not None and timedelta() <= now - last < TOUCHED_EVERY:
        return
    if len(_touched) > 20_000:
        _touched.clear()
    _touched[key] = now
    in_use = or_(
        and_(Device.kiosk.is_(True), Device.seen_at > now - rules.IDLE_ON_A_SHARED_MACHINE),
        and_(Device.kiosk.is_(False), Device.seen_at > now - rules.IDLE_ON_AN_OWN_ONE),
    )
    stale = and_(Device.token_hash == key, Device.revoked_at.is_(None), Device.seen_at < now - TOUCHED_EVERY, in_use)
    with transaction(write=False) as session:
        due = session.scalar(db.select(Device.id).where(stale))
    if due is not None:
        with transaction(write=True) as session:
            session.execute(update(Device).where(Device.id == due, stale).values(seen_at=now))
