"""The second proof of those who hold an office, and their recovery codes."""

from flask import current_app, redirect, render_template, request, url_for
from markupsafe import Markup
from segno import make as make_qr
from werkzeug.wrappers import Response

from forum.kernel import clock, languages
from forum.kernel.doors import Actor, FreshFirst, members
from forum.kernel.errors import Invalid
from forum.signin import factor_operations, factors, forms, pace, queries
from forum.signin.pages import address, blueprint, onward, pepper

PAGE = "forum/signin/second_factor.html"


@blueprint.get("/second-factor")
@members
def second_factor(actor: Actor) -> str:
    """Show a second proof, or set one up (`?add=1` sets up one more)."""
    has_factor = queries.has_factor(actor.member_id)
    adding = not has_factor or (actor.second_factor and (request.args.get("add") or request.form.get("add")))
    if not adding:
        has_passkey = bool(queries.passkeys(actor.member_id))
        return render_template(PAGE, mode="ask", has_passkey=has_passkey, next=onward())
    if not actor.fresh:
        raise FreshFirst
    secret = factor_operations.offered_secret(actor, pepper())
    return render_template(PAGE, mode="enrol", secret=_grouped(secret), qr=_qr(secret, actor.name), next=onward())


@blueprint.post("/second-factor")
@members(again="signin.second_factor", limit="30/minute")
def show_second_factor(actor: Actor) -> Response:
    """An authenticator app's code: shown, or shown for the first time; or a recovery code."""
    who = f"member:{actor.member_id}"
    pace.refuse_hurry("password", who, address())
    adding = not queries.has_factor(actor.member_id) or bool(request.form.get("add"))
    try:
        _check(actor, adding=adding)
    except Invalid:
        pace.count_failure("password", who, address())
        raise
    pace.forgive(who, address())
    return redirect(url_for("signin.recovery_codes", next=onward()) if adding else onward())


def _check(actor: Actor, *, adding: bool) -> None:
    now, sent = clock.now(), request.form
    if adding:
        language = languages.language()
        factor_operations.confirm_app(actor, forms.read_code(sent), now=now, pepper=pepper(), language=language)
    elif sent.get("recovery"):
        factor_operations.show_recovery(actor, forms.read_code(sent, "recovery"), now=now, pepper=pepper())
    else:
        factor_operations.show_app(actor, forms.read_code(sent), now=now, pepper=pepper())


@blueprint.get("/second-factor/codes")
@members
def recovery_codes(_actor: Actor) -> str:
    """What recovery codes are for, and the button that makes them."""
    return render_template(PAGE, mode="codes", recovery_codes=[], next=onward())


@blueprint.post("/second-factor/codes")
@members(again="signin.recovery_codes", fresh=True, limit="10/minute")
def make_recovery_codes(actor: Actor) -> str:
    """New recovery codes, shown this once."""
    made = factor_operations.make_recovery_codes(actor, now=clock.now(), pepper=pepper(), language=languages.language())
    return render_template(PAGE, mode="codes", recovery_codes=made, next=onward())


def _grouped(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _qr(secret: str, name: str) -> Markup:
    union_name = current_app.config["HUSTINGS"].union_name
    code = make_qr(factors.address_for_app(secret, name, union_name), error="m")
    return Markup(  # noqa: S704 - segno writes plain shapes, none of our text
        code.svg_inline(svgclass="qr", lineclass=None, omitsize=True, border=2)
    )
