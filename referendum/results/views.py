"""The page of a result, its figures as CSV, and its place on the question's page, ribbon, docket and label."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup

from forum.kernel import slots
from forum.kernel.doors import Actor, anyone
from forum.kernel.errors import Missing
from forum.kernel.reading import asked_number
from forum.kernel.settings import Settings
from forum.kernel.sheets import download, sheet
from forum.questions.label import built_facts
from forum.questions.models import Question
from forum.questions.queries import officers_named, process_of, timetable_of, visible_question
from referendum.electorate.queries import electorate
from referendum.process.facts import VoteKind
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.process.queries import cited_vote, current_vote, votes_of
from referendum.results import page_queries, queries
from referendum.results.citation_sheet import HEADING, citation_rows
from referendum.results.date_queries import dates_of_vote, dates_of_votes
from referendum.results.proof_queries import proof_of
from referendum.results.turnout_queries import turnout_of
from referendum.trustees.queries import trustee_keys

blueprint = Blueprint("results", __name__)


def _vote(question: Question) -> Vote:
    """The one with this number; else the newest that has a result, or the newest of all."""
    number = asked_number(request.args, "vote")
    if number is None:
        found = page_queries.newest_counted(question.id) or current_vote(question.id)
    else:
        found = next((each for each in votes_of(question.id) if each.number == number), None)
    if found is None:
        raise Missing
    return found


@blueprint.get("/q/<int:number>/result")
@anyone
def show_result(actor: Actor, number: int) -> str:
    """The published table, the chart, the arguments, the turnout."""
    question = visible_question(actor, number)
    vote = _vote(question)
    asked = request.args.get("council", "")
    page = page_queries.result_page(question, vote, for_members=actor.is_member, council=asked)
    return render_template(
        "referendum/results/result.html", question=question, page=page, vote=vote, proof=proof_of(vote),
        votes=page_queries.vote_lines(question),
    )  # fmt: skip


@blueprint.get("/q/<int:number>/result.csv")
@anyone(limit="60/minute")
def download_table(actor: Actor, number: int) -> Response:
    """The published table."""
    question = visible_question(actor, number)
    result = queries.result_of(_vote(question).id)
    if result is None:
        raise Missing
    rows = [
        [row["letter"], row["title"], row["count"], row["percent"], row["unrounded"]]
        for row in result.table["rows"]
        if row["listed"]
    ]
    rows += [["", name, result.table[name], "", ""] for name in ("blanks", "ballots", "registered", "eligible")]
    return download(f"result-{number}.csv", sheet(("option", "title", "ballots", "share", "unrounded"), rows))


@blueprint.get("/q/<int:number>/citations.csv")
@anyone(limit="60/minute")
def download_citations(actor: Actor, number: int) -> Response:
    """On how many ballots each argument moved, and with how many it weighed."""
    question = visible_question(actor, number)
    cited = page_queries.citations_shown(question, _vote(question), for_members=actor.is_member)
    rows = citation_rows(cited) if cited else []
    return download(f"citations-{number}.csv", sheet(HEADING, rows))


@blueprint.get("/q/<int:number>/turnout.csv")
@anyone(limit="60/minute")
def download_turnout(actor: Actor, number: int) -> Response:
    """Ballots by unit."""
    question = visible_question(actor, number)
    rows = [
        [council.name, ", ".join([*unit.locals, *["a small local"] * unit.small]), unit.eligible, unit.ballots]
        for council in turnout_of(_vote(question), for_members=actor.is_member)
        for unit in council.units
    ]
    return download(f"turnout-{number}.csv", sheet(("council", "locals", "eligible", "ballots"), rows))


def on_the_question(_actor: Actor, *, question: Question) -> Markup | str:
    """On the question's page: the result, once there is one."""
    lines = [each for each in page_queries.vote_lines(question) if not each.again]
    if not any(each.headline for each in lines):
        return ""
    part = render_template("referendum/results/_question.html", question=question, lines=lines)
    return Markup(part)  # noqa: S704 - a rendered template


def what_to_do_now(_actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket: read the result, once there is one."""
    vote = page_queries.newest_counted(question.id)
    if vote is None:
        return []
    long = gettext("And which arguments moved it, about 2 minutes") if vote.election_c else gettext("About 2 minutes")
    return [
        {
            "what": gettext("Read the result"), "long": long,
            "url": url_for("results.show_result", number=question.number), "order": 55, "calm": True,
        }
    ]  # fmt: skip


def on_the_ribbon(question: Question) -> dict[str, Any] | None:
    """What the ribbon is told of the vote, its own dates included."""
    vote = current_vote(question.id)
    if vote is None:
        return None
    counted: datetime | None = vote.counted_at
    first = cited_vote(question.id) if vote.kind == VoteKind.RUN_OFF else None
    return {
        "first_vote": (first.opened_at, first.certified_at) if first else None,
        "vote": vote.state, "outcome": vote.outcome, "counted_at": counted, "certified_at": vote.certified_at,
        "timetable": replace(timetable_of(question), **dates_of_vote(vote)),
    }  # fmt: skip


def on_the_label(question: Question) -> dict[str, Any] | None:
    """What the label is told of a members' vote: it is secret and checkable by the way it is built."""
    stage = process_of(question).members_vote
    if stage is None:
        return None
    vote = current_vote(question.id)
    facts: dict[str, Any] = built_facts(stage)
    if vote:
        facts["codes_by"] = read_params(vote.params).codes_by
        result = queries.result_of(vote.id)
        facts["ballots"] = result.table["ballots"] if result else None
    roll = electorate(vote.id) if vote else None
    if roll:
        facts["eligible_count"] = roll.admitted_count or roll.size
        if roll.roll_count is not None:
            facts["roll_count"] = roll.roll_count  # of that day, not of today's roll
    if vote and (holders := {key.member_id for key in trustee_keys(vote) if key.owner is not None}):
        # Who holds the keys that the ballot was made with; until the count a change of office still takes one's away.
        barred = set() if vote.counted_at else holders & set(officers_named(question.id, "trustee"))
        facts.update(trustees_count=len(holders - barred), trustees_barred=len(barred))
    return facts


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The vote on ribbon, docket and label, the result on the question's page."""
    slots.fill("question.page", on_the_question)
    slots.fill("question.now", what_to_do_now)
    slots.fill("question.ribbon", on_the_ribbon)
    slots.fill("question.dates", dates_of_votes)
    slots.fill("question.label", on_the_label)
