"""A body acts: a document is proposed to it, its members sign, and with more than half of them it takes
effect.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from forum.bodies import queries, registry
from forum.bodies.acts import TITLES, Body
from forum.bodies.models import BodyAct, Signature
from forum.kernel import audit, mail, slots
from forum.kernel.database import attempt, db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refusal, Stale, refuse_unless

GONE = N_("This text was withdrawn, or another took its place. Nothing was signed.")


class Act(audit.Act):
    """Acts of power on bodies' acts."""

    PROPOSE_ACT = "propose_act"
    SIGN_ACT = "sign_act"
    COMPLETE_ACT = "complete_act"
    DROP_ACT = "drop_act"


def propose(
    actor: Actor,
    question_id: int,
    body: str,
    act: str,
    document: str,
    facts: Mapping[str, Any],
    now: datetime,
    *,
    about: str = "",
    barred: Iterable[int] = (),
    names: Iterable[str] = (),
) -> BodyAct:
    """Put a document before a body; its members are told by mail. The proposer still has to sign.

    `about` tells apart acts of one kind on one question (which local, which challenge). Others' pending acts of the
    same kind and subject stay beside it until one takes effect: else one member could keep a body from ever acting.
    The proposer's own earlier one is dropped, unless it is the same document. `barred` are those whose own matter
    it is: they have no part in it, and more than half of the others decide. `names` stand in the document beside those
    of the people named for the question; the act keeps them all, as they are written now, so that its text for
    visitors leaves them out also after somebody has taken another name.
    """
    title, barred = TITLES[act], frozenset(barred)
    members = registry.members_of(body, question_id)
    refuse_unless(actor.member_id not in barred, N_("Nobody rules on their own act."))
    refuse_unless(actor.member_id in members, N_("Only a member of this body can put an act before it."))
    digest = audit.sha256(document)
    for earlier in queries.pending_on(question_id, act, about):
        if earlier.document_hash == digest and earlier.body == body:
            return earlier
        if earlier.proposed_by_id == actor.member_id:
            _drop(actor, earlier, now)
    everyone = sorted({*names, *slots.gather("act.names", question_id)})
    proposed = BodyAct(
        question_id=question_id, body=str(Body(body)), act=act, document=document, document_hash=digest,
        facts={**facts, "about": about, "barred": sorted(barred), "names": everyone},
        proposed_at=now, proposed_by_id=actor.member_id,
    )  # fmt: skip
    db.session.add(proposed)
    db.session.flush()
    _record(actor, Act.PROPOSE_ACT, proposed, now)
    for address, language in queries.recipients(members - queries.barred_from(proposed)):
        mail.send("act_to_sign", address, language=language, now=now, act_id=proposed.id, title=title)
    return proposed


def sign(actor: Actor, body_act_id: int, document_hash: str, now: datetime) -> BodyAct:
    """Sign exactly this document; with more than half of the body's present members it takes effect at once.

    Where the effect is refused (something is still missing), the signature is refused with it.
    """
    act = _held(body_act_id)
    signing = queries.signing_of(act)
    refuse_unless(actor.member_id not in queries.barred_from(act), N_("Nobody rules on their own act."))
    refuse_unless(actor.member_id in signing.body, N_("Only a member of this body can sign its acts."))
    refuse_unless(actor.fresh, N_("Please show once more that it is you, then sign."))
    refuse_unless(act.dropped_at is None, GONE)
    if document_hash != act.document_hash:
        raise Stale(N_("The document is not the one you were shown. Read it again, then sign."))
    refuse_unless(actor.member_id not in signing.signed, N_("You have signed this already."))
    refuse_unless(act.took_effect_at is None, N_("This act has already taken effect."))
    db.session.add(Signature(body_act_id=act.id, member_id=actor.member_id, document_hash=document_hash, at=now))
    db.session.flush()
    _record(actor, Act.SIGN_ACT, act, now)
    _settle(act, now)
    return act


def _held(body_act_id: int) -> BodyAct:
    """An act that stays as it is now until this write ends, and its rivals with it."""
    act: BodyAct | None = db.session.get(BodyAct, body_act_id)
    if act is None:
        raise Missing
    queries.held_pending(act.question_id)
    db.session.refresh(act)  # one that another signature has just ended waits no more
    return act


def withdraw(actor: Actor, body_act_id: int, now: datetime) -> BodyAct:
    """Take back a text one put before a body oneself; nobody else can, unless the body signs another."""
    act = _held(body_act_id)
    refuse_unless(act.proposed_by_id == actor.member_id, N_("Only the person who put this text forward withdraws it."))
    refuse_unless(act.took_effect_at is None, N_("This act has already taken effect."))
    refuse_unless(act.dropped_at is None, GONE)
    _drop(actor, act, now)
    return act


def settle_pending(now: datetime) -> int:
    """Let acts take effect whose body has become smaller since the last signature; the clock's part. Returns
    how many.

    An act whose effect is still refused stays pending; one that another's effect has just ended is passed over.
    """
    settled = 0
    for act in queries.held_pending():
        if act.dropped_at is not None:
            continue
        try:
            with attempt():
                settled += _settle(act, now)
        except Refusal:
            continue
    return settled


def drop_pending(question_id: int, acts: Iterable[str], now: datetime, *, about: str = "") -> None:
    """Drop pending acts of these kinds (on this subject, if one is named), because what they spoke of has changed."""
    wanted = set(acts)
    for act in queries.pending(question_id):
        if act.act in wanted and about in ("", act.facts.get("about", "")):
            _drop(None, act, now)


def _settle(act: BodyAct, now: datetime) -> bool:
    if not queries.signing_of(act).takes_effect:
        return False
    act.took_effect_at = now
    db.session.flush()
    _record(None, Act.COMPLETE_ACT, act, now)
    for rival in queries.rivals_of(act):  # before the effect, which looks at what is left to sign
        _drop(None, rival, now)
    registry.effect_of(act.act)(act, now)
    return True


def _drop(actor: Actor | None, act: BodyAct, now: datetime) -> None:
    act.dropped_at = now
    db.session.flush()
    _record(actor, Act.DROP_ACT, act, now)


def _record(actor: Actor | None, verb: Act, act: BodyAct, now: datetime) -> None:
    audit.record(
        actor, verb, f"question:{act.question_id}", now=now, office=queries.office_in(act.body),
        kind=act.act, act_id=act.id, document_hash=act.document_hash,
    )  # fmt: skip
