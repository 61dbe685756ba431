"""Where the ballot box of a vote is, on pages of the forum: on its question, its acts and its label.

In the installation that keeps the box of another forum's vote, that question has no page but the box's.
"""

from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from forum.bodies.models import BodyAct
from forum.kernel import slots
from forum.kernel.doors import Actor
from forum.kernel.settings import Settings
from forum.questions.models import Question
from referendum.process.box_rules import box_of, is_guest
from referendum.process.models import Vote
from referendum.process.queries import current_vote, vote_by_public_id


def on_the_question(_actor: Actor, *, question: Question, **_facts: object) -> Markup | str:
    """A section that says where the box is, if not here."""
    vote = current_vote(question.id)
    return _section(vote) if vote else ""


def under_an_act(_actor: Actor, *, act: BodyAct, **_facts: object) -> Markup | str:
    """The same under the call, and under every other act about the vote: the signed text could not know it yet."""
    about = str(act.facts.get("about", ""))
    return _section(vote_by_public_id(about.removeprefix("vote:"))) if about.startswith("vote:") else ""


def _section(vote: Vote) -> Markup:
    return Markup(render_template("referendum/process/box.html", vote=vote))  # noqa: S704 - a rendered template


def on_the_label(question: Question) -> dict[str, Any]:
    """The address of whoever keeps the ballots, if not this site."""
    vote = current_vote(question.id)
    return {"box_at": box_of(vote.params)["url"]} if vote and box_of(vote.params) else {}


def only_page(question: Question) -> str | None:
    """The box's page, where this installation keeps a box and nothing else of the question."""
    vote = current_vote(question.id)
    return url_for("record.show_box", public_id=vote.public_id) if vote and is_guest(vote.params) else None


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Question, acts and label of a vote whose box is elsewhere; the page of a box."""
    slots.fill("question.page", on_the_question)
    slots.fill("question.elsewhere", only_page)
    slots.fill("question.label", on_the_label)
    slots.fill("act.below", under_an_act)
