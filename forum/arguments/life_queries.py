"""An argument's life as the debate knows it: where it was said, moved, seconded, worded, answered, merged and read."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func

from forum.arguments import queries, rules
from forum.arguments.list_queries import Tag, in_view, tag_of
from forum.arguments.merge_queries import MergeView, ruled, waiting
from forum.arguments.models import Argument, ArgumentRevision, OriginConsent, SourceAsk
from forum.halls import queries as halls
from forum.halls.models import Post
from forum.halls.queries import HallView
from forum.halls.rules import keeps_order, why_not_take_part
from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Option, Question
from forum.roll.models import Local, Member
from forum.roll.naming import nameable_locals


@dataclass(frozen=True)
class Person:
    """Somebody with the local they belong to."""

    name: str
    local: str


@dataclass(frozen=True)
class Said:
    """The words an argument was moved from. `html` and `url` are for members; `by` only if that person agreed.
    `minute` is how long the live session had run, None for a post."""

    kind: str
    html: str
    url: str
    by: Person | None
    at: datetime | None
    minute: int | None = None


@dataclass(frozen=True)
class Joined:
    """An argument that was merged into this one."""

    tag: Tag
    local: str
    at: datetime | None


@dataclass(frozen=True)
class Answered:
    """An argument that answers this one; `well_at` when this one's mover said that it answers well."""

    tag: Tag
    argument_id: int
    at: datetime
    well_at: datetime | None


@dataclass(frozen=True)
class Asks:
    """How many members asked for sources, how many still wait, and when the first asked and the last were answered."""

    count: int = 0
    waiting: int = 0
    first_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Allowed:
    """What this reader may do with the argument; a sentence where something stands in the way."""

    second: bool = False
    read: bool = False
    word: bool = False
    withdraw: bool = False
    merge: bool = False
    answer: bool = False
    ask: bool = False
    mark: bool = False
    why_not_read: str = ""


@dataclass(frozen=True)
class Life:
    """Everything the page of an argument shows of the debate. Persons are None for visitors."""

    argument: Argument
    question: Question
    option: Option
    hall: HallView
    tag: Tag
    names_hall: bool
    revisions: list[ArgumentRevision]
    allowed: Allowed
    mover: Person | None = None
    seconder: Person | None = None
    said: Said | None = None
    joined: list[Joined] = field(default_factory=list)
    into: Tag | None = None
    answers: Tag | None = None
    answered_by: list[Answered] = field(default_factory=list)
    asks: Asks = Asks()
    own_value: int | None = None
    consent: OriginConsent | None = None
    merges: list[MergeView] = field(default_factory=list)
    rulings: list[MergeView] = field(default_factory=list)

    @property
    def readers(self) -> int:
        return self.argument.agree_count + self.argument.disagree_count + self.argument.pass_count

    @property
    def carried(self) -> int:
        """How many members carry it before it is read: two for itself once seconded, two for each merged into it."""
        own = 2 if self.argument.seconded_at else 1
        return own + 2 * len(self.joined)

    @property
    def wording(self) -> ArgumentRevision:
        return self.revisions[-1]


def life(actor: Actor, argument_id: int) -> Life:
    """One argument's life. Raises `Missing`."""
    argument = queries.argument(argument_id)
    question = db.session.get_one(Question, argument.question_id)
    option = db.session.get_one(Option, argument.option_id)
    hall = halls.hall(argument.hall_id)
    revisions = db.select(ArgumentRevision).where(ArgumentRevision.argument_id == argument.id)
    own = queries.own_reading(actor.member_id, argument.id) if actor.is_member else None
    return Life(
        argument, question, option, hall, tag_of(argument, option.letter),
        actor.is_member or hall.local is None or bool(nameable_locals([hall.local.id])),
        list(db.session.scalars(revisions.order_by(ArgumentRevision.number))),
        _allowed(actor, argument, question, hall),
        mover=_person(argument.mover_id) if actor.is_member else None,
        seconder=_person(argument.seconder_id) if actor.is_member else None,
        said=_said(actor, argument), joined=_joined(actor, argument.id), into=_tag(argument.merged_into_id),
        answers=_tag(argument.answers_id), answered_by=_answered_by(argument.id), asks=_asks(argument.id),
        own_value=own.value if own else None, consent=_consent(actor, argument.id),
        merges=waiting(actor, argument.id) if actor.is_member else [],
        rulings=ruled(actor, argument.id),
    )  # fmt: skip


