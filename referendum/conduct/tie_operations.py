"""Breaking a tie: the tellers sign what the call's way chose, within seven days of the count, or nobody is bound."""

from datetime import datetime

from forum.bodies import operations as bodies
from forum.bodies.acts import Body
from forum.bodies.models import BodyAct
from forum.kernel import audit
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Problem, Refused, refuse_unless
from forum.questions.documents import instant
from forum.questions.queries import question_by_id
from referendum.conduct.facts_queries import vote_of
from referendum.conduct.forms import NewTieBreak
from referendum.process import rules
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.process.queries import options_on, subject_of
from referendum.process.voting import Outcome, Reason
from referendum.results.queries import counted_outcome, eligible_count, totals_of
from referendum.results.tie_queries import BREAK_TIE, broken, tie_break_of


class Act(audit.Act):
    """The act of power that breaks a tie."""

    BREAK_TIE = "break_tie"


def propose_tie_break(actor: Actor, vote: Vote, new: NewTieBreak, now: datetime) -> BodyAct:
    """Put before the tellers what the call's way chose among the tied, and how; from the count on."""
    outcome = _tied(vote, now)
    refuse_unless(tie_break_of(vote) is None, N_("This tie is broken already."))
    try:
        _settled(vote, outcome, new.letters)
    except ValueError:
        text = N_("This does not settle the tie. Name one of the tied for each place that is open, and no other.")
        raise Invalid([Problem("letters", text)]) from None
    values = {"letters": list(new.letters), "how": new.how}
    return bodies.propose(
        actor, vote.question_id, Body.TELLERS, BREAK_TIE, _document(vote, outcome, new), values, now,
        about=subject_of(vote),
    )  # fmt: skip


def tie_broken_by_act(act: BodyAct, now: datetime) -> None:
    """The breaking took effect: the outcome has its winner, which is still to be certified."""
    vote = vote_of(act)
    outcome = _tied(vote, now)
    standing = tie_break_of(vote)
    refuse_unless(standing is None or standing.id == act.id, N_("This tie is broken already."))
    new = NewTieBreak(tuple(act.facts["letters"]), act.facts["how"])
    refuse_unless(
        _document(vote, outcome, new) == act.document, N_("Something that this act names has changed. Write it anew.")
    )
    audit.record(
        None, Act.BREAK_TIE, subject_of(vote), now=now, office="teller", letters="".join(new.letters), how=new.how,
        document_hash=act.document_hash,
    )  # fmt: skip


def _tied(vote: Vote, now: datetime) -> Outcome:
    """The counted outcome, if it is a tie that may still be broken."""
    outcome = counted_outcome(vote)
    if vote.state != VoteState.CHALLENGEABLE or outcome is None or vote.counted_at is None:
        raise Refused(N_("A tie is broken between the count and the certificate."))
    refuse_unless(outcome.reason is Reason.TIE, N_("There is no tie."))
    refuse_unless(
        rules.may_break_tie(vote.counted_at, now),
        N_("The seven days for breaking the tie are over. The vote is undecided, and nobody is bound."),
    )
    return outcome


def _settled(vote: Vote, outcome: Outcome, letters: tuple[str, ...]) -> Outcome:
    totals = totals_of(vote)
    if totals is None:
        raise Refused(N_("Nothing is counted yet."))
    return broken(vote, totals, totals.tally(eligible_count(vote)), outcome, letters)


def _document(vote: Vote, outcome: Outcome, new: NewTieBreak) -> str:
    question, totals = question_by_id(vote.question_id), totals_of(vote)
    assert totals is not None
    assert vote.counted_at is not None
    titles = {each.letter: each.title for each in options_on(vote)}
    tied = "\n".join(f"- {totals.choices[place].letter} {totals.choices[place].title}" for place in outcome.tied)
    chosen = "; ".join(f"{letter} {titles[letter]}" for letter in new.letters)
    return (
        f"# Breaking the tie, question {question.number}, vote {vote.number}\n\n{question.title}\n\n"
        f"## The tied\n\n{tied}\n\nCounted {instant(vote.counted_at)}.\n\n"
        f"## The call's way\n\n{vote.params.get('tie_break', '')}\n\n"
        f"## What it chose\n\n{chosen}\n\nHow it was done: {new.how}\n"
    )
