"""The page where the tellers give the ballot's official texts in other languages."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.kernel import clock
from forum.kernel.doors import Actor, tellers
from forum.kernel.errors import Missing
from forum.kernel.quick import words as gettext
from forum.questions.queries import visible_question
from referendum.conduct.language_forms import read_languages
from referendum.conduct.language_operations import give_languages, may_give_languages
from referendum.digest.queries import Frozen, frozen_lines
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.process.queries import current_vote, options_on

blueprint = Blueprint("ballot_languages", __name__)


def _vote(actor: Actor, number: int) -> Vote:
    """The newest vote of a question, for its tellers, until its ballot is fixed."""
    vote = current_vote(visible_question(actor, number).id)
    if vote is None or not may_give_languages(actor, vote):
        raise Missing
    return vote


def _lines(vote: Vote) -> list[Frozen]:
    """The arguments on the ballot."""
    return frozen_lines(vote.question_id) if read_params(vote.params).has_citations else []


@blueprint.get("/q/<int:number>/vote/languages")
@tellers
def show_languages(actor: Actor, number: int) -> str:
    """The official texts, and beside them what they are in other languages."""
    vote = _vote(actor, number)
    return render_template(
        "referendum/conduct/languages.html", question=visible_question(actor, number),
        options=options_on(vote), lines=_lines(vote), words=vote.params.get("languages", {}),
    )  # fmt: skip


@blueprint.post("/q/<int:number>/vote/languages")
@tellers(again="ballot_languages.show_languages", fresh=True, limit="10/minute")
def give(actor: Actor, number: int) -> Response:
    """Keep what the texts are in other languages."""
    vote = _vote(actor, number)
    letters = [each.letter for each in options_on(vote)]
    numbers = [each.argument.label for each in _lines(vote)]
    give_languages(actor, vote, read_languages(request.form, letters, numbers), clock.now())
    flash(gettext("Saved. Look at it again: the tellers sign it with the opening."))
    return redirect(url_for("conduct.show_vote", number=number))
