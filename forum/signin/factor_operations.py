"""Second factors: passkeys and authenticator apps set up, shown, taken away; recovery codes; reset by the operator."""

from datetime import datetime

from sqlalchemy import delete, update

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Missing, Problem, Refused, refuse_unless
from forum.roll.models import Member
from forum.signin import codes, factors, passkeys, queries, rules
from forum.signin.device_operations import close_devices_of, freshen_device
from forum.signin.models import Account, Device, Passkey, RecoveryCode
from forum.signin.operations import tell_of_change

RECOVERY_CODES = 10
MOST_PASSKEYS = 10


class Act(audit.Act):
    """Acts of power in sign-in."""

    RESET_FACTORS = "reset_factors"


def add_passkey(actor: Actor, key: passkeys.NewKey, label: str, *, now: datetime, language: str) -> Passkey:
    """Add a passkey to the actor's account; making it has also shown it."""
    _refuse_unless_may_add(actor)
    refuse_unless(
        len(queries.passkeys(actor.member_id)) < MOST_PASSKEYS, N_("You have ten passkeys already. Remove one first.")
    )
    taken = db.session.scalar(db.select(Passkey.id).where(Passkey.credential_id == key.credential_id))
    refuse_unless(taken is None, passkeys.NOT_HELD)
    made = Passkey(
        member_id=actor.member_id, credential_id=key.credential_id, public_key=key.public_key,
        sign_count=key.sign_count, label=label[:80], created_at=now,
    )  # fmt: skip
    db.session.add(made)
    freshen_device(actor, second_factor=True, now=now)
    tell_of_change(actor.member_id, "passkey", language=language, now=now)
    db.session.flush()
    return made


def show_passkey(credential: object, challenge: str, base_url: str, *, now: datetime) -> Passkey:
    """The passkey a browser has just shown. Raises `Refused`; unknown and unfitting ones alike."""
    wanted = passkeys.credential_id(credential)
    key: Passkey | None = db.session.scalar(db.select(Passkey).where(Passkey.credential_id == wanted).with_for_update())
    if key is None:
        raise Refused(passkeys.NOT_HELD)
    key.sign_count = passkeys.check_shown(base_url, credential, challenge, key.public_key, key.sign_count)
    refuse_unless(db.session.get_one(Member, key.member_id).left_at is None, passkeys.NOT_HELD)
    key.used_at = now
    db.session.flush()
    return key


def remove_passkey(actor: Actor, passkey_id: int, *, now: datetime, language: str) -> None:
    """Take one of the actor's passkeys away; who holds an office keeps at least one second factor."""
    held = queries.passkeys(actor.member_id)
    key = next((each for each in held if each.id == passkey_id), None)
    if key is None:
        raise Missing
    account = db.session.get_one(Account, actor.member_id)
    last = len(held) == 1 and account.totp_confirmed_at is None
    refuse_unless(not (last and actor.leads), N_("Your office needs one. Add another before you remove this one."))
    db.session.delete(key)
    tell_of_change(actor.member_id, "removed", language=language, now=now)
    db.session.flush()


def offered_secret(actor: Actor, pepper: bytes) -> str:
    """The key an app is offered on this device, until it is confirmed."""
    return codes.derived_secret(pepper, db.session.get_one(Device, actor.device_id).token_hash)


def confirm_app(actor: Actor, code: str, *, now: datetime, pepper: bytes, language: str) -> None:
    """Set an authenticator app up: the code shows that the app has the offered key."""
    _refuse_unless_may_add(actor)
    secret = offered_secret(actor, pepper)
    step = factors.step_of(secret, code, now)
    if not step:
        raise Invalid([Problem("code", rules.WRONG_FACTOR)])
    account = db.session.get_one(Account, actor.member_id)
    account.totp_secret, account.totp_confirmed_at, account.totp_last_step = factors.lock(pepper, secret), now, step
    freshen_device(actor, second_factor=True, now=now)
    tell_of_change(actor.member_id, "app", language=language, now=now)
    db.session.flush()


def show_app(actor: Actor, code: str, *, now: datetime, pepper: bytes) -> None:
    """Show a one-time code from the app; each works once. Raises `Invalid`."""
    account = db.session.get(Account, actor.member_id, with_for_update=True)
    secret = factors.unlock(pepper, account.totp_secret) if account and account.totp_secret else ""
    step = factors.step_of(secret, code, now)
    if account is None or account.totp_confirmed_at is None or step <= account.totp_last_step:
        raise Invalid([Problem("code", rules.WRONG_FACTOR)])
    account.totp_last_step = step
    freshen_device(actor, second_factor=True, now=now)


def show_recovery(actor: Actor, code: str, *, now: datetime, pepper: bytes) -> None:
    """Show a recovery code in place of a lost factor; it works once. Raises `Invalid`."""
    wanted = codes.hashed(pepper, f"recovery:{actor.member_id}", codes.bare(code))
    spending = update(RecoveryCode).where(RecoveryCode.code_hash == wanted, RecoveryCode.used_at.is_(None))
    if db.session.scalar(spending.values(used_at=now).returning(RecoveryCode.id)) is None:
        raise Invalid([Problem("recovery", N_("This recovery code does not fit, or was used before."))])
    freshen_device(actor, second_factor=True, now=now)


def make_recovery_codes(actor: Actor, *, now: datetime, pepper: bytes, language: str) -> list[str]:
    """Ten new recovery codes, shown once; the old ones end."""
    refuse_unless(
        actor.second_factor and queries.has_factor(actor.member_id),
        N_("Set up a passkey or an app first, and show it here."),
    )
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == actor.member_id))
    drawn = [codes.draw_printed() for _ in range(RECOVERY_CODES)]
    for code in drawn:
        hashed = codes.hashed(pepper, f"recovery:{actor.member_id}", code)
        db.session.add(RecoveryCode(member_id=actor.member_id, code_hash=hashed))
    tell_of_change(actor.member_id, "codes", language=language, now=now)
    db.session.flush()
    return [codes.grouped(code) for code in drawn]


def reset_factors(member: Member, *, now: datetime) -> None:
    """Take every second factor from a member who lost them all; the operator's act, in the log."""
    db.session.execute(delete(Passkey).where(Passkey.member_id == member.id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    account = db.session.get(Account, member.id)
    if account is not None:
        account.totp_secret, account.totp_confirmed_at, account.totp_last_step = None, None, 0
    close_devices_of([member.id], now=now)
    audit.record(None, Act.RESET_FACTORS, f"member:{member.public_id}", now=now, office="operator")
    tell_of_change(member.id, "removed", language=account.language if account else "", now=now)


def _refuse_unless_may_add(actor: Actor) -> None:
    may = rules.may_add_factor(
        has_factor=queries.has_factor(actor.member_id), showed_factor=actor.second_factor, fresh=actor.fresh
    )
    refuse_unless(may, N_("Show first that it is you: sign in again, with the second step you already have."))
