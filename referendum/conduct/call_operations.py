"""The call: the executive council's signed notice of the referendum, and what follows when it is issued."""

from datetime import datetime, timedelta

from forum.bodies import operations as bodies
from forum.bodies.acts import Body
from forum.bodies.models import BodyAct
from forum.kernel import audit, jobs, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Obstructed, Problem, refuse_unless
from forum.questions.queries import named_people, options, question_by_id
from referendum.conduct.facts_queries import about, gather_facts, obstacles_to_call, vote_of
from referendum.conduct.forms import NewCall
from referendum.electorate.jobs import make_codes
from referendum.process import rules
from referendum.process.call_text import CallFacts, call_document
from referendum.process.facts import VoteFacts, VoteState
from referendum.process.models import Vote
from referendum.process.params import read_params

ROLES = (("teller", "Tellers"), ("trustee", "Trustees"), ("observer", "Observers"))


class Act(audit.Act):
    """The act of power that the call is."""

    ISSUE_CALL = "issue_call"


def propose_call(actor: Actor, vote: Vote, new: NewCall, now: datetime) -> BodyAct:
    """Put the call before the executive council; everything else that is missing is told first, all at once."""
    refuse_unless(actor.is_officer, N_("The call comes from the executive council."))
    refuse_unless(vote.state == VoteState.SET_UP, N_("Voting has opened. There is nothing to call any more."))
    opens_at, closes_at = new.opens_at or vote.opens_at, new.closes_at or vote.closes_at
    _check_dates(vote, opens_at, closes_at, now)
    facts = gather_facts(vote, tie_break=new.tie_break, opens_at=opens_at, closes_at=closes_at)
    missing = obstacles_to_call(vote, facts)
    if missing:
        raise Obstructed(missing)
    values = {"tie_break": new.tie_break, "opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat()}
    document = document_of(vote, new.tie_break, opens_at, closes_at, facts)
    return bodies.propose(
        actor, vote.question_id, Body.COUNCIL, "call", document, values, now, about=about(vote)
    )


def _check_dates(vote: Vote, opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    """Never before the published opening, never shorter than the process says."""
    days = read_params(vote.params).days
    published = question_by_id(vote.question_id).vote_opens_at
    problems = []
    if opens_at <= now or (vote.number == 1 and published and opens_at < published):
        problems.append(Problem("opens_at", N_("This is past, or before the published opening.")))
    if closes_at < opens_at + timedelta(days=days):
        text = N_("The process asks for at least %(days)s days of voting.")
        problems.append(Problem("closes_at", text, {"days": days}))
    if problems:
        raise Invalid(problems)


def document_of(vote: Vote, tie_break: str, opens_at: datetime, closes_at: datetime, facts: VoteFacts) -> str:
    """The call's text as the facts give it now."""
    question = question_by_id(vote.question_id)
    people = named_people(question.id)
    return call_document(
        CallFacts(
            question_number=question.number,
            vote_number=vote.number,
            title=question.title,
            options=[(each.letter, each.title) for each in options(question.id)],
            opens_at=opens_at,
            closes_at=closes_at,
            roll_size=facts.eligible_count,
            roll_hash=facts.roll_hash,
            digest_hash=facts.digest_hash,
            people=[
                (heading, sorted(member.name for named, member in people if named.role == role))
                for role, heading in ROLES
            ],
            tie_break=tie_break,
            params=read_params(vote.params),
        )
    )


def call_by_act(act: BodyAct, now: datetime) -> None:
    """The call took effect: the dates stand, and the voting codes are made."""
    vote = vote_of(act)
    refuse_unless(vote.state == VoteState.SET_UP, N_("Voting has opened. There is nothing to call any more."))
    opens_at = datetime.fromisoformat(act.facts["opens_at"])
    closes_at = datetime.fromisoformat(act.facts["closes_at"])
    tie_break = act.facts["tie_break"]
    facts = gather_facts(vote, tie_break=tie_break, opens_at=opens_at, closes_at=closes_at)
    missing = rules.obstacles_to_call(facts)
    if missing:
        raise Obstructed(missing)
    same = document_of(vote, tie_break, opens_at, closes_at, facts) == act.document
    refuse_unless(same, N_("Something that this call names has changed since it was written. Write the call anew."))
    vote.called_at, vote.opens_at, vote.closes_at = now, opens_at, closes_at
    vote.params = {**vote.params, "tie_break": tie_break, "call_hash": act.document_hash}
    db.session.flush()
    audit.record(None, Act.ISSUE_CALL, about(vote), now=now, office="officer", document_hash=act.document_hash)
    jobs.enqueue(make_codes, vote_id=vote.id)
    slots.gather("vote.moved", vote, "call", now)
