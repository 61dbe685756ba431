"""Officers prepare a question: create it, save the draft, publish its process, timetable and obligations."""

import secrets
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta

from sqlalchemy import func

from forum.bodies import operations as bodies
from forum.kernel import audit, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Obstacle, Obstructed, Problem, Stale, refuse_unless
from forum.questions import matter_queries, queries, rules
from forum.questions.facts_queries import documents_of, gather_facts
from forum.questions.forms import ROLES, Draft
from forum.questions.models import Appointment, Obligation, Option, Question
from forum.questions.operations import begin_without_debate
from forum.questions.process import Process
from forum.questions.states import QuestionMove, QuestionState
from forum.questions.templates import as_tables, load_shipped
from forum.questions.timetable import Timetable, propose

FIRST_STEP = timedelta(days=7)
COLUMNS = {"voting_opens_at": "vote_opens_at", "voting_closes_at": "vote_closes_at"}


class Act(audit.Act):
    """Acts of power on a draft."""

    DRAFT_QUESTION = "draft_question"
    CHANGE_QUESTION = "change_question"
    PUBLISH_QUESTION = "publish_question"
    TAKE_BACK_QUESTION = "take_back_question"


def create_question(
    actor: Actor, title: str, template: str, *, now: datetime, own: tuple[str, Process] | None = None
) -> Question:
    """A new draft with the process of a template, or the text and the process of the union's `own`, and the shortest
    timetable that it allows, a week from now."""
    refuse_unless(rules.may_draft(actor), N_("Only officers draft questions."))
    source, process = own or ("", load_shipped(template))
    highest = db.session.scalar(db.select(func.max(Question.number))) or 0
    question = Question(
        public_id=secrets.token_urlsafe(16)[:22], number=highest + 1, state=str(QuestionState.DRAFTED), title=title,
        template=template, process=as_tables(process), process_source=source, created_at=now,
        created_by_id=actor.member_id,
    )  # fmt: skip
    _set_dates(question, propose(process, _full_hour(now + FIRST_STEP)))
    db.session.add(question)
    db.session.flush()
    audit.record(actor, Act.DRAFT_QUESTION, f"question:{question.id}", now=now, number=question.number, title=title)
    return question


def save_draft(actor: Actor, question: Question, draft: Draft, *, now: datetime) -> Question:
    """Write a draft. What was published is taken back by a change that the pledge would show; nothing else
    is.
    """
    refuse_unless(rules.may_draft(actor), N_("Only officers draft questions."))
    refuse_unless(question.state == QuestionState.DRAFTED, N_("This question is no longer a draft."))
    if draft.version != question.version:
        raise Stale
    people, earlier = _find_people(draft.people), _find_earlier(question, draft.takes_up)
    before = documents_of(question)["pledge"]
    question.title, question.template = draft.title, draft.template
    question.background_source, question.background_html = draft.background, text.render(draft.background)
    question.process, question.process_source = as_tables(draft.process), draft.process_source
    dates = propose(draft.process, _full_hour(now + FIRST_STEP)) if draft.propose_dates else draft.timetable
    _set_dates(question, dates)
    question.takes_up_id = earlier.id if earlier else None
    _replace_options(question, draft)
    _replace_people(question, people, now)
    _mark_needed(question, draft.needed)
    question.version += 1
    db.session.flush()
    db.session.expire(question, ["options", "obligations", "appointments"])
    audit.record(actor, Act.CHANGE_QUESTION, f"question:{question.id}", now=now, version=question.version)
    if question.published_at is not None and documents_of(question)["pledge"] != before:
        _take_back(actor, question, now)
    return question


def _find_people(named: Mapping[str, tuple[str, ...]]) -> dict[str, list[int]]:
    """Member ids by role; raises `Invalid` naming every number that nobody has."""
    known = queries.members_by_number(number for numbers in named.values() for number in numbers)
    problems = [
        Problem(f"{role}s", N_("No member on the roll has the number %(number)s."), {"number": number})
        for role, numbers in named.items()
        for number in numbers
        if number not in known
    ]
    if problems:
        raise Invalid(problems)
    return {role: [known[number].id for number in named.get(role, ())] for role in ROLES}


