"""The call: the executive council's signed notice of the referendum, and what follows when it is issued.

One call stands at a time. Another one is issued only where voting did not open within its dates, or for a vote that is
held again; so nobody postpones a vote, or changes how a tie is broken, once it is called.
"""

from datetime import datetime, timedelta

from forum.bodies import operations as bodies
from forum.bodies.acts import Body
from forum.bodies.models import BodyAct
from forum.kernel import audit, jobs, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Obstructed, Problem, refuse_unless
from forum.questions.documents import instant
from forum.questions.facts_queries import name_with_need
from forum.questions.queries import named_people, question_by_id
from referendum.conduct.facts_queries import fixed_tie_break, gather_facts, obstacles_to_call, vote_of
from referendum.conduct.forms import NewCall
from referendum.electorate.jobs import make_codes
from referendum.process import rules
from referendum.process.box_rules import own_params
from referendum.process.call_text import CallFacts, call_document, occasion_of
from referendum.process.facts import VoteFacts, VoteKind, VoteState
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.process.queries import attempt_of, options_on, subject_of

ROLES = (("teller", "Tellers"), ("trustee", "Trustees"), ("observer", "Observers"))


class Act(audit.Act):
    """The act of power that the call is."""

    ISSUE_CALL = "issue_call"


def propose_call(actor: Actor, vote: Vote, new: NewCall, now: datetime) -> BodyAct:
    """Put the call before the executive council; everything else that is missing is told first, all at once."""
    refuse_unless(actor.is_officer, N_("The call comes from the executive council."))
    _refuse_unless_callable(vote, now)
    opens_at, closes_at = new.opens_at or vote.opens_at, new.closes_at or vote.closes_at
    if problems := _problems(vote, new.tie_break, opens_at, closes_at, now):
        raise Invalid(problems)
    facts = gather_facts(vote, tie_break=new.tie_break, opens_at=opens_at, closes_at=closes_at)
    missing = obstacles_to_call(vote, facts, now)
    if missing:
        raise Obstructed(missing)
    values = {"tie_break": new.tie_break, "opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat()}
    document = document_of(vote, new.tie_break, opens_at, closes_at, facts)
    return bodies.propose(
        actor, vote.question_id, Body.COUNCIL, "call", document, values, now, about=subject_of(vote)
    )


def _refuse_unless_callable(vote: Vote, now: datetime) -> None:
    refuse_unless(vote.state == VoteState.SET_UP, N_("Voting has opened. There is nothing to call any more."))
    refuse_unless(
        not rules.call_stands(vote.called_at, vote.closes_at, now),
        N_("There is a call already. Another is issued only if voting has not opened by the closing that it names."),
    )


def _problems(
    vote: Vote, tie_break: str, opens_at: datetime, closes_at: datetime, now: datetime
) -> list[Problem]:
    """Never before the published opening or long after it, never shorter than the process says; and no other way to
    break a tie than members were told with their codes.
    """
    problems = _problems_with_dates(vote, opens_at, closes_at, now)
    if (fixed := fixed_tie_break(vote)) and tie_break != fixed:
        text = N_("Codes have gone out under a call that says how a tie is broken. It stays as it is: %(words)s")
        problems.append(Problem("tie_break", text, {"words": fixed}))
    return problems


def _problems_with_dates(vote: Vote, opens_at: datetime, closes_at: datetime, now: datetime) -> list[Problem]:
    question, days = question_by_id(vote.question_id), read_params(vote.params).days
    published, until = question.vote_opens_at, question.vote_closes_at
    first = vote.number == 1 and vote.called_at is None
    problems = []
    if opens_at <= now or (vote.number == 1 and published and opens_at < published):
        problems.append(Problem("opens_at", N_("This is past, or before the published opening.")))
    latest = rules.latest_opening(published, first=first, now=now)
    if opens_at > latest:
        text = N_("A call does not postpone the vote: voting opens by %(latest)s at the latest.")
        problems.append(Problem("opens_at", text, {"latest": instant(latest)}))
    if closes_at < opens_at + timedelta(days=days):
        text = N_("The process asks for at least %(days)s days of voting.")
        problems.append(Problem("closes_at", text, {"days": days}))
    span = timedelta(days=days)
    if vote.kind == VoteKind.MEMBERS and published and until:
        span = max(span, until - published)
    if closes_at > rules.latest_closing(opens_at, span):
        text = N_("This is over seven days longer than published. Only the tellers extend a vote, once it is open.")
        problems.append(Problem("closes_at", text))
    return problems


def document_of(vote: Vote, tie_break: str, opens_at: datetime, closes_at: datetime, facts: VoteFacts) -> str:
    """The call's text as the facts give it now."""
    question = question_by_id(vote.question_id)
    people = [each for each in named_people(question.id) if each[1].office != "officer"]
    return call_document(
        CallFacts(
            question_number=question.number,
            occasion=occasion_of(vote.kind, attempt_of(vote)),
            title=question.title,
            options=[(each.letter, each.title) for each in options_on(vote)],
            opens_at=opens_at,
            closes_at=closes_at,
            roll_size=facts.eligible_count,
            roll_hash=facts.roll_hash,
            digest_hash=facts.digest_hash,
            people=[
                (heading, sorted(name_with_need(named, member) for named, member in people if named.role == role))
                for role, heading in ROLES
            ],
            tie_break=tie_break,
            params=read_params(vote.params),
        )
    )


def call_by_act(act: BodyAct, now: datetime) -> None:
    """The call took effect: the dates stand, and the voting codes are made."""
    vote = vote_of(act)
    _refuse_unless_callable(vote, now)
    opens_at = datetime.fromisoformat(act.facts["opens_at"])
    closes_at = datetime.fromisoformat(act.facts["closes_at"])
    tie_break = act.facts["tie_break"]
    holds = not _problems(vote, tie_break, opens_at, closes_at, now)
    refuse_unless(holds, N_("The dates of this call, or its way to break a tie, no longer hold. Write the call again."))
    facts = gather_facts(vote, tie_break=tie_break, opens_at=opens_at, closes_at=closes_at)
    missing = rules.obstacles_to_call(facts)
    if missing:
        raise Obstructed(missing)
    same = document_of(vote, tie_break, opens_at, closes_at, facts) == act.document
    refuse_unless(same, N_("Something that this call names has changed since it was written. Write the call anew."))
    vote.called_at, vote.opens_at, vote.closes_at = now, opens_at, closes_at
    vote.params = {**own_params(vote.params), "tie_break": tie_break, "call_hash": act.document_hash}
    vote.election_v = vote.election_c = vote.trustees = ""  # they name the call; the clock writes them for this one
    db.session.flush()
    audit.record(None, Act.ISSUE_CALL, subject_of(vote), now=now, office="officer", document_hash=act.document_hash)
    jobs.enqueue(make_codes, vote_id=vote.id)
    slots.gather("vote.moved", vote, "call", now)
