"""The tellers' page for letters: how many wait, and the sheets, streamed once."""

from flask import current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forum.kernel import clock
from forum.kernel.doors import Actor, serving_tellers
from forum.roll.queries import by_number
from forum.signin import letter_operations, rules
from forum.signin.letter_operations import Letter
from forum.signin.letter_sheets import make_sheets
from forum.signin.pages import blueprint, pepper


@blueprint.get("/roll/letters")
@serving_tellers
def letters(_actor: Actor) -> str:
    """Who waits for a letter."""
    waiting = letter_operations.waiting_count(clock.now())
    return render_template(
        "forum/signin/letters.html",
        waiting=waiting,
        most=letter_operations.MOST_AT_ONCE,
        days=rules.LETTER_HOLDS_FOR.days,
    )


@blueprint.post("/roll/letters")
@serving_tellers(again="signin.letters", fresh=True, limit="30/hour")
def print_letters(actor: Actor) -> Response:
    """The next letters as a PDF; the codes are not kept, so the sheets cannot be made again."""
    return _sheets(letter_operations.draw_letters(actor, now=clock.now(), pepper=pepper()))


@blueprint.post("/roll/letters/again")
@serving_tellers(again="signin.letters", fresh=True, limit="30/hour")
def print_letter_again(actor: Actor) -> Response:
    """A new letter for one member."""
    member = by_number(request.form.get("number", "")[:40])
    return _sheets(letter_operations.draw_letter_again(actor, member, now=clock.now(), pepper=pepper()))


def _sheets(drawn: list[Letter]) -> Response:
    settings = current_app.config["HUSTINGS"]
    made = make_sheets(
        drawn, union_name=settings.union_name, base_url=settings.base_url, help_line=settings.help_line,
        days=rules.LETTER_HOLDS_FOR.days,
    )  # fmt: skip
    response = current_app.response_class(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{_("letters")}.pdf"'
    return response
