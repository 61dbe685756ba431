"""Setting up an account: a member number, then a mailed code or the code of a printed letter."""

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.kernel import clock, jobs, languages
from forum.kernel.database import transaction
from forum.kernel.doors import Actor, anyone
from forum.signin import forms, operations, pace, passwords, rules
from forum.signin.device_operations import close_devices_of
from forum.signin.jobs import mail_code
from forum.signin.pages import Asking, address, asking, blueprint, enter, note_problem, pepper, succeed

PAGE = "forum/signin/activate.html"


@blueprint.get("/activate")
@anyone
def activate(actor: Actor) -> Response | str:
    """Which number, and where is the code?"""
    if actor.is_member and "typed" not in g:
        return redirect("/")
    return render_template(PAGE, step="who")


@blueprint.post("/activate")
@anyone(again="signin.activate", limit="300/minute")
def begin_activation(_actor: Actor) -> Response:
    """Mail a code, if there is a member to mail one to, or wait for the letter's; the next page says the same."""
    begun = forms.read_activation(request.form)
    pace.refuse_hurry("ask", begun.identity, address())
    pace.count_failure("ask", begun.identity, address())
    code_id = operations.ask_for_code(begun.identity, now=clock.now(), pepper=pepper())
    if not begun.by_letter:
        jobs.enqueue(mail_code, code_id=code_id, identity=begun.identity, language=languages.language())
    Asking(0 if begun.by_letter else code_id, begun.number, begun.identity).remember()
    return redirect(url_for("signin.enter_activation"))


@blueprint.get("/activate/code")
@anyone
def enter_activation(_actor: Actor) -> Response | str:
    """Where the code and, if wanted, a password are typed."""
    asked = asking()
    if asked is None:
        return redirect(url_for("signin.activate"))
    return render_template(PAGE, step="code", asked=asked, minutes=rules.CODE_MINUTES)


@blueprint.post("/activate/code")
@anyone(again="signin.enter_activation", limit="300/minute", writes=False)
def finish_activation(actor: Actor) -> Response | tuple[str, int]:
    """Check the code, keep the password, sign in. The password is hashed before anybody knows whether the code fits."""
    asked = asking()
    if asked is None:
        return redirect(url_for("signin.activate"))
    code = forms.read_code(request.form)
    password = forms.read_new_password(request.form, [asked.typed], required=not asked.code_id)
    pace.refuse_hurry("code", asked.identity, address())
    hashed = passwords.make_hash(password) if password else ""
    if _let_in(actor, asked, code, hashed):
        return succeed(asked.identity, asked.onward)
    pace.count_failure("code", asked.identity, address())
    note_problem("code", rules.WRONG_CODE if asked.code_id else rules.WRONG_LETTER)
    return render_template(PAGE, step="code", asked=asked, minutes=rules.CODE_MINUTES), 422


def _let_in(actor: Actor, asked: Asking, code: str, password_hash: str) -> bool:
    now = clock.now()
    with transaction(write=True):
        if asked.code_id:
            member_id = operations.show_code(asked.code_id, code, now=now, pepper=pepper())
        else:
            member_id = operations.show_letter(asked.identity, code, now=now, pepper=pepper())
        if member_id and password_hash:
            close_devices_of([member_id], now=now)
        if member_id:
            enter(actor, member_id, now=now, kiosk=False)
        if member_id and password_hash:
            operations.set_password(member_id, password_hash, now=now, language=languages.language())
        return bool(member_id)
