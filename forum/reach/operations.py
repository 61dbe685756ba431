"""The ledger: what an office says in favour of an option is entered and offered to the others; what the product itself
gives out (minutes of floor, slots of the bulletin) is entered as it happens.
"""

from datetime import datetime, timedelta

from forum.arguments.models import Statement
from forum.arguments.rules import Side
from forum.bodies import queries as bodies
from forum.kernel import audit, mail, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Missing, Problem, Refused, refuse_unless
from forum.questions import queries as questions
from forum.questions.models import Option, Question
from forum.questions.rules import QuestionState
from forum.reach import notices, pin_queries, queries, rules
from forum.reach.forms import NewFavour, Words
from forum.reach.models import LedgerEntry, Offer, ReachTotal
from forum.reach.rules import Audience, Kind
from forum.roll.naming import nameable_locals
from forum.sittings import floor_queries
from forum.sittings.queries import Room

SPOKESPERSON = "spokesperson"


class Act(audit.Act):
    """What is said to members in favour of an option."""

    FAVOUR_OPTION = "favour_option"


def favour(actor: Actor, question_id: int, new: NewFavour, *, now: datetime) -> LedgerEntry:
    """An office writes to members, puts up a banner or pins something, in favour of an option; the others'
    spokespersons are offered the same at once."""
    question = lock(question_id)
    state = QuestionState(question.state)
    if reason := rules.why_not_favour(actor, new.kind, state, question.debate_closes_at, now):
        raise Refused(reason)
    entry = LedgerEntry(
        question_id=question.id, option_id=_option(question, new.option_id).id, kind=new.kind, at=now,
        office=actor.office, by_id=actor.member_id, amount=new.days,
    )  # fmt: skip
    _address(actor, question, new, entry)
    _refuse_again(entry, now)
    say(entry, new.words, now)
    _record(actor, question, entry, now)
    offer_to_others(question, entry, now)
    return entry


def lock(question_id: int) -> Question:
    """The question, locked: entries of one ledger are written one after the other, and its totals with them."""
    question = db.session.get(Question, question_id, with_for_update=True)
    if question is None:
        raise Missing
    return question


def _option(question: Question, option_id: int) -> Option:
    option = next((each for each in questions.options(question.id) if each.id == option_id), None)
    if option is None:
        raise Invalid([Problem("option", N_("Please choose one of those offered."))])
    return option


def _address(actor: Actor, question: Question, new: NewFavour, entry: LedgerEntry) -> None:
    """Whom it reaches. A host reaches the own local; an officer mails all, a council or a local, and pins in the
    national hall, for a local's hall is its host's."""
    if new.kind is Kind.PIN:
        hall = queries.hall_of_question(question, new.hall_id)
        own = actor.hosts(hall.local_id) if hall.local_id else actor.is_officer
        refuse_unless(own, N_("A host pins in their own hall, an officer in the national hall."))
        entry.hall_id, entry.local_id = hall.id, hall.local_id
        entry.audience = Audience.LOCAL if hall.local_id else Audience.ALL
        return
    audience, local_id = new.audience, None
    if actor.office == "host":
        refuse_unless(audience is Audience.LOCAL, N_("A host writes to their own local."))
        local_id = actor.local_id
    elif audience is Audience.LOCAL:
        local = questions.local_by_number(new.local)
        if local is None:
            raise Invalid([Problem("local", N_("There is no local with this number."))])
        local_id = local.id
    known = audience is not Audience.COUNCIL or new.council_id in {each.id for each in queries.councils()}
    if not known:
        raise Invalid([Problem("council", N_("Please choose one of those offered."))])
    entry.audience, entry.local_id = audience, local_id
    entry.council_id = new.council_id if audience is Audience.COUNCIL else None


def _refuse_again(entry: LedgerEntry, now: datetime) -> None:
    """One mail a day of an office to the same members; for an option one banner, and one pin in a hall, at a time."""
    if entry.kind == Kind.MAIL:
        mailed = queries.mailed_since(entry, now - rules.BETWEEN_MAILS)
        refuse_unless(
            not mailed, N_("Some of these members had a mail of your office within a day. Write again tomorrow.")
        )
        return
    up = queries.office_is_up(entry.question_id, entry.option_id, Kind(entry.kind), entry.hall_id, now)
    refuse_unless(not up, N_("One for this option is up here already. Another can follow when it is over."))


def say(entry: LedgerEntry, words: Words, now: datetime) -> None:
    """Give an entry its words, its size and its end; enter it; and let a mail go out after this transaction."""
    entry.title, entry.source, entry.html = words.title, words.source, text.render(words.source)
    if entry.kind == Kind.PIN:
        pin_queries.pin(entry, words.pinned)
    if entry.kind in (Kind.PIN, Kind.BANNER):
        entry.ends_at = now + timedelta(days=entry.amount)
    entry.size = queries.size_of(Audience(entry.audience), entry.council_id, entry.local_id)
    enter(entry)
    if entry.kind == Kind.MAIL:
        notices.send(entry, now)


