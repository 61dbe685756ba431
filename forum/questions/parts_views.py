"""Parts that stand on the pages of every slice: the ribbon and the label of a question, its place in the
navigation, what a member can do about it now, and what waits on an officer's desk.

Later slices show the ribbon by `{{ slot('page.ribbon', question=question) }}`, the label by 'page.label'.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request, url_for
from flask_babel import ngettext
from markupsafe import Markup, escape

from forum.kernel import clock, slots
from forum.kernel.doors import Actor
from forum.kernel.errors import Percentage
from forum.kernel.kept import kept, this_minute
from forum.kernel.languages import percent, when, zone_name
from forum.kernel.quick import words as gettext
from forum.kernel.settings import Settings
from forum.questions import derived_queries, draft_operations, page_queries, queries, rules
from forum.questions.models import Question
from forum.questions.phrase import Phrase
from forum.questions.ribbon import RibbonStage, StageState
from forum.questions.states import QuestionState
from forum.questions.timetable import DATE_NAMES

blueprint = Blueprint("question_parts", __name__)
SHOWN_AS = {StageState.DONE: "done", StageState.NOW: "now", StageState.AHEAD: "next", StageState.MISSED: "next"}
EARLY = 10


@blueprint.app_template_filter("phrase")
def phrase(words: Phrase, style: str = "date") -> Markup:
    """A phrase of the rules in the reader's language, with its dates as `<time>`."""
    facts = {name: _fact(value, style) for name, value in words.facts.items()}
    text = escape(gettext(words.text))
    return text % facts if facts else text


@blueprint.app_template_filter("date_name")
def date_name(name: str) -> str:
    """What happens at a date of the timetable, in the reader's language."""
    return gettext(DATE_NAMES[name])


def _fact(value: object, style: str) -> object:
    if isinstance(value, datetime):
        return when(value, style)
    if isinstance(value, Phrase):
        return phrase(value, style)
    return percent(value) if isinstance(value, Percentage) else value


@blueprint.app_template_filter("stages")
def stages(line: list[RibbonStage]) -> list[dict[str, Any]]:
    """The ribbon's stages as `parts/ribbon.html` draws them."""
    return [_stage(stage) for stage in line]


@blueprint.app_template_filter("standing")
def standing(question: Question) -> Phrase | None:
    """How a question's vote or mandate stands, for lists of questions."""
    return derived_queries.standing_of(question, clock.now())


def _stage(stage: RibbonStage) -> dict[str, Any]:
    running = stage.state is StageState.NOW and stage.day is not None
    return {
        "name": gettext(stage.name),
        "date": "" if stage.state is StageState.MISSED else _span(stage),
        "state": SHOWN_AS[stage.state],
        "share": round(100 * stage.share) if stage.share is not None else None,
        "detail": gettext("day %(day)s of %(days)s", day=stage.day, days=stage.days) if running else "",
    }


def _span(stage: RibbonStage) -> Markup:
    if stage.starts_at and stage.ends_at and not _is_one_day(stage.starts_at, stage.ends_at):
        facts = {"start": when(stage.starts_at, "day"), "end": when(stage.ends_at, "day")}
        return escape(gettext("%(start)s to %(end)s")) % facts
    if stage.ends_at and not stage.starts_at:
        return escape(gettext("to %(end)s")) % {"end": when(stage.ends_at, "day")}
    return when(stage.starts_at, "day")


def _is_one_day(start: datetime, end: datetime) -> bool:
    """Whether the reader's calendar shows one date for both."""
    zone = ZoneInfo(zone_name())
    return start.astimezone(zone).date() == end.astimezone(zone).date()


def show_ribbon(_actor: Actor, *, question: Question) -> Markup:
    """The stage ribbon of a question."""
    whole = request.endpoint == "questions.show_timetable"
    return _ribbon(question.id, this_minute(clock.now()), whole=whole)


@kept
def _ribbon(question_id: int, now: datetime, *, whole: bool) -> Markup:
    question = queries.question_by_id(question_id)
    line = derived_queries.stages_of(question, now)
    upcoming = derived_queries.what_is_next(question, now)
    part = render_template(
        "forum/questions/_ribbon.html", question=question, line=line, upcoming=upcoming, whole=whole
    )
    return Markup(part)  # noqa: S704 - a rendered template


