"""Cards for other sites: static pages without script or cookie, which alone of all pages may stand in a frame."""

from typing import Any

from flask import Blueprint, Response, current_app, render_template
from flask_babel import force_locale

from forum.kernel import clock
from forum.kernel.doors import VISITOR, Actor, anyone
from forum.kernel.errors import Missing
from forum.kernel.languages import LANGUAGES
from forum.outlets import card_queries, feed_queries
from forum.outlets.sending import send
from forum.questions import queries as questions
from forum.questions.derived_queries import label_of

blueprint = Blueprint("cards", __name__)
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors *"
)


@blueprint.get("/q/<int:number>/card")
@anyone(nobody=True)
def question_card(_actor: Actor, number: int) -> Response:
    """A question's card in English."""
    return _question_card(number, "en")


@blueprint.get("/q/<int:number>/card/<language>")
@anyone(nobody=True)
def question_card_in(_actor: Actor, number: int, language: str) -> Response:
    return _question_card(number, language)


@blueprint.get("/halls/<int:hall_id>/card")
@anyone(nobody=True)
def hall_card(_actor: Actor, hall_id: int) -> Response:
    """The card of a hall that visitors may know of, in English."""
    return _hall_card(hall_id, "en")


@blueprint.get("/halls/<int:hall_id>/card/<language>")
@anyone(nobody=True)
def hall_card_in(_actor: Actor, hall_id: int, language: str) -> Response:
    return _hall_card(hall_id, language)


@blueprint.get("/q/<int:number>/label/card/<language>")
@anyone(nobody=True)
def label_card_in(_actor: Actor, number: int, language: str) -> Response:
    """The process label of a question."""
    question = questions.visible_question(VISITOR, number)
    rows, title = label_of(question, clock.now()), questions.process_of(question).title
    return _shown(language, "forum/outlets/label_card.html", question=question, rows=rows, process_title=title)


def _question_card(number: int, language: str) -> Response:
    card = card_queries.of_question(questions.visible_question(VISITOR, number), clock.now())
    return _shown(language, "forum/outlets/card.html", card=card)


def _hall_card(hall_id: int, language: str) -> Response:
    card = card_queries.of_hall(feed_queries.public_hall(hall_id), clock.now())
    return _shown(language, "forum/outlets/card.html", card=card)


def _shown(language: str, template: str, **facts: Any) -> Response:
    if language not in LANGUAGES:
        raise Missing
    with force_locale(language):
        zone = current_app.config["HUSTINGS"].timezone
        page = render_template(template, language=language, union_zone=zone, **facts)
    answer = send(page, "text/html", public=True)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
