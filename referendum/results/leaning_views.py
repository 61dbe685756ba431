"""How members leaned before the debate, beside the result: two totals that nobody can join, as a part and as CSV."""

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from forum.entry import queries as entry
from forum.kernel import slots
from forum.kernel.doors import Actor, anyone
from forum.kernel.errors import Missing
from forum.kernel.reading import asked_number
from forum.kernel.settings import Settings
from forum.kernel.sheets import download, sheet
from forum.questions.models import Question
from forum.questions.queries import visible_question
from referendum.process.facts import VoteKind
from referendum.process.models import Vote
from referendum.process.queries import votes_of
from referendum.results import queries
from referendum.results.leanings import FEWEST_TOLD, HEADING, Leanings, leaning_rows, leanings
from referendum.results.page_queries import citations_withheld, newest_counted
from referendum.results.rules import share_of

blueprint = Blueprint("leanings", __name__)


@blueprint.get("/q/<int:number>/leanings.csv")
@anyone(limit="60/minute")
def download_leanings(actor: Actor, number: int) -> Response:
    """Both totals, as far as the page of the result shows them."""
    question = visible_question(actor, number)
    asked = asked_number(request.args, "vote")
    chosen = [each for each in votes_of(question.id) if each.number == asked]
    vote = newest_counted(question.id) if asked is None else chosen[0] if chosen else None
    found = _found(question, vote) if vote else None
    if found is None:
        raise Missing
    return download(f"leanings-{number}.csv", sheet(HEADING, leaning_rows(found)))


def _found(question: Question, vote: Vote) -> Leanings | None:
    """Nothing before the vote is counted: what members said on the way in would be a survey before the vote. Nothing
    beside a run-off, which asks nobody."""
    published = queries.result_of(vote.id)
    if published is None or vote.kind == VoteKind.RUN_OFF:
        return None
    booth = None if citations_withheld(vote) else published.before_debate
    options = [(option.id, option.letter, option.title) for option in question.options]
    return leanings(options, entry.totals(question.id), booth)


def on_the_result(_actor: Actor, *, question: Question, vote: Vote) -> Markup:
    """The passage on the page of a result."""
    found = _found(question, vote)
    if found is None:
        return Markup("")
    return Markup(  # noqa: S704 - a rendered template
        render_template(
            "referendum/results/_leanings.html",
            question=question,
            vote=vote,
            found=found,
            fewest=FEWEST_TOLD,
            share_of=share_of,
        )
    )


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The passage's place on the result."""
    slots.fill("result.leanings", on_the_result)
