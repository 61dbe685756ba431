"""What moderation gives to other pages: tombstones, links under posts and arguments, the desks of hosts and tellers."""

from typing import Any

from flask import g, render_template, url_for
from flask_babel import ngettext
from markupsafe import Markup

from forum.arguments.models import Argument
from forum.bodies import registry
from forum.bodies.queries import Matter, in_hand
from forum.halls.models import Post
from forum.halls.queries import HallView
from forum.kernel import clock, quick, slots
from forum.kernel.doors import Actor
from forum.kernel.languages import when
from forum.kernel.quick import words as _
from forum.kernel.settings import Settings
from forum.moderation import appeal_operations, queries, report_queries
from forum.moderation.models import Restraint
from forum.moderation.queries import Measured
from forum.moderation.rules import GROUND_NAMES, KIND_NAMES, Case, Deed, Ground, Kind, may_judge
from forum.questions.models import Question
from forum.sittings.chat_queries import Line
from forum.sittings.enquiry_queries import Asked
from forum.sittings.queries import Room

FEW = 3


def reasons_in_words(kind: str, subject_ids: list[int]) -> list[dict[str, Any]]:
    """Why words are hidden, in the reader's language, as the tombstones print it."""
    found = queries.reasons(kind, subject_ids) if subject_ids else []
    return [{**each, "ground": _(GROUND_NAMES[Ground(each["ground"])]), "note": _note(each)} for each in found]


def _note(reason: dict[str, Any]) -> str:
    said = _("Reason: “%(reason)s”", reason=reason["reason"])
    if reason["ruling"]:
        return f"{said} {_('The writer appealed; the tellers upheld it.')}"
    if reason["appealed"]:
        return f"{said} {_('The writer was told and has appealed.')}"
    return f"{said} {_('The writer was told.')}"


def under_post(actor: Actor, *, post: Post, view: HallView, answered_author: int | None, **_facts: object) -> Markup:
    """Report, or for whoever keeps order hide, under a post; and whether its author was stopped for it."""
    case = _case(actor, view, post.author_id, answered_author or 0, post.source)
    links = _links(actor, Kind.POST, post.id, case, _("No. %(number)s", number=post.number))
    return _stopped(actor, post.hall_id, Kind.POST, post.id) + links


def under_message(actor: Actor, *, message: Line, room: Room, **_facts: object) -> Markup:
    """The same under a line of a transcript."""
    if message.author_id is None or room.hall is None:
        return Markup("")
    note = _stopped(actor, room.hall.id, Kind.MESSAGE, message.id)
    if message.hidden:
        return note
    view = HallView(room.hall, room.question, room.local)
    name = _("No. %(number)s", number=message.number)
    return note + _links(actor, Kind.MESSAGE, message.id, _case(actor, view, message.author_id, 0, ""), name)


def under_enquiry(actor: Actor, *, enquiry: Asked, room: Room, **_facts: object) -> Markup:
    """The same under a question to a session."""
    view = HallView(room.hall, room.question, room.local)
    name = _("No. %(number)s", number=enquiry.id)
    return _links(actor, Kind.ENQUIRY, enquiry.id, _case(actor, view, enquiry.author_id, 0, enquiry.text), name)


def under_argument(actor: Actor, *, argument: Argument, view: HallView, **_facts: object) -> Markup:
    """The same under an argument."""
    case = _case(actor, view, argument.mover_id, argument.origin_member_id or 0, argument.claim)
    return _links(actor, Kind.ARGUMENT, argument.id, case, argument.label)


def _case(actor: Actor, view: HallView, author_id: int, answered: int, text: str) -> Case:
    """As far as a glance tells who is concerned; the form and the act look closer."""
    named = actor.is_member and actor.name in text
    involved = frozenset({answered, actor.member_id if named else 0} - {0})
    return Case(view.question.id, view.hall.local_id, author_id, involved)


def _links(actor: Actor, kind: Kind, subject_id: int, case: Case, name: str) -> Markup:
    if may_judge(actor, case):
        url = url_for("moderation.show_hiding_form", kind=str(kind), subject_id=subject_id)
        return quick.button(url, _("Hide"), name)
    if actor.member_id == case.author_id or not actor.is_member:
        return Markup("")
    url = url_for("moderation_reports.show_report_form", kind=str(kind), subject_id=subject_id)
    return quick.button(url, _("Report"), name)


