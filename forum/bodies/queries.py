"""Reads of bodies' acts: what is pending, what took effect, who signed, and the page of one act."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from forum.bodies import registry
from forum.bodies.acts import OFFICES, Body
from forum.bodies.models import BodyAct, Signature
from forum.bodies.rules import Signing, may_sign, signatures_needed
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.roll.models import Member
from forum.signin.models import Account

Matter = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SignedBy:
    """One line of the list of signatures. `sits` is false when the person has left the body since."""

    name: str
    at: datetime
    sits: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of acts: `signed` of the `needed` signatures count now; `by` put it forward."""

    act: BodyAct
    signed: int
    needed: int
    by: str


@dataclass(frozen=True, slots=True)
class ActPage:
    """What the page of one act shows."""

    act: BodyAct
    signed: list[SignedBy]
    size: int
    needed: int
    missing: int
    may_sign: bool
    has_signed: bool
    proposed_by: str
    may_withdraw: bool
    rivals: list[Listed]


def find_act(actor: Actor, act_id: int) -> BodyAct:
    """An act that this person may see; `Missing` otherwise."""
    act = db.session.get(BodyAct, act_id)
    if act is None or not _may_see(actor, act):
        raise Missing
    return act


def _may_see(actor: Actor, act: BodyAct) -> bool:
    runs_it = actor.holds("teller", act.question_id) or actor.holds("observer", act.question_id)
    return runs_it or actor.is_officer or (actor.is_member and act.took_effect_at is not None)


def signing_of(act: BodyAct) -> Signing:
    """Who of the body rules on this act now, those left out whose own matter it is; and who signed exactly it."""
    query = db.select(Signature.member_id).where(
        Signature.body_act_id == act.id, Signature.document_hash == act.document_hash
    )
    body = registry.members_of(act.body, act.question_id) - barred_from(act)
    return Signing(body, frozenset(db.session.scalars(query)))


def barred_from(act: BodyAct) -> frozenset[int]:
    """Those whose own matter this is: nobody rules on their own act."""
    return frozenset(act.facts.get("barred", []))


def pending(question_id: int) -> list[BodyAct]:
    """Acts of a question that still wait for signatures, oldest first."""
    query = _waiting().where(BodyAct.question_id == question_id)
    return list(db.session.scalars(query))


