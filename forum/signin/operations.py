"""Codes asked for and shown, passwords set, languages chosen.

Nothing here tells whether a number is on the roll: an unknown identity leaves the same row as a known one.
"""

import secrets
from datetime import datetime

from forum.kernel import mail
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.roll.models import Member
from forum.signin import codes, queries, rules
from forum.signin.device_operations import close_other_devices
from forum.signin.models import Account, OneTimeCode


def ask_for_code(identity: str, *, now: datetime, pepper: bytes) -> int:
    """Note that somebody asked; the row fits no code until a job finds a member. Returns its id, kept by the browser
    that asked: only there can the code be used, so nobody can spend another's tries."""
    row = OneTimeCode(
        kind="mail", key=codes.hashed(pepper, "identity", identity), code_hash=secrets.token_hex(32), created_at=now,
        expires_at=now + rules.CODE_HOLDS_FOR,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


def mail_code(code_id: int, identity: str, *, language: str, now: datetime, pepper: bytes) -> None:
    """Give the row a code and mail it, if the identity names one member with an address; the job's half of asking.

    Several who share an address are told to use their numbers. Running it twice mails another code, the first is void.
    """
    row = db.session.get(OneTimeCode, code_id)
    if row is None or row.used_at is not None or now >= row.expires_at:
        return
    named = queries.members_called(identity)
    if len(named) == 1 and named[0].email:
        code = codes.draw_mailed()
        row.member_id, row.code_hash = named[0].id, codes.hashed(pepper, f"code:{row.id}", code)
        mail.send(
            "sign_in_code", named[0].email, language=language, now=now, code=codes.grouped(code), member=named[0].name
        )
    elif len(named) > 1:
        mail.send("sign_in_code", named[0].email, language=language, now=now, code="", member="")
    db.session.flush()


def show_code(code_id: int, typed: str, *, now: datetime, pepper: bytes) -> int:
    """The member whose mailed code this is, or 0. A wrong try is counted, so the caller must let it commit."""
    row = db.session.get(OneTimeCode, code_id, with_for_update=True)
    fits = codes.same(row.code_hash if row else "", codes.hashed(pepper, f"code:{code_id}", codes.bare(typed)))
    if row is None or row.kind != "mail" or not rules.code_holds(row.expires_at, row.used_at, row.tries, now):
        return 0
    if not fits or row.member_id is None:
        row.tries += 1
        db.session.flush()
        return 0
    row.used_at = now
    db.session.flush()
    return row.member_id


def show_letter(identity: str, typed: str, *, now: datetime, pepper: bytes) -> int:
    """The member whose letter's code this is, or 0. Its 80 bits need no count of tries, so nobody can spend them."""
    key = codes.hashed(pepper, "identity", identity)
    wanted = codes.hashed(pepper, "letter", codes.bare(typed))
    query = db.select(OneTimeCode).where(
        OneTimeCode.key == key,
        OneTimeCode.kind == "letter",
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > now,
    )
    row = next((each for each in db.session.scalars(query) if codes.same(each.code_hash, wanted)), None)
    member = db.session.get(Member, row.member_id if row and row.member_id else 0)
    if row is None or member is None or member.left_at is not None:
        return 0
    row.used_at = now
    db.session.flush()
    return member.id


def change_password(actor: Actor, password_hash: str, *, now: datetime, language: str) -> None:
    """Set the actor's password and sign every other device out."""
    close_other_devices(actor, now=now)
    set_password(actor.member_id, password_hash, now=now, language=language)


def set_password(member_id: int, password_hash: str, *, now: datetime, language: str) -> None:
    """Set the password of a member who has just shown who they are, and tell them by mail."""
    db.session.get_one(Account, member_id).password_hash = password_hash
    tell_of_change(member_id, "password", language=language, now=now)
    db.session.flush()


def tell_of_change(member_id: int, what: str, *, language: str, now: datetime) -> None:
    """Mail a member that a key to their account was changed, so that a thief does not stay unseen."""
    member = db.session.get_one(Member, member_id)
    mail.send("account_changed", member.email, language=language, now=now, what=what, member=member.name)


def choose_language(actor: Actor, language: str) -> None:
    """Keep the language a member reads in."""
    account = db.session.get(Account, actor.member_id)
    if account is not None:
        account.language = language
        db.session.flush()
