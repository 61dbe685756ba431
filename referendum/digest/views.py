"""The voter guide: on the screen, and as the file from which anyone can work it out again."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup

from forum.arguments.models import Argument
from forum.kernel import slots
from forum.kernel.doors import Actor, anyone
from forum.kernel.errors import Missing
from forum.kernel.settings import Settings
from forum.questions.models import Question
from forum.questions.queries import process_of, question_by_id, visible_question
from forum.questions.states import QuestionState
from referendum.digest import page_queries, queries
from referendum.digest.models import Digest
from referendum.digest.published import exported
from referendum.process.queries import current_vote

blueprint = Blueprint("digest", __name__)
MOST_NUMBER = 10**9


def _digest(question: Question) -> Digest:
    digest = queries.digest_of(question.id)
    if digest is None:
        raise Missing(page_queries.NOT_FROZEN)
    return digest


@blueprint.get("/q/<int:number>/digest")
@anyone
def show_digest(actor: Actor, number: int) -> str:
    """The guide with every reason for and against being in it; before the freeze, what is waited for."""
    question = visible_question(actor, number)
    digest = queries.digest_of(question.id)
    if digest is None and question.state == QuestionState.CLOSED and process_of(question).debate is not None:
        waiting = page_queries.waiting(question)
        return render_template("referendum/digest/waiting.html", question=question, waiting=waiting)
    after = request.args.get("after", 0, type=int)
    page = page_queries.digest_page(
        question, _digest(question), for_members=actor.is_member, left_out_after=min(max(after, 0), MOST_NUMBER)
    )
    return render_template("referendum/digest/digest.html", question=question, page=page)


@blueprint.get("/q/<int:number>/digest.json")
@anyone(limit="60/minute")
def download(actor: Actor, number: int) -> Response:
    """The public record, the selection and the guide; `flask digest check` works them out from the record."""
    question = visible_question(actor, number)
    digest = _digest(question)
    response = make_response(exported(digest.record, digest.document, digest.hash))
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="digest-{number}.json"'
    return response


def in_the_life(_actor: Actor, *, argument: Argument) -> Markup | str:
    """In an argument's life: whether the rule took it for the guide, and why."""
    found, outcome = page_queries.reason_of(argument.id), queries.outcome_of(argument.id)
    if found is None or outcome is None:
        return ""
    question = question_by_id(argument.question_id)
    digest = _digest(question)
    return Markup(  # noqa: S704
        render_template(
            "referendum/digest/_life.html", question=question, argument=argument, digest=digest,
            taken=found[0], reason=found[1], outcome=outcome, place=queries.place_in_guide(argument.id),
        )
    )


def what_to_do_now(_actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket, until voting closes: read the guide."""
    vote, digest = current_vote(question.id), queries.digest_of(question.id)
    if vote is None or digest is None or vote.state not in ("set_up", "open"):
        return []
    count = queries.line_count(question.id)
    long = ngettext("One argument", "%(num)s arguments, about %(minutes)s minutes", count, minutes=count // 2 + 1)
    url = url_for("digest.show_digest", number=question.number)
    return [{"what": gettext("Read the digest"), "long": long, "url": url, "order": 10, "calm": True}]


def on_the_question(_actor: Actor, *, question: Question) -> Markup | str:
    """On the question's page: the way to the guide."""
    digest = queries.digest_of(question.id)
    if digest is None:
        return ""
    return Markup(render_template("referendum/digest/_question.html", question=question, digest=digest))  # noqa: S704


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The guide on the question's page, in the docket and in the life of an argument."""
    slots.fill("argument.after", in_the_life)
    slots.fill("question.page", on_the_question)
    slots.fill("question.now", what_to_do_now)