def held_pending(question_id: int | None = None) -> list[BodyAct]:
    """Acts that wait for signatures (of one question, if it is named), read anew and held until this write ends. Held
    in one order by everybody, so that of two rivals signed at once one takes effect and the other is dropped.
    """
    query = _waiting() if question_id is None else _waiting().where(BodyAct.question_id == question_id)
    return list(db.session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def pending_on(question_id: int, act: str, about: str) -> list[BodyAct]:
    """Acts of one kind on one subject that still wait for signatures, oldest first."""
    return [each for each in pending(question_id) if each.act == act and each.facts.get("about", "") == about]


def rivals_of(act: BodyAct) -> list[BodyAct]:
    """Other texts of the same kind on the same subject that wait for signatures: one takes effect, the rest go."""
    found = pending_on(act.question_id, act.act, act.facts.get("about", ""))
    return [each for each in found if each.id != act.id]


def so_far(act: BodyAct) -> Listed:
    """How far an act has come, and who put it forward."""
    signing = signing_of(act)
    return Listed(act, len(signing.counted), signatures_needed(len(signing.body)), _proposer(act))


def _proposer(act: BodyAct) -> str:
    return db.session.get_one(Member, act.proposed_by_id).name


def _waiting() -> Select[BodyAct]:
    waiting = select(BodyAct).where(BodyAct.took_effect_at.is_(None), BodyAct.dropped_at.is_(None))
    return waiting.order_by(BodyAct.id)


def took_effect(question_id: int, act: str) -> BodyAct | None:
    """The newest act of this kind that took effect on the question."""
    query = db.select(BodyAct).where(
        BodyAct.question_id == question_id, BodyAct.act == act, BodyAct.took_effect_at.is_not(None)
    )
    return db.session.scalars(query.order_by(BodyAct.id.desc()).limit(1)).first()


def acts_of(question_id: int) -> list[BodyAct]:
    """Every act proposed on a question and not dropped, newest first."""
    query = db.select(BodyAct).where(BodyAct.question_id == question_id, BodyAct.dropped_at.is_(None))
    return list(db.session.scalars(query.options(selectinload(BodyAct.signatures)).order_by(BodyAct.id.desc())))


def visible_acts(actor: Actor, question_id: int) -> list[BodyAct]:
    """The acts on a question that this person may see, newest first."""
    return [act for act in acts_of(question_id) if _may_see(actor, act)]


def signers(question_id: int, act: str, document_hash: str = "") -> frozenset[int]:
    """Those who signed the newest act of this kind that was not dropped; of exactly this document, if one is
    named.
    """
    query = db.select(BodyAct).where(
        BodyAct.question_id == question_id, BodyAct.act == act, BodyAct.dropped_at.is_(None)
    )
    if document_hash:
        query = query.where(BodyAct.document_hash == document_hash)
    newest = db.session.scalars(query.order_by(BodyAct.id.desc()).limit(1)).first()
    return signing_of(newest).signed if newest else frozenset()


def all_pending() -> list[BodyAct]:
    """Every act of the union that waits for signatures."""
    return list(db.session.scalars(_waiting()))


def to_sign(actor: Actor) -> list[BodyAct]:
    """Acts that wait for this person's signature."""
    if not actor.leads:
        return []
    return [act for act in all_pending() if _can_sign(actor, act, signing_of(act))]


def in_hand(actor: Actor) -> set[Matter]:
    """The matters on which a text waits that this person has signed, or is asked to sign."""
    if not actor.leads:
        return set()
    waiting = [(act, signing_of(act)) for act in all_pending()]
    return {matter_of(act) for act, each in waiting if actor.member_id in each.signed or _can_sign(actor, act, each)}


def matter_of(act: BodyAct) -> Matter:
    """What an act is about: ("rule_challenge", "challenge:7")."""
    return act.act, str(act.facts.get("about", ""))


def _can_sign(actor: Actor, act: BodyAct, signing: Signing) -> bool:
    own = actor.member_id in barred_from(act)
    return may_sign(actor.member_id, signing.body, signing.signed, own_act=own)


def act_page(actor: Actor, act_id: int) -> ActPage:
    """Everything the page of an act shows to this person."""
    act = find_act(actor, act_id)
    signing = signing_of(act)
    query = (
        db.select(Signature, Member.name)
        .join(Member, Member.id == Signature.member_id)
        .where(Signature.body_act_id == act.id)
        .order_by(Signature.id)
    )
    rows = db.session.execute(query).all()
    signed = [SignedBy(name, each.at, each.member_id in signing.body) for each, name in rows]
    is_open = act.took_effect_at is None and act.dropped_at is None
    return ActPage(
        act=act,
        signed=signed,
        size=len(signing.body),
        needed=signatures_needed(len(signing.body)),
        missing=signing.missing_count,
        may_sign=is_open and _can_sign(actor, act, signing),
        has_signed=actor.member_id in signing.signed,
        proposed_by=_proposer(act),
        may_withdraw=is_open and act.proposed_by_id == actor.member_id,
        rivals=[so_far(each) for each in rivals_of(act)] if is_open else [],
    )


def recipients(member_ids: frozenset[int]) -> list[tuple[str, str]]:
    """Address and language of these members, for mail; those without an address are left out."""
    query = (
        db.select(Member.email, Account.language)
        .outerjoin(Account, Account.member_id == Member.id)
        .where(Member.id.in_(member_ids), Member.email != "", Member.left_at.is_(None))
        .order_by(Member.id)
    )
    return [(email, language or "en") for email, language in db.session.execute(query)]


def office_in(body: str) -> str:
    """The office in which a member of this body signs."""
    return OFFICES[Body(body)]
