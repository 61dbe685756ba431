"""What equal reach gives to other pages: banners and pins, the spokespersons' docket, desks, the label, the guard."""

from datetime import datetime
from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from forum.bodies import registry
from forum.halls.models import Hall
from forum.kernel import clock, slots
from forum.kernel.doors import Actor
from forum.kernel.kept import kept, this_minute
from forum.kernel.languages import say, when
from forum.kernel.quick import words as _
from forum.kernel.settings import Settings
from forum.questions import queries as questions
from forum.questions.models import Question
from forum.reach import hiding_operations, hiding_queries, operations, pin_queries, queries, rules
from forum.reach.models import LedgerEntry


def banners(_actor: Actor, *, question: Question) -> Markup:
    """What is up now on the question's own pages."""
    return _banners(question.id, this_minute(clock.now()))


@kept
def _banners(question_id: int, now: datetime) -> Markup:
    up = queries.banners_up(question_id, now)
    if not up:
        return Markup("")
    question = questions.question_by_id(question_id)
    letters = {each.id: each for each in questions.options(question_id)}
    part = render_template("forum/reach/_banners.html", up=up, question=question, options=letters)
    return Markup(part)  # noqa: S704 - a rendered template


def pins(_actor: Actor, *, hall: Hall, **_facts: object) -> Markup:
    """What is pinned at the top of a hall: one statement to the database at most."""
    return _pins(hall.id, hall.question_id, this_minute(clock.now()))


@kept
def _pins(hall_id: int, question_id: int, now: datetime) -> Markup:
    up = pin_queries.pins_up(hall_id, now)
    if not up:
        return Markup("")
    question = questions.question_by_id(question_id)
    return Markup(render_template("forum/reach/_pins.html", up=up, question=question))  # noqa: S704 - a rendered template


def way_to_pin(actor: Actor, *, hall: Hall, **_facts: object) -> Markup:
    """For whoever may pin in this hall: its host, an officer in the national one."""
    if not (actor.hosts(hall.local_id) if hall.local_id else actor.is_officer):
        return Markup("")
    number = questions.question_by_id(hall.question_id).number
    url = url_for("reach.show_favour", number=number, way=rules.Kind.PIN)
    return Markup('<p class="rail-link"><a href="{}">{}</a></p>').format(url, _("Pin something"))


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket of a spokesperson: the offers that wait for an answer."""
    return [
        {
            "what": _("Equal reach for option %(letter)s: %(kind)s", letter=each.letter, kind=_kind(each)),
            "long": Markup(_("Take it or decline it, until %(until)s")) % {"until": when(each.until)},  # noqa: S704
            "url": url_for("reach.show_offer", offer_id=each.offer.id), "order": 8,
        }
        for each in _own_offers(actor, question)[:1]
    ]  # fmt: skip


def _own_offers(actor: Actor, question: Question) -> list[queries.OpenOffer]:
    if question.state not in queries.RUNNING:
        return []
    speaks = queries.spoken_for(actor, question)
    return queries.open_offers(question, clock.now(), speaks) if speaks else []


def _kind(each: queries.OpenOffer) -> str:
    return say(rules.KIND_NAMES[rules.Kind(each.offer.kind)])


def on_the_question(_actor: Actor, *, question: Question, **_facts: object) -> Markup:
    """The way to the balance."""
    if question.charged_at is None or queries.limit_of(question) is None:
        return Markup("")
    count = sum(each.count for each in queries.sums(question.id).values())
    part = render_template("forum/reach/_question.html", question=question, count=count)
    return Markup(part)  # noqa: S704 - a rendered template


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """For a spokesperson who has a desk: offers to answer. For the tellers, who run the national hall: the floor that
    spokespersons have taken, until it was held. For observers: appeals against what the tellers hid."""
    items: list[dict[str, Any]] = []
    for question in queries.running_questions():
        items += [_to_answer(question, each) for each in _own_offers(actor, question)]
        if actor.holds("teller", question.id):
            items += [_floor(question, letter) for letter in queries.floor_owed(question)]
    return items + [_to_rule(each) for each in hiding_queries.appeals_for(actor)]


def _to_rule(entry: LedgerEntry) -> dict[str, Any]:
    number = questions.question_by_id(entry.question_id).number
    return {
        "what": _("Question %(number)s: rule on an appeal against the tellers", number=number),
        "why": _("They hid what was sent to members. More than half of the observers must sign the ruling."),
        "url": url_for("reach_hidings.show_hiding", number=number, entry_id=entry.id), "act": _("Read the appeal"),
        "due": None, "done": False, "order": 18, "about": hiding_queries.matter(entry),
    }  # fmt: skip


def _to_answer(question: Question, each: queries.OpenOffer) -> dict[str, Any]:
    facts = {"number": question.number, "letter": each.letter, "kind": _kind(each)}
    return {
        "what": _("Question %(number)s: equal reach for option %(letter)s (%(kind)s)", **facts),
        "why": _("The same is offered to you. After three days it counts as declined."),
        "url": url_for("reach.show_offer", offer_id=each.offer.id), "act": _("To the offer"),
        "due": each.until, "done": False, "order": 18,
    }  # fmt: skip


def _floor(question: Question, letter: str) -> dict[str, Any]:
    return {
        "what": _("Question %(number)s: give option %(letter)s the floor", number=question.number, letter=letter),
        "why": _("Its spokespersons took the floor that was offered. Call them in a session of the national hall."),
        "url": f"/q/{question.number}/halls", "act": _("To the halls"), "due": question.debate_closes_at,
        "done": False, "order": 25,
    }  # fmt: skip


def on_the_label(question: Question) -> dict[str, Any]:
    """Options that had not answered when the tellers closed the debate."""
    left = queries.unanswered_at_close(question)
    return {"reach_unanswered": left} if left else {}


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Join the ledger to the slices below."""
    registry.on_effect(hiding_queries.ACT, hiding_operations.rule_by_act)
    slots.fill("question.banner", banners)
    slots.fill("hall.now", pins)
    slots.fill("hall.rail.after", way_to_pin)
    slots.fill("question.now", what_to_do_now)
    slots.fill("question.page", on_the_question)
    slots.fill("desk", on_the_desk)
    slots.fill("question.facts", queries.for_the_guard)
    slots.fill("question.label", on_the_label)
    slots.fill("sitting.closed", operations.enter_floor)
    slots.fill("statement.stands", operations.enter_statement)
