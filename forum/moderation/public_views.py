"""What anybody can check of moderation: how often, for and by whom, and whether words are those that were hidden."""

from flask import Blueprint, render_template, request

from forum.kernel.doors import Actor, anyone
from forum.moderation import count_queries, forms
from forum.moderation.operations import content_hash
from forum.questions import queries as questions

blueprint = Blueprint("moderation_public", __name__)


@blueprint.get("/q/<int:number>/moderation")
@anyone
def show_counts(actor: Actor, number: int) -> str:
    """Measures on a question, by option and by who took them."""
    question = questions.visible_question(actor, number)
    counts = count_queries.counts(actor, question)
    return render_template("forum/moderation/counts.html", question=question, counts=counts)


@blueprint.get("/moderation/check")
@anyone
def show_check(_actor: Actor) -> str:
    """A form for words and their salt, and the way to do without it."""
    return render_template("forum/moderation/check.html", claim=None, found="")


@blueprint.post("/moderation/check")
@anyone(again="moderation_public.show_check", limit="30/minute", writes=False)
def check_words(_actor: Actor) -> str:
    """Say whether the words with the salt give the hash. Nothing is kept of them."""
    claim = forms.read_claim(request.form)
    return render_template("forum/moderation/check.html", claim=claim, found=content_hash(claim.text, claim.salt))
