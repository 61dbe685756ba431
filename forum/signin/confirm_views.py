"""Showing once more that it is you: the fresh sign-in before an act of power, in any of the ways a member has."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.kernel import clock, jobs, languages
from forum.kernel.database import transaction
from forum.kernel.doors import Actor, members
from forum.kernel.errors import Invalid, Problem
from forum.roll.queries import member as find_member
from forum.signin import factor_operations, forms, operations, pace, passwords, queries, rules
from forum.signin.device_operations import freshen_device
from forum.signin.jobs import mail_code
from forum.signin.pages import Asking, address, asking, blueprint, note_problem, onward, pepper


@blueprint.get("/confirm")
@members
def confirm(actor: Actor) -> str:
    """Is it still you?"""
    return _page(actor)


@blueprint.post("/confirm/code/new")
@members(again="signin.confirm", limit="10/minute")
def ask_to_confirm(actor: Actor) -> Response:
    """Mail a code to the address on the roll."""
    member = find_member(actor.member_id)
    identity, to = rules.identity(member.number), onward()
    pace.refuse_hurry("ask", identity, address())
    pace.count_failure("ask", identity, address())
    code_id = operations.ask_for_code(identity, now=clock.now(), pepper=pepper())
    jobs.enqueue(mail_code, code_id=code_id, identity=identity, language=languages.language())
    Asking(code_id, member.number, identity, onward=to).remember()
    return redirect(url_for("signin.confirm", next=to, mailed=1))


@blueprint.post("/confirm")
@members(again="signin.confirm", limit="30/minute", writes=False)
def show_again(actor: Actor) -> Response | tuple[str, int]:
    """A password, an app's code or a mailed code; the one that was filled in is checked."""
    who = f"member:{actor.member_id}"
    pace.refuse_hurry("password", who, address())
    way, sentence = ("password", rules.WRONG_PASSWORD) if request.form.get("password") else ("mailed", rules.WRONG_CODE)
    try:
        shown = _show_app(actor) if request.form.get("code") else _show(actor, way)
    except Invalid:
        pace.count_failure("password", who, address())
        raise
    if not shown:
        pace.count_failure("password", who, address())
        note_problem(way, sentence)
        return _page(actor), 422
    pace.forgive(who, address())
    return redirect(onward())


def _show_app(actor: Actor) -> bool:
    with transaction(write=True):
        factor_operations.show_app(actor, forms.read_code(request.form), now=clock.now(), pepper=pepper())
    return True


def _show(actor: Actor, way: str) -> bool:
    if way == "password":
        account = queries.account(actor.member_id)
        fits = passwords.fits(
            account.password_hash or "" if account else "", request.form["password"][: rules.LONGEST_PASSWORD]
        )
        if fits:
            with transaction(write=True):
                freshen_device(actor, second_factor=False, now=clock.now())
        return fits
    asked = asking()
    if asked is None:
        raise Invalid([Problem("mailed", rules.WRONG_CODE)])
    code = forms.read_code(request.form, "mailed")
    with transaction(write=True):
        shown = operations.show_code(asked.code_id, code, now=clock.now(), pepper=pepper()) == actor.member_id
        if shown:
            freshen_device(actor, second_factor=False, now=clock.now())
    return shown


def _page(actor: Actor) -> str:
    account = queries.account(actor.member_id)
    return render_template(
        "forum/signin/confirm.html",
        has_password=bool(account and account.password_hash),
        has_app=bool(account and account.totp_confirmed_at),
        has_passkey=bool(queries.passkeys(actor.member_id)),
        has_mail=bool(find_member(actor.member_id).email),
        mailed=bool(request.args.get("mailed") or request.form.get("mailed")),
        next=onward(),
    )
