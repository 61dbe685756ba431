"""Pages of equal reach: the public balance, what an office says to members, and the spokespersons' answer."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from forum.halls import queries as halls
from forum.halls.queries import HallView
from forum.kernel import clock
from forum.kernel.doors import Actor, anyone, leaders, members
from forum.kernel.errors import Missing
from forum.kernel.reading import asked_number
from forum.kernel.sheets import download
from forum.moderation.rules import GROUND_NAMES
from forum.questions import queries as questions
from forum.questions.models import Question
from forum.questions.rules import QuestionState
from forum.reach import forms, offer_operations, operations, page_queries, pin_queries, queries, rules
from forum.reach.rules import Kind, Standing

blueprint = Blueprint("reach", __name__)


@blueprint.get("/q/<int:number>/reach")
@anyone
def show_balance(actor: Actor, number: int) -> str:
    """What reached members for each option, what was offered to the others, and how they answered."""
    question, now = with_debate(actor, number), clock.now()
    found = page_queries.balance(actor, question, now, before=asked_number(request.args, "before"))
    speaks = queries.spoken_for(actor, question)
    mine = queries.open_offers(question, now, speaks) if speaks else []
    state, closes_at = QuestionState(question.state), question.debate_closes_at
    ways = [each for each in rules.WRITTEN if not rules.why_not_favour(actor, each, state, closes_at, now)]
    return render_template(
        "forum/reach/balance.html", question=question, balance=found, mine=mine, ways=ways, grounds=GROUND_NAMES,
        hides=actor.holds("teller", question.id), written=rules.WRITTEN,
    )  # fmt: skip


def with_debate(actor: Actor, number: int) -> Question:
    """A question that has a debate, and so a ledger. Raises `Missing`."""
    question = questions.visible_question(actor, number)
    if queries.limit_of(question) is None:
        raise Missing
    return question


@blueprint.get("/q/<int:number>/reach.csv")
@anyone
def download_balance(actor: Actor, number: int) -> Response:
    return download(f"reach-{number}.csv", page_queries.as_csv(with_debate(actor, number)))


@blueprint.get("/q/<int:number>/reach/<way>")
@leaders
def show_favour(actor: Actor, number: int, way: str) -> str:
    """The form by which an officer or a host says something in favour of an option."""
    question, kind, now = with_debate(actor, number), _kind(way), clock.now()
    why_not = rules.why_not_favour(actor, kind, QuestionState(question.state), question.debate_closes_at, now)
    facts: dict[str, Any] = {"councils": queries.councils()} if kind is Kind.MAIL and actor.is_officer else {}
    if kind is Kind.PIN:
        hall = halls.hall_of(question.id, None if actor.is_officer else actor.local_id)
        facts = {"hall": hall, "statements": pin_queries.statements(question.id)}
        if hall is None:
            raise Missing
    closes_at = question.debate_closes_at
    late = closes_at is not None and now + rules.WAITS > closes_at
    return render_template(
        "forum/reach/favour.html", question=question, kind=kind, why_not=why_not, rules=rules,
        waits_until=now + rules.WAITS if late else None, pinned=request.args.get("pinned", ""), **facts,
    )  # fmt: skip


def _kind(way: str) -> Kind:
    """What the page is about; `Missing` for what no office writes."""
    found = next((each for each in rules.WRITTEN if each == way), None)
    if found is None:
        raise Missing
    return found


@blueprint.post("/q/<int:number>/reach/<way>")
@leaders(again="reach.show_favour", fresh=True, limit="10/hour")
def publish_favour(actor: Actor, number: int, way: str) -> AnyResponse:
    """Say it, enter it, and offer the same to the others."""
    question = with_debate(actor, number)
    operations.favour(actor, question.id, forms.read_favour(_kind(way), request.form), now=clock.now())
    flash(_("It is entered in the ledger, and the other options’ spokespersons are offered the same."))
    return redirect(url_for("reach.show_balance", number=number, _anchor="entries-h"))


@blueprint.get("/reach/offers/<int:offer_id>")
@members
def show_offer(actor: Actor, offer_id: int) -> str:
    """What is offered; for the spokespersons of the option, the way to take or to decline it."""
    offer, now = queries.offer(offer_id), clock.now()
    question = questions.visible_question(actor, questions.question_by_id(offer.question_id).number)
    speakers = questions.spokespersons(question).get(offer.option_id, ())
    facts = queries.facts_of(offer)
    entry = queries.entries_by_id([offer.entry_id or 0]).get(offer.entry_id or 0)
    why_not = rules.why_not_answer(facts, speakers, actor, QuestionState(question.state), now)
    return render_template(
        "forum/reach/offer.html", question=question, offer=offer, entry=entry, why_not=why_not,
        room=offer_operations.room_for(offer), statements=pin_queries.statements(question.id), rules=rules,
        is_open=facts.standing(now) is Standing.OPEN, until=rules.lapses_at(offer.made_at),
        option=next(each for each in question.options if each.id == offer.option_id),
        favoured=next((each for each in question.options if entry and each.id == entry.option_id), None),
        hall=_hall(entry.hall_id) if entry and entry.kind == Kind.PIN else None,
    )  # fmt: skip


def _hall(hall_id: int | None) -> HallView | None:
    return halls.hall(hall_id) if hall_id else None


@blueprint.post("/reach/offers/<int:offer_id>/take")
@members(again="reach.show_offer", fresh=True, limit="10/hour")
def take_offer(actor: Actor, offer_id: int) -> AnyResponse:
    """Say the same in one's own words."""
    offer = queries.offer(offer_id)
    words = forms.read_words(Kind(offer.kind), offer_operations.room_for(offer), request.form)
    offer_operations.take_offer(actor, offer_id, words, now=clock.now())
    flash(_("Taken. It is entered in the ledger."))
    return _to_balance(offer.question_id)


@blueprint.post("/reach/offers/<int:offer_id>/decline")
@members(again="reach.show_offer", fresh=True, limit="20/hour")
def decline_offer(actor: Actor, offer_id: int) -> AnyResponse:
    """Leave it."""
    offer = offer_operations.decline_offer(actor, offer_id, now=clock.now())
    flash(_("Declined. Everybody can see that it was offered."))
    return _to_balance(offer.question_id)


def _to_balance(question_id: int) -> AnyResponse:
    number = questions.question_by_id(question_id).number
    return redirect(url_for("reach.show_balance", number=number, _anchor="entries-h"))
