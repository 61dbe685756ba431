"""A teller hides what was said to members; whoever said it may appeal, once; the observers rule, as a body.

Hiding here is always the tellers' act, and nobody rules on their own: so the appeal goes to those who watch over them.
"""

from datetime import datetime
from typing import Any

from forum.bodies import operations as bodies
from forum.bodies import registry
from forum.bodies.acts import MEMBERS_ONLY, Body
from forum.bodies.models import BodyAct
from forum.bodies.queries import recipients
from forum.kernel import audit, mail, mailings
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused
from forum.moderation.acts import Act
from forum.moderation.documents import OUTCOMES
from forum.moderation.forms import Cause, NewRuling
from forum.moderation.rules import GROUND_NAMES, Deed, Ground, Ruling
from forum.questions.models import Question
from forum.reach import hiding_queries, notices, queries, rules
from forum.reach.models import LedgerEntry
from forum.reach.operations import lock
from forum.reach.rules import Kind


def hide_entry(actor: Actor, question_id: int, entry_id: int, cause: Cause, *, now: datetime) -> LedgerEntry:
    """A teller hides the words of a mail, a banner or a pin, on a ground of the closed list: a banner or a pin comes
    down, the entry stays with ground and reason. A mail that still goes out stops. Whoever said it is told."""
    lock(question_id)
    entry = hiding_queries.entry_of(question_id, entry_id, lock=True)
    if reason := rules.why_not_hide(actor, hiding_queries.facts_of(entry)):
        raise Refused(reason)
    entry.hidden_at, entry.hidden_by_id = now, actor.member_id
    entry.ground, entry.reason = cause.ground.value, cause.reason
    db.session.flush()
    _record(actor, Act.HIDE_WORDS, entry, now, office="teller", ground=entry.ground, reason=entry.reason)
    _tell("entry_hidden", [entry.by_id], entry, now)
    return entry


def appeal_hiding(actor: Actor, question_id: int, entry_id: int, appeal: str, *, now: datetime) -> LedgerEntry:
    """Whoever said it says why it should stand; the observers are told."""
    entry = hiding_queries.entry_of(question_id, entry_id, lock=True)
    if reason := rules.why_not_appeal(actor, hiding_queries.facts_of(entry)):
        raise Refused(reason)
    entry.appeal, entry.appealed_at = appeal, now
    db.session.flush()
    _record(actor, Act.APPEAL_HIDING, entry, now)
    _tell("entry_appealed", registry.members_of(Body.OBSERVERS, question_id) - {actor.member_id}, entry, now)
    return entry


def propose_ruling(actor: Actor, question_id: int, entry_id: int, new: NewRuling, *, now: datetime) -> BodyAct:
    """An observer puts a ruling before the observers; it holds when more than half of them have signed it."""
    entry = hiding_queries.entry_of(question_id, entry_id)
    if reason := rules.why_not_rule(actor, hiding_queries.facts_of(entry)):
        raise Refused(reason)
    facts = {
        "entry_id": entry.id, "ruling": new.ruling.value, "reason": new.reason,
        "public": _document(entry, MEMBERS_ONLY, new),
    }  # fmt: skip
    return bodies.propose(
        actor, question_id, Body.OBSERVERS, hiding_queries.ACT, _document(entry, entry.appeal, new), facts, now,
        about=hiding_queries.matter(entry)[1], barred=[each for each in (entry.by_id, entry.hidden_by_id) if each],
    )  # fmt: skip


def rule_by_act(act: BodyAct, now: datetime) -> None:
    """The observers' ruling takes effect: the words stay hidden, or are shown again."""
    entry = hiding_queries.entry_of(act.question_id, int(act.facts["entry_id"]), lock=True)
    if entry.ruling:
        raise Refused(N_("The observers have ruled on this."))
    entry.ruling, entry.ruling_reason = str(Ruling(act.facts["ruling"])), str(act.facts["reason"])
    entry.ruled_at = now
    if entry.ruling == Ruling.RESTORED:
        _show_again(entry, now)
    db.session.flush()
    _record(None, Act.RULE_APPEAL, entry, now, office="observer", ruling=entry.ruling, body_act=act.id)
    _tell("entry_ruled", {entry.by_id, entry.hidden_by_id}, entry, now)


def _show_again(entry: LedgerEntry, now: datetime) -> None:
    """A banner or a pin has back the time that it was down, while the debate runs; a mail goes on where it stopped."""
    hidden_at, entry.hidden_at = entry.hidden_at, None
    if db.session.get_one(Question, entry.question_id).state not in queries.RUNNING or hidden_at is None:
        return
    if entry.kind == Kind.MAIL:
        mailings.resume(notices.MAILING, entry.id)
    elif entry.ends_at is not None and entry.ends_at > hidden_at:
        entry.ends_at += now - hidden_at


def _document(entry: LedgerEntry, appeal: str, new: NewRuling) -> str:
    """What the observers sign. The same facts give the same text; it is not translated."""
    ground, words = GROUND_NAMES[Ground(entry.ground)], audit.sha256(entry.source)
    return (
        f"# Ruling on the appeal against hiding entry {entry.id} of the ledger\n\n"
        f"Hidden by the tellers: a {entry.kind}, because {ground}. Hash of the words: {words}\n\n"
        f"The reason given: {entry.reason}\n\nThe appeal: {appeal}\n\n"
        f"The observers rule: {OUTCOMES[Deed.HIDE][new.ruling]}\n\nBecause: {new.reason}\n"
    )


def _record(actor: Actor | None, verb: Act, entry: LedgerEntry, now: datetime, **facts: Any) -> None:
    audit.record(actor, verb, f"reach:{entry.id}", now=now, kind=entry.kind, **facts)


def _tell(name: str, member_ids: Any, entry: LedgerEntry, now: datetime) -> None:
    question = db.session.get_one(Question, entry.question_id)
    for address, language in recipients(frozenset(each for each in member_ids if each)):
        mail.send(
            name, address, language=language, now=now, entry=entry, question=question,
            ground=GROUND_NAMES[Ground(entry.ground)],
        )  # fmt: skip