def _person(member_id: int | None) -> Person | None:
    if member_id is None:
        return None
    query = db.select(Member.name, Local.number).join(Local, Local.id == Member.local_id).where(Member.id == member_id)
    row = db.session.execute(query).one()
    return Person(row.name, row.number)


def _tag(argument_id: int | None) -> Tag | None:
    if argument_id is None:
        return None
    query = db.select(Argument, Option).join(Option, Option.id == Argument.option_id).where(Argument.id == argument_id)
    argument, option = db.session.execute(query).one()
    return tag_of(argument, option.letter)


def _said(actor: Actor, argument: Argument) -> Said | None:
    if argument.post_id is None and argument.message_id is None:
        return None
    by = _person(argument.origin_member_id) if actor.is_member else None
    if argument.post_id is not None:
        post = db.session.get_one(Post, argument.post_id)
        shown = actor.is_member and post.hidden_at is None
        url = f"/halls/{post.hall_id}/posts/{post.number}" if actor.is_member else ""
        return Said("post", post.html if shown else "", url, by, post.at)
    told = slots.gather("argument.said", argument.message_id)
    words = told[0] if told else {}
    html, url = (words.get("html", ""), words.get("url", "")) if actor.is_member else ("", "")
    return Said("message", html, url, by, words.get("at"), words.get("minute"))


def _joined(actor: Actor, argument_id: int) -> list[Joined]:
    query = (
        db.select(Argument, Option, Local.number)
        .join(Option, Option.id == Argument.option_id)
        .join(Member, Member.id == Argument.mover_id)
        .join(Local, Local.id == Member.local_id)
        .where(Argument.merged_into_id == argument_id)
        .order_by(Argument.merged_at)
    )
    return [
        Joined(tag_of(argument, option.letter), local if actor.is_member else "", argument.merged_at)
        for argument, option, local in db.session.execute(query)
    ]


def _answered_by(argument_id: int) -> list[Answered]:
    query = (
        db.select(Argument, Option)
        .join(Option, Option.id == Argument.option_id)
        .where(Argument.answers_id == argument_id, *in_view())
        .order_by(Argument.number)
    )
    return [
        Answered(tag_of(answer, option.letter), answer.id, answer.moved_at, answer.answers_well_at)
        for answer, option in db.session.execute(query)
    ]


def _asks(argument_id: int) -> Asks:
    counts = db.select(
        func.count(SourceAsk.id), func.count(SourceAsk.answered_at), func.min(SourceAsk.at),
        func.max(SourceAsk.answered_at),
    )  # fmt: skip
    count, answered, first, last = db.session.execute(counts.where(SourceAsk.argument_id == argument_id)).one()
    return Asks(count, count - answered, first, last)


def _consent(actor: Actor, argument_id: int) -> OriginConsent | None:
    if not actor.is_member:
        return None
    query = db.select(OriginConsent).where(OriginConsent.argument_id == argument_id)
    found: OriginConsent | None = db.session.scalar(query.where(OriginConsent.member_id == actor.member_id))
    return found


def _allowed(actor: Actor, argument: Argument, question: Question, hall: HallView) -> Allowed:
    if not actor.is_member:
        return Allowed()
    facts = queries.facts_of(argument, question)
    stands = not rules.why_not_standing(facts) and question.state == "debating"
    host = keeps_order(actor, question.id, hall.hall.local_id)
    return Allowed(
        second=rules.may_second(actor, actor.member_id, facts),
        read=rules.may_read(actor, facts),
        word=not rules.why_not_word(actor, actor.member_id, facts),
        withdraw=not rules.why_not_withdraw(actor, actor.member_id, facts),
        merge=stands and (actor.member_id == argument.mover_id or host),
        answer=stands and not why_not_take_part(actor, question.id, facts.state),
        ask=not rules.why_not_ask(actor, actor.member_id, facts, asked=queries.has_asked(actor.member_id, argument.id)),
        mark=stands and actor.member_id == argument.mover_id,
        why_not_read=rules.why_not_read(actor, facts),
    )
