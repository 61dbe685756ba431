"""An argument's life as the debate knows it: where it was said, moved, seconded, worded, answered, merged and read."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func

from forum.arguments import queries, rules
from forum.arguments.list_queries import Tag, answers_to, nameable_locals, tag_of
from forum.arguments.merge_queries import MergeView, ruled, waiting
from forum.arguments.models import Argument, ArgumentRevision, OriginConsent
from forum.halls import queries as halls
from forum.halls.models import Post
from forum.halls.queries import HallView
from forum.halls.rules import keeps_order, why_not_take_part
from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Option, Question
from forum.roll.models import Local, Member


@dataclass(frozen=True)
class Person:
    """Somebody with the local they belong to."""

    name: str
    local: str


@dataclass(frozen=True)
class Said:
    """The words an argument was moved from. `html` and `url` are for members; `by` only if that person agreed."""

    kind: str
    html: str
    url: str
    by: Person | None
    at: datetime | None


@dataclass(frozen=True)
class Joined:
    """An argument that was merged into this one."""

    tag: Tag
    local: str
    at: datetime | None


@dataclass(frozen=True)
class Spread:
    """Readings over locals: from how many, in how many of the larger ones more than half agreed."""

    locals: int = 0
    shown: int = 0
    over_half: int = 0


@dataclass(frozen=True)
class Allowed:
    """What this reader may do with the argument; a sentence where something stands in the way."""

    second: bool = False
    read: bool = False
    word: bool = False
    withdraw: bool = False
    merge: bool = False
    answer: bool = False
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
    answered_by: list[Tag] = field(default_factory=list)
    spread: Spread = Spread()
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
        answers=_tag(argument.answers_id), answered_by=answers_to([argument.id]).get(argument.id, []),
        spread=_spread(argument), own_value=own.value if own else None, consent=_consent(actor, argument.id),
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
    told = slots.gather("argument.said", argument.message_id) if actor.is_member else []
    words = told[0] if told else {}
    return Said("message", words.get("html", ""), words.get("url", ""), by, words.get("at"))


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


def _spread(argument: Argument) -> Spread:
    """Locals under ten readers are counted, never shown, so that no reading can be told from them."""
    readings = queries.effective_readings(argument.question_id, forgotten=True).subquery()
    sums = db.select(readings.c.local_id, func.count(), func.sum(func.abs(readings.c.value) + readings.c.value))
    rows = db.session.execute(sums.where(readings.c.argument_id == argument.id).group_by(readings.c.local_id))
    counts = [(seen, int(twice) // 2) for _, seen, twice in rows]
    large = [(seen, agreed) for seen, agreed in counts if seen >= rules.FEWEST_READERS_SHOWN]
    return Spread(len(counts), len(large), sum(2 * agreed > seen for seen, agreed in large))


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
        why_not_read=rules.why_not_read(actor, facts),
    )