def show_label(_actor: Actor, *, question: Question) -> Markup:
    """The process label of a question."""
    rows = derived_queries.label_of(question, clock.now())
    title = queries.process_of(question).title
    return Markup(render_template("forum/questions/_label.html", question=question, rows=rows, process_title=title))  # noqa: S704


def show_act_subject(_actor: Actor, *, act: Any) -> Markup:
    """On the page of a body's act: which question it is about."""
    question = queries.question_by_id(act.question_id)
    return Markup(render_template("forum/questions/_act_subject.html", question=question, act=act))  # noqa: S704


def names_on_acts(question_id: int) -> list[str]:
    """Whose names stand in what bodies sign on a question; visitors read it without them."""
    return [member.name for _, member in queries.named_people(question_id)]


def entry_in_navigation(_actor: Actor) -> dict[str, Any]:
    """The way to the question now before the union."""
    here = request.path == "/" or (request.blueprint or "").startswith("question")
    return {
        "order": EARLY, "label": gettext("Question"), "url": url_for("questions.front"), "current": here, "live": False,
    }  # fmt: skip


def what_to_decide_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket of a teller: the debate that goes no further without the tellers."""
    if not actor.holds("teller", question.id):
        return []
    late = [_overdue(each) for each in page_queries.overdue_debates(actor, clock.now()) if each.id == question.id]
    return [{"what": each["what"], "long": each["why"], "url": each["url"], "order": 2} for each in late]


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket: seconding an option, where this member may and has seconded none yet."""
    allowed = actor.is_member and rules.may_second_option(actor, question.id, QuestionState(question.state))
    if not allowed or not question.options or queries.own_seconds(question.id, actor.member_id):
        return []
    return [
        {
            "what": gettext("Second an option"), "long": gettext("Say which options you stand behind, about 1 minute"),
            "url": url_for("questions.show_question", number=question.number, _anchor="options"), "order": 80,
        }
    ]  # fmt: skip


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """For officers: drafts, and what is missing before they can be published, pledged and charged.
    For tellers: a debate that has reached its last moment without its floor.
    """
    drafts = [_desk_item(question) for question in page_queries.drafts()] if actor.is_officer else []
    return drafts + [_overdue(question) for question in page_queries.overdue_debates(actor, clock.now())]


def _overdue(question: Question) -> dict[str, Any]:
    return {
        "what": gettext("Close or extend the debate on question %(number)s", number=question.number),
        "why": gettext("Its last day has come, and its floor is not met. Nothing goes on until the tellers decide."),
        "url": url_for("question_acts.show_acts", number=question.number), "act": gettext("To the decision"),
        "due": question.debate_closes_at, "done": False, "order": 11,
    }  # fmt: skip


def _desk_item(question: Question) -> dict[str, Any]:
    number = question.number
    page = url_for("question_drafts.edit_question", number=number)
    if question.published_at is None:
        missing = len(draft_operations.obstacles_to_publish(question, clock.now()))
        why = ngettext("One thing is missing.", "%(num)s things are missing.", missing) if missing else gettext(
            "Everything is there. Publish the process, the timetable and the obligations."
        )  # fmt: skip
        what = gettext("Question %(number)s is a draft", number=number)
    elif question.pledged_at is None:
        what, why = gettext("Question %(number)s waits for the pledge", number=number), gettext("It is published.")
    else:
        what = gettext("Question %(number)s waits for the charge", number=number)
        why = gettext("The pledge is signed.")
    return {
        "what": what, "why": why, "url": page, "act": gettext("To the draft"), "due": question.debate_opens_at,
        "done": False, "order": 20,
    }  # fmt: skip


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Ribbon, label, navigation, docket and desk."""
    slots.fill("page.ribbon", show_ribbon)
    slots.fill("page.label", show_label)
    slots.fill("act.page", show_act_subject)
    slots.fill("act.names", names_on_acts)
    slots.fill("nav", entry_in_navigation)
    slots.fill("question.now", what_to_do_now)
    slots.fill("question.now", what_to_decide_now)
    slots.fill("desk", on_the_desk)
