"""Words are hidden with a ground and a public reason, and shown again by whoever hid them. No text is ever deleted."""

import secrets
from datetime import datetime

from forum.arguments.models import Argument
from forum.bodies import operations as bodies
from forum.bodies.queries import recipients
from forum.halls import quoting_operations
from forum.halls.models import Post
from forum.kernel import audit, mail
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused
from forum.moderation import queries, rules
from forum.moderation.acts import Act
from forum.moderation.forms import Cause
from forum.moderation.models import Hiding
from forum.moderation.queries import Measured
from forum.moderation.report_operations import close_reports
from forum.moderation.rules import GROUND_NAMES, KIND_NAMES, Ground, Kind, Outcome, Ruling
from forum.moderation.word_queries import Words, words
from forum.sittings import chat_operations, enquiry_operations


def content_hash(text: str, salt: str) -> str:
    """What the log keeps of hidden words: whoever has them and the salt can prove what was hidden."""
    return audit.sha256(f"{salt}\n{text}")


def hide_words(actor: Actor, kind: str, subject_id: int, cause: Cause, *, now: datetime) -> Hiding:
    """Hide words. Their author is told at once, with the way to appeal; whoever reported them hears the ruling."""
    subject = words(kind, subject_id, lock=True)
    case = subject.case
    if reason := rules.why_not_judge(actor, case):
        raise Refused(reason)
    earlier = queries.latest(kind, subject_id)
    if subject.hidden_at is not None:
        raise Refused(N_("This is hidden already."))
    if earlier is not None and earlier.ruling == Ruling.RESTORED:
        raise Refused(N_("The tellers have ruled that these words stand."))
    salt, office = secrets.token_hex(16), rules.office_of(actor, case)
    hiding = Hiding(
        question_id=case.question_id, hall_id=subject.hall.hall.id, kind=kind, subject_id=subject_id,
        author_id=subject.author_id, ground=cause.ground.value, reason=cause.reason, salt=salt, office=office,
        content_hash=content_hash(subject.text, salt), by_id=actor.member_id, at=now,
    )  # fmt: skip
    db.session.add(hiding)
    db.session.flush()
    set_hidden(subject, now)
    close_reports(actor, kind, subject_id, Outcome.HIDDEN, now)
    audit.record(
        actor, Act.HIDE_WORDS, f"{kind}:{subject_id}", now=now, office=office, hall=hiding.hall_id,
        ground=cause.ground.value, reason=cause.reason, hiding=hiding.id, content_hash=hiding.content_hash,
    )  # fmt: skip
    tell("words_hidden", subject.author_id, hiding, now, kind=KIND_NAMES[subject.kind], text=subject.text)
    return hiding


def unhide_words(actor: Actor, hiding_id: int, reason: str, *, now: datetime) -> Hiding:
    """Show words again that were hidden by mistake. Whoever could hide them may, as long as no teller has ruled."""
    hiding = queries.hiding(hiding_id, lock=True)
    if why_not := rules.why_not_lift(actor, queries.standing_of(hiding)):
        raise Refused(why_not)
    mark_lifted(actor, hiding, reason, now)
    set_hidden(words(hiding.kind, hiding.subject_id), None)
    audit.record(
        actor, Act.UNHIDE_WORDS, f"{hiding.kind}:{hiding.subject_id}", now=now, hall=hiding.hall_id,
        office=rules.office_of(actor, queries.standing_of(hiding).case), ground=hiding.ground, reason=reason,
        hiding=hiding.id,
    )  # fmt: skip
    tell("measure_lifted", hiding.author_id, hiding, now)
    return hiding


def mark_lifted(actor: Actor, measure: Measured, reason: str, now: datetime) -> None:
    """Note who lifted a measure and why; an appeal against it has nothing left to be ruled on."""
    measure.lifted_at, measure.lifted_by_id, measure.lifted_reason = now, actor.member_id, reason
    bodies.drop_pending(measure.question_id, ["rule_appeal"], now, about=f"{queries.fact_of(measure)}:{measure.id}")
    db.session.flush()


def set_hidden(subject: Words, at: datetime | None) -> None:
    """Take words from view (`at` an instant), or show them again; wherever somebody looks at them now, it is told."""
    if subject.kind is Kind.MESSAGE:
        if at is None:
            chat_operations.restore_message(subject.subject_id)
        else:
            chat_operations.hide_message(subject.subject_id, now=at)
        return
    if subject.kind is Kind.ENQUIRY:
        if at is None:
            enquiry_operations.restore_enquiry(subject.subject_id)
        else:
            enquiry_operations.hide_enquiry(subject.subject_id, now=at)
        return
    if subject.kind is Kind.POST:
        post = db.session.get_one(Post, subject.subject_id, with_for_update=True)
        post.hidden_at = at
        (quoting_operations.show_quotes if at is None else quoting_operations.hide_quotes)(post)
    else:
        argument = db.session.get_one(Argument, subject.subject_id, with_for_update=True)
        argument.hidden_at = at
        chat_operations.announce_argument(argument)
    db.session.flush()


def tell(name: str, member_id: int, measure: Measured, now: datetime, **facts: object) -> None:
    """Write one member the mail of this name about a measure."""
    ground = GROUND_NAMES[Ground(measure.ground)]
    for address, language in recipients(frozenset({member_id})):
        mail.send(name, address, language=language, now=now, measure=measure, ground=ground, **facts)
