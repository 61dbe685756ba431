"""The voter guide: on the screen, as a printed bulletin, and as the file from which anyone can work it out again."""

from typing import Any

import segno
from flask import Blueprint, Response, current_app, make_response, render_template, url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup

from forum.arguments.models import Argument
from forum.kernel import slots
from forum.kernel.doors import Actor, anyone
from forum.kernel.errors import N_, Missing
from forum.kernel.languages import when
from forum.kernel.settings import Settings
from forum.questions.models import Question
from forum.questions.queries import question_by_id, visible_question
from referendum.digest import page_queries, queries
from referendum.digest.models import Digest
from referendum.process.queries import current_vote

blueprint = Blueprint("digest", __name__)
NOT_FROZEN = N_("The digest of this question is not frozen yet. It comes after the debate has closed.")


def _digest(question: Question) -> Digest:
    digest = queries.digest_of(question.id)
    if digest is None:
        raise Missing(NOT_FROZEN)
    return digest


@blueprint.get("/q/<int:number>/digest")
@anyone
def show_digest(actor: Actor, number: int) -> str:
    """The guide with every reason for and against being in it."""
    question = visible_question(actor, number)
    page = page_queries.digest_page(question, _digest(question), for_members=actor.is_member)
    return render_template("referendum/digest/digest.html", question=question, page=page)


@blueprint.get("/q/<int:number>/bulletin")
@anyone
def show_bulletin(actor: Actor, number: int) -> str:
    """The guide as a sheet for the noticeboard."""
    question = visible_question(actor, number)
    page = page_queries.digest_page(question, _digest(question), for_members=actor.is_member)
    settings: Settings = current_app.config["HUSTINGS"]
    address = f"{settings.base_url}{url_for('questions.show_question', number=number)}"
    return render_template(
        "referendum/digest/bulletin.html",
        question=question,
        ballot_text=question.title,
        options=[{"letter": each.letter, "title": each.title, "note": each.slate} for each in question.options],
        dates=_dates(question),
        sides=_sides(page),
        statements=page.statements,
        hash=page.digest.hash,
        rule_url=url_for("digest.show_digest", number=number, _anchor="rule"),
        back_url=url_for("questions.show_question", number=number),
        qr=Markup(segno.make(address, error="m").svg_inline(scale=3, svgclass="qr", omitsize=True)),  # noqa: S704
        address=address,
        how_to_vote=[
            gettext("Your voting code comes by mail or by letter. With it you vote in the booth, without signing in."),
            gettext("Nobody can see how you voted. Keep the code to yourself."),
        ],
    )  # fmt: skip


def _dates(question: Question) -> list[dict[str, object]]:
    rows = [
        (gettext("Debate closed"), question.closed_at),
        (gettext("Voting opens"), question.vote_opens_at),
        (gettext("Voting closes"), question.vote_closes_at),
    ]
    return [{"what": what, "date": when(at, "full")} for what, at in rows if at is not None]


def _sides(page: page_queries.DigestPage) -> list[dict[str, object]]:
    sides: dict[str, dict[str, object]] = {}
    for side in page.sides:
        option = {"letter": side.option.letter, "title": side.option.title}
        rows = [
            {**row.tag, "claim": row.claim, "ground": row.grounds, "answers": row.answers} for row in side.arguments
        ]
        known = sides.setdefault(side.option.letter, {"option": option, "arguments": []})
        known["arguments"] = [*known["arguments"], *rows]  # type: ignore[misc]
    return list(sides.values())


@blueprint.get("/q/<int:number>/digest.json")
@anyone(limit="60/minute")
def download(actor: Actor, number: int) -> Response:
    """The public record and the selection; `flask digest check` works the one out from the other."""
    question = visible_question(actor, number)
    response = make_response(_digest(question).record)
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="digest-{number}.json"'
    return response


def in_the_life(_actor: Actor, *, argument: Argument) -> Markup | str:
    """In an argument's life: whether the rule took it for the guide, and why."""
    found = page_queries.reason_of(argument.question_id, argument.number)
    if found is None:
        return ""
    question = question_by_id(argument.question_id)
    digest = _digest(question)
    return Markup(  # noqa: S704
        render_template(
            "referendum/digest/_life.html", question=question, argument=argument, digest=digest,
            taken=found[0], reason=found[1],
        )
    )


def what_to_do_now(_actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket, until voting closes: read the guide."""
    vote, digest = current_vote(question.id), queries.digest_of(question.id)
    if vote is None or digest is None or vote.state not in ("set_up", "open"):
        return []
    count = len(queries.frozen_lines(question.id))
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
