"""What the vote adds to an argument's life: its steps, its lead, its spread over locals, how to share and print it."""

import segno
from flask import current_app, render_template
from markupsafe import Markup

from forum.arguments.models import Argument
from forum.kernel import slots
from forum.kernel.doors import Actor
from forum.kernel.settings import Settings
from forum.questions.models import Option
from forum.questions.queries import options, question_by_id
from referendum.results import life_queries


def _part(name: str, argument: Argument, **facts: object) -> Markup:
    part = render_template(
        f"referendum/results/{name}.html", argument=argument, question=question_by_id(argument.question_id), **facts
    )
    return Markup(part)  # noqa: S704 - a rendered template


def in_the_life(_actor: Actor, *, argument: Argument) -> Markup:
    """Each vote as this argument lived it."""
    return Markup("").join(_part("_life", argument, lived=each) for each in life_queries.in_votes(argument))


def above_the_life(_actor: Actor, *, argument: Argument) -> Markup | str:
    """One sentence that tells the whole life, once there was a vote."""
    lived = life_queries.in_votes(argument)
    return _part("_life_lead", argument, lived=lived[-1]) if lived else ""


def where_it_was_read(_actor: Actor, *, argument: Argument) -> Markup | str:
    """In how many locals more than half agreed, and where least."""
    spread = life_queries.spread_of(argument)
    return _part("_life_read", argument, spread=spread) if spread else ""


def for_a_shared_link(_actor: Actor, *, argument: Argument) -> Markup:
    """Title, description and address for whoever shows a link to it: the claim and figures, no person and no hall."""
    return _part("_life_meta", argument, option=_option(argument), address=_address(argument))


def below_the_life(_actor: Actor, *, argument: Argument) -> Markup:
    """Print it, copy its address; on paper the address and its QR."""
    address = _address(argument)
    qr = Markup(segno.make(address, error="m").svg_inline(scale=3, svgclass="qr", omitsize=True))  # noqa: S704
    return _part("_life_foot", argument, address=address, qr=qr)


def _option(argument: Argument) -> Option:
    return next(each for each in options(argument.question_id) if each.id == argument.option_id)


def _address(argument: Argument) -> str:
    settings: Settings = current_app.config["HUSTINGS"]
    return f"{settings.base_url}/a/{argument.id}"


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The vote in an argument's life, and what leaves the page."""
    slots.fill("argument.after", in_the_life)
    slots.fill("argument.lead", above_the_life)
    slots.fill("argument.read", where_it_was_read)
    slots.fill("argument.meta", for_a_shared_link)
    slots.fill("argument.foot", below_the_life)