def enter(entry: LedgerEntry) -> None:
    """Write an entry and add it to the totals. The question is locked."""
    entry.small = entry.local_id is not None and not nameable_locals([entry.local_id])
    db.session.add(entry)
    db.session.flush()
    key = (entry.question_id, entry.kind, entry.option_id, entry.small)
    total = db.session.get(ReachTotal, key)
    if total is None:
        total = ReachTotal(
            question_id=entry.question_id, kind=entry.kind, option_id=entry.option_id, small=entry.small,
            count=0, amount=0, units=0,
        )  # fmt: skip
        db.session.add(total)
    total.count += 1
    total.amount += entry.amount
    total.units += entry.size * entry.amount
    db.session.flush()


def _record(actor: Actor, question: Question, entry: LedgerEntry, now: datetime) -> None:
    letter = next(each.letter for each in questions.options(question.id) if each.id == entry.option_id)
    audit.record(
        actor, Act.FAVOUR_OPTION, f"question:{question.id}", now=now, office=entry.office, kind=entry.kind,
        option=letter, audience=entry.audience, size=entry.size, amount=entry.amount, entry=entry.id,
        words=audit.sha256(entry.source),
    )  # fmt: skip


def offer_to_others(question: Question, entry: LedgerEntry, now: datetime) -> None:
    """An office has favoured an option: offer the same to every other."""
    for option in questions.options(question.id):
        if option.id != entry.option_id:
            _offer(question, option, entry, now)


def offer_where_behind(question: Question, entry: LedgerEntry, now: datetime) -> None:
    """Offer more of a kind to every option that has fallen too far behind in it. The question is locked."""
    limit, reached = queries.limit_of(question), queries.totals(question.id).get(Kind(entry.kind))
    if limit is None or not reached:
        return
    made = [queries.facts_of(each) for each in queries.offers_of_kind(question.id, Kind(entry.kind))]
    for option in questions.options(question.id):
        if rules.wants_offer(reached, option.id, made, limit):
            _offer(question, option, entry, now)


def _offer(question: Question, option: Option, entry: LedgerEntry, now: datetime) -> None:
    """Make an offer, and tell those who answer it. The floor is offered as a whole, not one session's."""
    reached = queries.totals(question.id)[Kind(entry.kind)]
    made = Offer(
        question_id=question.id, option_id=option.id, kind=entry.kind, made_at=now, answer="",
        entry_id=None if entry.kind == Kind.FLOOR else entry.id, lead=rules.lead_over(reached, option.id),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    speakers = questions.spokespersons(question).get(option.id, ())
    for address, language in bodies.recipients(frozenset(speakers)):
        mail.send(
            "reach_offered", address, language=language, now=now, question=question, option=option, kind=made.kind,
            offer_id=made.id, until=rules.lapses_at(now),
        )  # fmt: skip


def enter_floor(room: Room, now: datetime) -> None:
    """A session is over: the minutes of floor held for each option are entered, for those who came; the floor is
    offered where an option has fallen behind by it."""
    if room.question.state not in queries.RUNNING:
        return
    question = lock(room.question.id)
    held = floor_queries.ledger(room, floor_queries.turns_of(room.sitting.id), now)
    minutes_of = {each["option"]: rules.minutes(each["seconds"]) for each in held}
    spoken = [(each.id, minutes_of.get(each.letter, 0)) for each in questions.options(question.id)]
    spoken = [each for each in spoken if each[1]]
    for option_id, minutes in spoken:
        entry = LedgerEntry(
            question_id=question.id, option_id=option_id, kind=Kind.FLOOR, at=now, office="clock", amount=minutes,
            audience=Audience.LOCAL if room.local else Audience.ALL, local_id=room.hall.local_id,
            size=room.sitting.attendance_count, hall_id=room.hall.id, sitting_id=room.sitting.id,
        )  # fmt: skip
        enter(entry)
    if spoken:
        offer_where_behind(question, entry, now)


def enter_statement(statement: Statement, now: datetime) -> None:
    """A statement now has its place in the printed bulletin. One of the leadership stands on the side it says it takes,
    a minority's reply on the other."""
    question = lock(statement.question_id)
    ours = statement.kind == "leadership"
    option_id = _favoured_by(statement, [each.id for each in questions.options(question.id)])
    if option_id is None:
        return
    entry = LedgerEntry(
        question_id=question.id, option_id=option_id, kind=Kind.BULLETIN, at=now, audience=Audience.ALL, amount=1,
        office="officer" if ours else "member", by_id=statement.author_id, statement_id=statement.id,
        size=queries.size_of(Audience.ALL, None, None), title=statement.title,
    )  # fmt: skip
    enter(entry)
    (offer_to_others if ours else offer_where_behind)(question, entry, now)


def _favoured_by(statement: Statement, options: list[int]) -> int | None:
    """What speaks against an option speaks for the other, where there is one other: among more it favours none."""
    stated = db.session.get(Statement, statement.answers_id) if statement.answers_id else statement
    against = stated is not None and stated.facts.get("side") == Side.AGAINST
    if against != (statement.answers_id is None):
        return statement.option_id
    others = [each for each in options if each != statement.option_id]
    return others[0] if len(others) == 1 else None
