"""Letters with codes for members whom no mail reaches. Codes are drawn, hashed, handed over once and not kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, or_
from sqlalchemy.orm import joinedload

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused, refuse_unless
from forum.roll.models import Member
from forum.signin import codes, rules
from forum.signin.models import Account, OneTimeCode, Passkey

MOST_AT_ONCE = 200


class Act(audit.Act):
    """Acts of power with letters."""

    PRINT_LETTERS = "print_letters"


@dataclass(frozen=True, slots=True)
class Letter:
    """What one letter says. It exists only until the sheet is made."""

    number: str
    name: str
    local: str
    code: str


def waiting_count(now: datetime) -> int:
    """How many members without e-mail have neither an account to enter nor a letter that still holds."""
    return db.session.scalar(db.select(func.count()).select_from(_waiting(now).subquery())) or 0


def draw_letters(actor: Actor | None, *, now: datetime, pepper: bytes) -> list[Letter]:
    """Codes for the next 200 members who wait for a letter. Raises `Refused` when nobody does."""
    query = _waiting(now).options(joinedload(Member.local)).order_by(Member.local_id, Member.id).limit(MOST_AT_ONCE)
    waiting = list(db.session.scalars(query))
    refuse_unless(waiting, N_("Nobody waits for a letter."))
    return _draw(actor, waiting, now=now, pepper=pepper)


def draw_letter_again(actor: Actor | None, member: Member | None, *, now: datetime, pepper: bytes) -> list[Letter]:
    """A new code for one member, whose letter or password is lost; earlier letters end."""
    if member is None:
        raise Refused(N_("Nobody on the roll has this number."))
    return _draw(actor, [member], now=now, pepper=pepper)


def _draw(actor: Actor | None, members: list[Member], *, now: datetime, pepper: bytes) -> list[Letter]:
    ids = [member.id for member in members]
    db.session.execute(delete(OneTimeCode).where(OneTimeCode.kind == "letter", OneTimeCode.member_id.in_(ids)))
    letters = []
    for member in members:
        code = codes.draw_printed()
        key = codes.hashed(pepper, "identity", rules.identity(member.number))
        db.session.add(
            OneTimeCode(
                kind="letter",
                key=key,
                member_id=member.id,
                code_hash=codes.hashed(pepper, "letter", code),
                created_at=now,
                expires_at=now + rules.LETTER_HOLDS_FOR,
            )
        )
        letters.append(Letter(member.number, member.name, member.local.number, codes.grouped(code)))
    worn = "teller" if actor else "operator"
    audit.record(actor, Act.PRINT_LETTERS, "roll", now=now, office=worn, count=len(letters))
    db.session.flush()
    return letters


def _waiting(now: datetime) -> Select[Member]:
    holding = db.select(OneTimeCode.member_id).where(
        OneTimeCode.kind == "letter", OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > now
    )
    entered = (
        db.select(Account.member_id)
        .outerjoin(Passkey, Passkey.member_id == Account.member_id)
        .where(or_(Account.password_hash.is_not(None), Passkey.id.is_not(None)))
    )
    query: Select[Member] = db.select(Member).where(Member.email == "", Member.left_at.is_(None))
    return query.where(Member.id.not_in(holding.where(OneTimeCode.member_id.is_not(None))), Member.id.not_in(entered))
