"""Appeals against measures: one each, to the tellers, who rule as a body. Nobody rules on an own act."""

from datetime import datetime
from typing import Any

from forum.bodies import operations as bodies
from forum.bodies import registry
from forum.bodies.acts import MEMBERS_ONLY
from forum.bodies.models import BodyAct
from forum.bodies.queries import recipients
from forum.halls.queries import hall as hall_view
from forum.halls.rules import may_write
from forum.kernel import audit, mail
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused
from forum.moderation import queries, rules
from forum.moderation.acts import Act
from forum.moderation.documents import appeal_document
from forum.moderation.forms import NewRuling
from forum.moderation.models import Hiding, Restraint
from forum.moderation.operations import set_hidden, tell
from forum.moderation.queries import Measured
from forum.moderation.restraint_operations import take_effect_off
from forum.moderation.rules import Ruling
from forum.moderation.word_queries import words


def subject_of(measure: Measured) -> str:
    """What the log calls the thing that a measure is about."""
    if isinstance(measure, Restraint) and measure.sitting_id is not None:
        return f"sitting:{measure.sitting_id}"
    return f"{measure.kind}:{measure.subject_id}"


def appeal_measure(actor: Actor, measure: Measured, appeal: str, *, now: datetime) -> Measured:
    """The member concerned says why it should not be; the tellers are told."""
    if reason := why_not_appeal(actor, measure):
        raise Refused(reason)
    measure.appeal, measure.appealed_at = appeal, now
    if isinstance(measure, Restraint):
        measure.appealed_by_id = actor.member_id
    audit.record(actor, Act.APPEAL_HIDING, subject_of(measure), now=now, **_named(measure))
    tellers = registry.members_of("tellers", measure.question_id) - {measure.by_id, actor.member_id}
    for address, language in recipients(tellers):
        mail.send("appeal_to_rule", address, language=language, now=now, measure=measure)
    db.session.flush()
    return measure


def _named(measure: Measured) -> dict[str, Any]:
    return {queries.fact_of(measure).removesuffix("_id"): measure.id}


def why_not_appeal(actor: Actor, measure: Measured) -> str:
    """What keeps this person from appealing; empty if nothing does."""
    writes = not measure.concerns and may_write(actor, hall_view(measure.hall_id).place)
    return rules.why_not_appeal(actor.member_id, queries.standing_of(measure), may_write=writes)


def propose_ruling(actor: Actor, measure: Measured, new: NewRuling, *, now: datetime) -> BodyAct:
    """A teller puts a ruling before the tellers; it holds when more than half of them have signed it."""
    if reason := rules.why_not_rule(actor, queries.standing_of(measure)):
        raise Refused(reason)
    document = appeal_document(measure, measure.reason, measure.appeal, new.ruling, new.reason)
    public = appeal_document(measure, MEMBERS_ONLY, MEMBERS_ONLY, new.ruling, new.reason)
    name = queries.fact_of(measure)
    facts = {name: measure.id, "ruling": new.ruling.value, "reason": new.reason, "public": public}
    return bodies.propose(
        actor, measure.question_id, "tellers", "rule_appeal", document, facts, now, about=f"{name}:{measure.id}",
        barred=[each for each in {measure.by_id, *parties(measure)} if each],
    )  # fmt: skip


def parties(measure: Measured) -> set[int]:
    """Who hears what the tellers rule: who took the measure, whom it touches, who appealed."""
    appealed_by = measure.appealed_by_id if isinstance(measure, Restraint) else None
    return {each for each in (measure.by_id, measure.concerns, appealed_by) if each}


def rule_by_act(act: BodyAct, now: datetime) -> None:
    """The tellers' ruling takes effect: the measure stands, or what it did is undone."""
    measure: Measured
    if "hiding_id" in act.facts:
        measure = queries.hiding(int(act.facts["hiding_id"]), lock=True)
    else:
        measure = queries.restraint(int(act.facts["restraint_id"]), lock=True)
    if measure.ruling or measure.lifted_at is not None:
        raise Refused(N_("The tellers have ruled on this."))
    measure.ruling, measure.ruling_reason = str(Ruling(act.facts["ruling"])), str(act.facts["reason"])
    measure.ruled_by_id, measure.ruled_at = act.proposed_by_id, now
    db.session.flush()
    if measure.ruling == Ruling.RESTORED:
        _undo(measure, now)
    audit.record(
        None, Act.RULE_APPEAL, subject_of(measure), now=now, office="teller", ruling=measure.ruling, body_act=act.id,
        **_named(measure),
    )  # fmt: skip
    for member_id in parties(measure):
        tell("appeal_ruled", member_id, measure, now)


def _undo(measure: Measured, now: datetime) -> None:
    if isinstance(measure, Hiding):
        set_hidden(words(measure.kind, measure.subject_id), None)
    else:
        take_effect_off(measure, now)
