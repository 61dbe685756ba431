"""The printed bulletin: as a page to print from the browser, and as a PDF on the paper that the printer holds."""

import segno
from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup

from forum.kernel import clock, slots
from forum.kernel.doors import Actor, anyone
from forum.kernel.errors import Missing
from forum.kernel.settings import Settings
from forum.questions.models import Question
from forum.questions.queries import visible_question
from referendum.digest import bulletin_text, page_queries, queries
from referendum.digest.bulletin import PAGES, Page, bulletin_pdf

blueprint = Blueprint("bulletins", __name__)


def _page(question: Question) -> page_queries.DigestPage:
    digest = queries.digest_of(question.id)
    if digest is None:
        raise Missing(page_queries.NOT_FROZEN)
    return page_queries.digest_page(question, digest, for_members=False)


@blueprint.get("/q/<int:number>/bulletin")
@anyone
def show_bulletin(actor: Actor, number: int) -> str:
    """The guide as a sheet for the noticeboard, the same for everybody."""
    question = visible_question(actor, number)
    page = _page(question)
    settings: Settings = current_app.config["HUSTINGS"]
    address = bulletin_text.address_of(question, settings)
    return render_template(
        "referendum/digest/bulletin.html",
        question=question,
        page=page,
        dates=bulletin_text.dates_of(question),
        whose=lambda statement: bulletin_text.whose(statement, page.room),
        foot=bulletin_text.foot(settings),
        how_to_vote=bulletin_text.how_to_vote(question, clock.now()),
        qr=Markup(segno.make(address, error="m").svg_inline(scale=3, svgclass="qr", omitsize=True)),  # noqa: S704
        address=address,
    )


@blueprint.get("/q/<int:number>/bulletin.pdf")
@anyone(limit="30/minute")
def print_bulletin(actor: Actor, number: int) -> Response:
    """The sheet as a PDF, on A4 or Letter."""
    question = visible_question(actor, number)
    asked = request.args.get("page", "A4")
    page: Page = next((each for each in PAGES if each == asked), "A4")
    response = make_response(pdf_of(question, page))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="bulletin-{number}-{page}.pdf"'
    return response


def pdf_of(question: Question, page: Page = "A4") -> bytes:
    """The bulletin of a question in the language of whoever asks. Raises `Missing` before the digest is frozen."""
    settings: Settings = current_app.config["HUSTINGS"]
    return bulletin_pdf(bulletin_text.bulletin_of(question, _page(question), settings, clock.now()), page)


def to_take_along(_actor: Actor, question: Question) -> list[dict[str, str]]:
    """For pages that list what leaves the site: the bulletin on either paper, once there is one."""
    if queries.digest_of(question.id) is None:
        return []
    address = {page: url_for("bulletins.print_bulletin", number=question.number, page=page) for page in PAGES}
    return [
        {"title": gettext("Bulletin for the noticeboard, %(page)s", page=page), "url": url}
        for page, url in address.items()
    ]


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    slots.fill("question.outlets", to_take_along)