def _stopped(actor: Actor, hall_id: int, kind: Kind, subject_id: int) -> Markup:
    """A note where the words stand for which their author may not write now."""
    stops: dict[int, list[Restraint]] = g.setdefault("stops", {})
    if hall_id not in stops:
        stops[hall_id] = queries.stops_in(hall_id, clock.now())
    mine = [each for each in stops[hall_id] if (each.kind, each.subject_id) == (kind, subject_id)]
    if not mine or not actor.is_member:
        return Markup("")
    note = _("For these words the writer cannot write in this hall until %(time)s.", time=when(mine[-1].until, "short"))
    line = Markup('<p class="small quiet stop-note">{} <a href="{}">{}</a></p>')
    return line.format(Markup(note), mine[-1].path, _("Why"))  # noqa: S704 - `when` gives markup, the rest is ours


def instead_of_argument(actor: Actor, *, argument: Argument, **_facts: object) -> Markup:
    """On the page of a hidden argument: why, by which office, and where the appeal stands."""
    found = reasons_in_words(Kind.ARGUMENT, [argument.id])
    if not found:
        return Markup("")
    part = render_template("forum/moderation/_argument.html", why=found[-1], reader=actor, hall_id=argument.hall_id)
    return Markup(part)  # noqa: S704 - a rendered template


def hall_rail(_actor: Actor, *, hall: Any, **_facts: object) -> Markup:
    """The way to the hall's log."""
    line = Markup('<p class="small"><a href="{}">{}</a></p>')
    return line.format(url_for("moderation.show_log", hall_id=hall.id), _("What was hidden here, and why"))


def on_the_question_page(_actor: Actor, *, question: Question, **_facts: object) -> Markup:
    """The way to the counts, once there is a debate."""
    if question.state in ("drafted", "charged"):
        return Markup("")
    line = Markup('<p><a class="more" href="{}">{}</a></p>')
    return line.format(url_for("moderation_public.show_counts", number=question.number), _("What was hidden, counted"))


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """Open reports for hosts and tellers; appeals for tellers."""
    if not (actor.office == "host" or actor.holds("teller")):
        return []
    appeals, mine = queries.appeals_for(actor), in_hand(actor)
    if len(appeals) > FEW:  # one line for many, which have not been ruled on or signed by this teller
        appeals = [each for each in appeals if _matter(each) not in mine]
    items = [_appeal_item(each) for each in appeals] if len(appeals) <= FEW else [_many_appeals(len(appeals))]
    if count := len(report_queries.open_reports(actor)):
        what = ngettext("One report to look at", "%(num)s reports to look at", count)
        why = _("Hide it on a ground of the list, or let it stand.")
        url = url_for("moderation_reports.list_reports")
        look = {"url": url, "act": _("Look at them")}
        items.append({"what": what, "why": why, **look, "due": None, "done": False, "order": 25})
    return items


def _matter(measure: Measured) -> Matter:
    """What a ruling on an appeal is about."""
    return "rule_appeal", f"{queries.fact_of(measure)}:{measure.id}"


def _many_appeals(count: int) -> dict[str, Any]:
    what = ngettext("One appeal to rule on", "%(num)s appeals to rule on", count)
    why = _("The writer says it should stand. More than half of the tellers must sign the ruling.")
    url = url_for("moderation_reports.list_reports")
    return {"what": what, "why": why, "url": url, "act": _("Look at them"), "due": None, "done": False, "order": 18}


def _appeal_item(measure: Measured) -> dict[str, Any]:
    what = {
        Deed.MUTE: _("Rule on an appeal: a member was stopped from writing"),
        Deed.SLOW: _("Rule on an appeal: a chat was slowed"),
    }.get(Deed(measure.deed))
    kind = _(KIND_NAMES[Kind(measure.kind)]) if measure.kind else ""
    return {
        "what": what or _("Rule on an appeal: %(kind)s was hidden", kind=kind),
        "why": _("The writer says it should stand. More than half of the tellers must sign the ruling."),
        "url": measure.path, "act": _("Read the appeal"), "due": None, "done": False, "order": 18,
        "about": _matter(measure),
    }  # fmt: skip


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Join moderation to the slices below."""
    registry.on_effect("rule_appeal", appeal_operations.rule_by_act)
    slots.fill("hiding.reasons", reasons_in_words)
    slots.fill("post.acts", under_post)
    slots.fill("message.after", under_message)
    slots.fill("enquiry.after", under_enquiry)
    slots.fill("argument.acts", under_argument)
    slots.fill("argument.hidden", instead_of_argument)
    slots.fill("act.hidden", queries.hidden_in_ruling)
    slots.fill("hall.rooms", hall_rail)
    slots.fill("question.page", on_the_question_page)
    slots.fill("desk", on_the_desk)
