"""Reads of votes."""

from sqlalchemy import Select, bindparam, func

from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.kernel.once import once_a_page
from forum.questions.models import Option, Question
from forum.questions.queries import options, question_by_id
from forum.questions.states import QuestionState
from referendum.process.box_rules import is_guest
from referendum.process.facts import VoteKind, VoteState
from referendum.process.models import Challenge, Vote


def vote(vote_id: int) -> Vote:
    """The vote with this number inside the database. Raises `Missing`."""
    found = db.session.get(Vote, vote_id)
    if found is None:
        raise Missing
    return found


def vote_by_public_id(public_id: str) -> Vote:
    """The vote that the booth's and the record's addresses name. Raises `Missing`."""
    found: Vote | None = db.session.scalars(db.select(Vote).where(Vote.public_id == public_id)).first()
    if found is None:
        raise Missing
    return found


_LOCKED = db.select(Vote).where(Vote.public_id == bindparam("public_id")).with_for_update()
_ANEW = {"populate_existing": True}


def locked_by_public_id(public_id: str) -> Vote:
    """The same, read anew; what it says stays so until this write ends (see `locked`)."""
    found: Vote | None = db.session.scalars(_LOCKED, {"public_id": public_id}, execution_options=_ANEW).first()
    if found is None:
        raise Missing
    return found


def vote_held_by(actor: Actor, role: str, public_id: str) -> Vote:
    """A vote, for those who hold this office on its question; for others there is nothing here. Raises `Missing`."""
    found = vote_by_public_id(public_id)
    if not actor.holds(role, found.question_id):
        raise Missing
    return found


def locked(vote: Vote) -> Vote:
    """The same vote read anew; what it says now stays so until this write ends, whoever else wants to move it."""
    db.session.flush()  # what was written on it already is not read away
    db.session.refresh(vote, with_for_update=True)
    return vote


def options_on(vote: Vote) -> list[Option]:
    """The options that stand on a vote's paper, by their letters: all of the question's, or those that went on to a
    later vote. Their letters are the question's own, so that every argument still points to its option."""
    letters = vote.params.get("options")
    return [each for each in options(vote.question_id) if letters is None or each.letter in letters]


def title_of(vote: Vote) -> str:
    """What mails and letters with codes call a vote: its question, and in a run-off the options between which it is, so
    that nobody takes the second code for the first."""
    title = question_by_id(vote.question_id).title
    if vote.kind != VoteKind.RUN_OFF:
        return title
    return f"{title} ({' / '.join(f'{each.letter} {each.title}' for each in options_on(vote))})"


@once_a_page
def votes_of(question_id: int) -> list[Vote]:
    """Every vote held on a question, oldest first; an annulled one is followed by the one held again."""
    return list(db.session.scalars(db.select(Vote).where(Vote.question_id == question_id).order_by(Vote.number)))


def subject_of(vote: Vote) -> str:
    """How the audit log and the acts of bodies name a vote; one held again is another one."""
    return f"vote:{vote.public_id}"


def attempt_of(vote: Vote) -> int:
    """For which time this vote of its kind is held: 1, and more after an annulled one."""
    query = db.select(func.count()).select_from(Vote).where(Vote.question_id == vote.question_id)
    return db.session.scalar(query.where(Vote.kind == vote.kind, Vote.number <= vote.number)) or 1


def cited_vote(question_id: int) -> Vote | None:
    """The vote in which arguments were marked: the members' own, whatever follows it. A run-off asks for none."""
    query = db.select(Vote).where(Vote.question_id == question_id, Vote.kind == VoteKind.MEMBERS)
    return db.session.scalars(query.where(Vote.state != VoteState.ANNULLED).order_by(Vote.number.desc())).first()


_NEWEST = db.select(Vote).where(Vote.question_id == bindparam("question_id")).order_by(Vote.number.desc()).limit(1)


@once_a_page
def current_vote(question_id: int) -> Vote | None:
    """The newest vote on a question, if there is one."""
    return db.session.scalars(_NEWEST, {"question_id": question_id}).first()


def votes_in(*states: str) -> list[Vote]:
    """Every vote in one of these states, but for those of withdrawn questions: nobody and no clock moves them again."""
    return list(db.session.scalars(going_on(*states).order_by(Vote.id)))


def going_on(*states: str) -> Select[Vote]:
    """The votes in one of these states whose questions were not withdrawn."""
    query: Select[Vote] = db.select(Vote).join(Question, Question.id == Vote.question_id)
    return query.where(Vote.state.in_([str(state) for state in states]), Question.state != QuestionState.WITHDRAWN)


@once_a_page
def questions_voting() -> list[int]:
    """Ids of the questions that members vote on now, the vote that closes first in front; after all of this forum's own
    those of which it only keeps the box."""
    columns = Vote.question_id, Vote.params
    found = db.session.execute(db.select(*columns).where(Vote.state == "open").order_by(Vote.closes_at, Vote.id)).all()
    return [question_id for question_id, params in sorted(found, key=lambda row: is_guest(row.params))]


def challenges(vote_id: int) -> list[Challenge]:
    """The challenges to a vote, oldest first."""
    return list(db.session.scalars(db.select(Challenge).where(Challenge.vote_id == vote_id).order_by(Challenge.id)))
