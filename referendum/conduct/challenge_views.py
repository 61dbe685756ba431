"""Challenges: what members object to a count, and how it was ruled."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.kernel import clock
from forum.kernel.doors import Actor, members, signers
from forum.kernel.errors import Missing
from forum.questions.queries import visible_question
from referendum.electorate.entry_queries import entry_of
from referendum.process import challenge_operations, forms, rules
from referendum.process.facts import VoteFacts, VoteState
from referendum.process.models import Vote
from referendum.process.queries import challenges, votes_of

blueprint = Blueprint("challenges", __name__)


def _vote(question_id: int) -> Vote:
    """The newest vote that was counted."""
    counted = [each for each in votes_of(question_id) if each.counted_at is not None]
    if not counted:
        raise Missing
    return counted[-1]


@blueprint.get("/q/<int:number>/challenges")
@members
def show_challenges(actor: Actor, number: int) -> str:
    """Every challenge with its ruling, and the form of those who may challenge."""
    question = visible_question(actor, number)
    vote = _vote(question.id)
    facts = VoteFacts(state=VoteState(vote.state), challenge_closes_at=vote.challenges_end_at)
    eligible = entry_of(vote.id, actor.member_id) is not None
    return render_template(
        "referendum/conduct/challenges.html",
        question=question,
        vote=vote,
        listed=challenges(vote.id),
        may_challenge=rules.may_challenge(facts, clock.now(), eligible=eligible),
        is_teller=actor.holds("teller", question.id),
        is_observer=actor.holds("observer", question.id),
    )


@blueprint.post("/q/<int:number>/challenges")
@members(again="challenges.show_challenges", limit="5/minute")
def file_challenge(actor: Actor, number: int) -> Response:
    """File a challenge."""
    vote = _vote(visible_question(actor, number).id)
    new = forms.read_challenge(request.form)
    eligible = entry_of(vote.id, actor.member_id) is not None
    challenge_operations.file_challenge(actor, vote, new, eligible=eligible, now=clock.now())
    return redirect(url_for("challenges.show_challenges", number=number))


@blueprint.post("/q/<int:number>/challenges/<int:challenge_id>/rule")
@signers(again="challenges.show_challenges", limit="10/minute")
def rule_challenge(actor: Actor, number: int, challenge_id: int) -> Response:
    """Put a ruling before the body that rules on this challenge."""
    visible_question(actor, number)
    act = challenge_operations.propose_ruling(actor, challenge_id, forms.read_ruling(request.form), now=clock.now())
    return redirect(url_for("bodies.show_act", act_id=act.id))
