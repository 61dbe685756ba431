"""Words are hidden with a ground and a public reason, appealed against, and ruled on. No text is ever deleted."""

import secrets
from datetime import datetime

from forum.arguments.models import Argument
from forum.bodies import operations as bodies
from forum.bodies import registry
from forum.bodies.acts import MEMBERS_ONLY
from forum.bodies.models import BodyAct
from forum.bodies.queries import recipients
from forum.halls.models import Post
from forum.kernel import audit, mail
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused
from forum.moderation import queries, rules
from forum.moderation.documents import appeal_document
from forum.moderation.forms import Cause, NewRuling
from forum.moderation.models import Hiding
from forum.moderation.queries import Words
from forum.moderation.report_operations import close_reports
from forum.moderation.rules import GROUND_NAMES, KIND_NAMES, Ground, Kind, Ruling
from forum.sittings import chat_operations, enquiry_operations


class Act(audit.Act):
    """Acts of power over words."""

    HIDE_WORDS = "hide_words"
    APPEAL_HIDING = "appeal_hiding"
    RULE_APPEAL = "rule_appeal"


def content_hash(text: str, salt: str) -> str:
    """What the log keeps of hidden words: whoever has them and the salt can prove what was hidden."""
    return audit.sha256(f"{salt}\n{text}")


def hide_words(actor: Actor, kind: str, subject_id: int, cause: Cause, *, now: datetime) -> Hiding:
    """Hide a post, chat message, argument or question to a session. Its author is told how to appeal."""
    subject = queries.words(kind, subject_id)
    question_id, hall = subject.hall.question.id, subject.hall.hall
    if reason := rules.why_not_hide(actor, actor.member_id, question_id, hall.local_id, subject.author_id):
        raise Refused(reason)
    earlier = queries.latest(kind, subject_id)
    if subject.hidden_at is not None:
        raise Refused(N_("This is hidden already."))
    if earlier is not None and earlier.ruling == Ruling.RESTORED:
        raise Refused(N_("The tellers have ruled that these words stand."))
    salt = secrets.token_hex(16)
    hiding = Hiding(
        question_id=question_id, hall_id=hall.id, kind=kind, subject_id=subject_id, author_id=subject.author_id,
        ground=cause.ground.value, reason=cause.reason, content_hash=content_hash(subject.text, salt), salt=salt,
        by_id=actor.member_id, at=now,
    )  # fmt: skip
    db.session.add(hiding)
    db.session.flush()
    _set_hidden(subject, now)
    close_reports(kind, subject_id, now)
    audit.record(
        actor, Act.HIDE_WORDS, f"{kind}:{subject_id}", now=now, office=_office(hall.local_id), hall=hall.id,
        ground=cause.ground.value, reason=cause.reason, hiding=hiding.id, content_hash=hiding.content_hash,
    )  # fmt: skip
    _tell("words_hidden", subject.author_id, hiding, now, text=subject.text)
    return hiding


def _office(local_id: int | None) -> str:
    return "host" if local_id is not None else "teller"


def _set_hidden(subject: Words, at: datetime | None) -> None:
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
        db.session.get_one(Post, subject.subject_id, with_for_update=True).hidden_at = at
    else:
        argument = db.session.get_one(Argument, subject.subject_id, with_for_update=True)
        argument.hidden_at = at
        chat_operations.announce_argument(argument)
    db.session.flush()


def _tell(name: str, member_id: int, hiding: Hiding, now: datetime, **facts: object) -> None:
    ground, kind = GROUND_NAMES[Ground(hiding.ground)], KIND_NAMES[Kind(hiding.kind)]
    for address, language in recipients(frozenset({member_id})):
        mail.send(name, address, language=language, now=now, hiding=hiding, ground=ground, kind=kind, **facts)


def appeal_hiding(actor: Actor, hiding_id: int, appeal: str, *, now: datetime) -> Hiding:
    """The author says why the words should stand; the tellers are told."""
    hiding = queries.hiding(hiding_id)
    db.session.refresh(hiding, with_for_update=True)
    appealed, ruled = hiding.appealed_at is not None, hiding.ruling != ""
    if reason := rules.why_not_appeal(actor.member_id, hiding.author_id, appealed=appealed, ruled=ruled):
        raise Refused(reason)
    hiding.appeal, hiding.appealed_at = appeal, now
    audit.record(actor, Act.APPEAL_HIDING, f"{hiding.kind}:{hiding.subject_id}", now=now, hiding=hiding.id)
    tellers = registry.members_of("tellers", hiding.question_id) - {hiding.by_id, hiding.author_id}
    for address, language in recipients(tellers):
        mail.send("appeal_to_rule", address, language=language, now=now, hiding=hiding)
    db.session.flush()
    return hiding


def propose_ruling(actor: Actor, hiding_id: int, new: NewRuling, *, now: datetime) -> BodyAct:
    """A teller puts a ruling before the tellers; it holds when more than half of them have signed it."""
    hiding = queries.hiding(hiding_id)
    if reason := rules.why_not_rule(actor, actor.member_id, hiding.question_id, hiding.by_id, hiding.author_id):
        raise Refused(reason)
    if hiding.appealed_at is None or hiding.ruling:
        raise Refused(N_("There is no appeal here that waits for a ruling."))
    document, public = (
        appeal_document(
            hiding.id, hiding.kind, hiding.ground, cause, hiding.content_hash, appeal, new.ruling, new.reason
        )
        for cause, appeal in ((hiding.reason, hiding.appeal), (MEMBERS_ONLY, MEMBERS_ONLY))
    )
    facts = {"hiding_id": hiding.id, "ruling": new.ruling.value, "reason": new.reason, "public": public}
    return bodies.propose(
        actor, hiding.question_id, "tellers", "rule_appeal", document, facts, now, about=f"hiding:{hiding.id}",
        barred=[hiding.by_id, hiding.author_id],
    )  # fmt: skip


def rule_by_act(act: BodyAct, now: datetime) -> None:
    """The tellers' ruling takes effect: the words stay hidden, or are shown again."""
    hiding = db.session.get_one(Hiding, int(act.facts["hiding_id"]), with_for_update=True)
    if hiding.ruling:
        raise Refused(N_("The tellers have ruled on this."))
    hiding.ruling, hiding.ruling_reason = str(Ruling(act.facts["ruling"])), str(act.facts["reason"])
    hiding.ruled_by_id, hiding.ruled_at = act.proposed_by_id, now
    db.session.flush()
    if hiding.ruling == Ruling.RESTORED:
        _set_hidden(queries.words(hiding.kind, hiding.subject_id), None)
    audit.record(
        None, Act.RULE_APPEAL, f"{hiding.kind}:{hiding.subject_id}", now=now, office="teller", hiding=hiding.id,
        ruling=hiding.ruling, body_act=act.id,
    )  # fmt: skip
    for member_id in {hiding.author_id, hiding.by_id}:
        _tell("appeal_ruled", member_id, hiding, now)