def _find_earlier(question: Question, number: int | None) -> Question | None:
    """The earlier question on the same matter; raises `Invalid` for one that is not before this one, or not closed."""
    if number is None:
        return None
    found = next((each for each in matter_queries.closed_before(question.number) if each.number == number), None)
    if found is None:
        raise Invalid([Problem("takes_up", N_("Choose an earlier question whose debate has closed."))])
    return found


def _set_dates(question: Question, dates: Timetable) -> None:
    for each in fields(dates):
        setattr(question, COLUMNS.get(each.name, each.name), getattr(dates, each.name))


def _replace_options(question: Question, draft: Draft) -> None:
    """Options and obligations anew: in a draft nothing refers to them yet."""
    db.session.execute(db.delete(Obligation).where(Obligation.question_id == question.id))
    db.session.execute(db.delete(Option).where(Option.question_id == question.id))
    for position, each in enumerate(draft.options):
        option = Option(question_id=question.id, position=position, title=each.title, text=each.text, slate=each.slate)
        db.session.add(option)
        db.session.flush()
        db.session.add_all(
            Obligation(question_id=question.id, option_id=option.id, text=duty.text, due_days=duty.due_days)
            for duty in each.duties
        )
    db.session.flush()


def _replace_people(question: Question, people: Mapping[str, list[int]], now: datetime) -> None:
    kept = set()
    for named, _ in queries.named_people(question.id):
        if named.member_id in people[named.role]:
            kept.add((named.role, named.member_id))
        else:
            db.session.delete(named)
    db.session.flush()
    db.session.add_all(
        Appointment(question_id=question.id, member_id=member_id, role=role, named_at=now)
        for role, members in people.items()
        for member_id in members
        if (role, member_id) not in kept
    )


def _mark_needed(question: Question, numbers: tuple[str, ...]) -> None:
    db.session.flush()
    for named, member in queries.named_people(question.id):
        named.needed = named.role == "trustee" and member.number in numbers


def _take_back(actor: Actor, question: Question, now: datetime) -> None:
    question.published_at = question.pledged_at = None
    bodies.drop_pending(question.id, ("pledge", "charge"), now)
    db.session.flush()
    audit.record(actor, Act.TAKE_BACK_QUESTION, f"question:{question.id}", now=now)


def obstacles_to_publish(question: Question, now: datetime, *, replayed: bool = False) -> list[Obstacle]:
    """Everything that keeps process, timetable and obligations from being published; signatures come
    after.
    """
    facts = gather_facts(question, published=True, replayed=replayed)
    move = QuestionMove.CHARGE if facts.has_debate else QuestionMove.PUBLISH
    obstacles = [each for each in rules.obstacles_to(move, facts, now) if not each.code.endswith("_unsigned")]
    dates = queries.timetable_of(question).in_order()
    if dates and dates[0][1] < now:
        text_, remedy = N_("The timetable begins in the past."), N_("Set dates that are still to come.")
        obstacles.append(Obstacle("timetable_past", text_, remedy))
    return obstacles


def publish_question(actor: Actor, question: Question, *, now: datetime, replayed: bool = False) -> Question:
    """Publish process, timetable and obligations: everyone can read them, and the council can pledge.

    Where the process has no debate, and nothing that the council must pledge, this closes the question at once: there
    is nothing to charge. A past vote is `replayed` with the slates that its record tells, some options without one; no
    page does that.
    """
    refuse_unless(rules.may_draft(actor), N_("Only officers draft questions."))
    refuse_unless(question.state == QuestionState.DRAFTED, N_("This question is no longer a draft."))
    refuse_unless(question.published_at is None, N_("This is published already."))
    obstacles = obstacles_to_publish(question, now, replayed=replayed)
    if obstacles:
        raise Obstructed(obstacles)
    question.published_at = now
    question.version += 1
    db.session.flush()
    digest = audit.sha256(documents_of(question)["pledge"])
    audit.record(actor, Act.PUBLISH_QUESTION, f"question:{question.id}", now=now, document_hash=digest)
    facts = gather_facts(question, replayed=replayed)
    if not facts.has_debate and facts.process.mandate is None:
        begin_without_debate(question, facts, now)
    return question


def _full_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
