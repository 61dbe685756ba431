"""Signing in by mailed code or password, and signing out. What a page says never depends on who is on the roll."""

from datetime import datetime

from flask import g, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.kernel import clock, doors, jobs, languages, live, slots
from forum.kernel.database import transaction
from forum.kernel.doors import Actor, anyone
from forum.kernel.kept import kept
from forum.kernel.settings import Settings
from forum.signin import forms, operations, pace, passwords, queries, rules
from forum.signin.device_operations import close_device, close_devices_of, touch_device
from forum.signin.jobs import mail_code
from forum.signin.pages import Asking, address, asking, blueprint, enter, note_problem, onward, pepper, succeed

__all__ = ["blueprint", "fill_slots"]
CLEARED = '"cache", "cookies", "storage"'


@blueprint.get("/sign-in")
@anyone
def sign_in(actor: Actor) -> Response | str:
    """Who is there?"""
    if actor.is_member and "typed" not in g:
        return redirect(onward())
    return render_template("forum/signin/sign_in.html", next=onward())


@blueprint.post("/sign-in/code/new")
@anyone(again="signin.sign_in", limit="300/minute")
def ask_for_code(_actor: Actor) -> Response:
    """Mail a code, if there is a member to mail one to."""
    knock = forms.read_asking(request.form)
    pace.refuse_hurry("ask", knock.identity, address())
    pace.count_failure("ask", knock.identity, address())
    code_id = operations.ask_for_code(knock.identity, now=clock.now(), pepper=pepper())
    jobs.enqueue(mail_code, code_id=code_id, identity=knock.identity, language=languages.language())
    Asking(code_id, knock.typed, knock.identity, knock.kiosk, onward()).remember()
    return redirect(url_for("signin.enter_code"))


@blueprint.get("/sign-in/code")
@anyone
def enter_code(_actor: Actor) -> Response | str:
    """Where the mailed code is typed."""
    asked = asking()
    if asked is None:
        return redirect(url_for("signin.sign_in"))
    return render_template("forum/signin/code.html", asked=asked, minutes=rules.CODE_MINUTES)


@blueprint.post("/sign-in/code")
@anyone(again="signin.enter_code", limit="300/minute")
def show_code(actor: Actor) -> Response | str | tuple[str, int]:
    """Sign in by the mailed code. A wrong one is counted, so it is answered rather than refused."""
    asked = asking()
    if asked is None:
        return redirect(url_for("signin.sign_in"))
    code = forms.read_code(request.form)
    pace.refuse_hurry("code", asked.identity, address())
    member_id = operations.show_code(asked.code_id, code, now=clock.now(), pepper=pepper())
    if not member_id:
        pace.count_failure("code", asked.identity, address())
        note_problem("code", rules.WRONG_CODE)
        return render_template("forum/signin/code.html", asked=asked, minutes=rules.CODE_MINUTES), 422
    enter(actor, member_id, now=clock.now(), kiosk=asked.kiosk)
    return succeed(asked.identity, asked.onward)


@blueprint.post("/sign-in/password")
@anyone(again="signin.sign_in", limit="300/minute", writes=False)
def show_password(actor: Actor) -> Response | tuple[str, int]:
    """Sign in by password. The hash is computed before the write begins, for known and unknown alike."""
    knock = forms.read_password(request.form)
    pace.refuse_hurry("password", knock.identity, address())
    member_id, stored = queries.password_of(knock.identity)
    if not passwords.fits(stored, knock.secret):
        pace.count_failure("password", knock.identity, address())
        note_problem("password", rules.WRONG_PASSWORD)
        return render_template("forum/signin/sign_in.html", next=onward()), 422
    with transaction(write=True):
        enter(actor, member_id, now=clock.now(), kiosk=knock.kiosk)
    return succeed(knock.identity, onward())


@blueprint.post("/sign-out")
@anyone
def sign_out(actor: Actor) -> Response:
    """Close this device and let the browser forget all it kept."""
    if actor.device_id:
        close_device(actor, actor.device_id, now=clock.now())
    session.clear()
    response = redirect("/")
    response.headers["Clear-Site-Data"] = CLEARED
    return response


@blueprint.post("/language")
@anyone(limit="30/minute")
def choose_language(actor: Actor) -> Response:
    """Read in another language from now on, on every device."""
    chosen = request.form.get("language", "")
    if chosen in languages.LANGUAGES:
        session["language"] = chosen
        if actor.is_member:
            operations.choose_language(actor, chosen)
    return redirect(onward())


def _corner(_actor: Actor) -> Markup:
    return _account()


@kept
def _account() -> Markup:
    return Markup(render_template("forum/signin/_account.html"))  # noqa: S704 - a template of ours, escaped


def _shared_mark(actor: Actor) -> Markup:
    return Markup("") if not actor.is_member or session.permanent else _shared()


@kept
def _shared() -> Markup:
    seconds = round(rules.IDLE_ON_A_SHARED_MACHINE.total_seconds())
    return Markup(render_template("forum/signin/_shared.html", seconds=seconds))  # noqa: S704 - a template of ours


def _offer(actor: Actor) -> Markup:
    if actor.is_member:
        return Markup("")
    return Markup(  # noqa: S704 - a template of ours, escaped
        render_template("forum/signin/_offer.html", next=request.full_path.rstrip("?"))
    )


def _letters_link(_actor: Actor) -> Markup:
    return Markup(render_template("forum/signin/_letters_link.html"))  # noqa: S704 - a template of ours, escaped


def _close_devices(member_ids: list[int], now: datetime) -> None:
    close_devices_of(member_ids, now=now)


def fill_slots(_settings: Settings) -> None:
    """Tell the doors how to find the actor, and pages where the sign-in stands."""
    passwords.prepare()
    doors.find_actor_by(queries.find_actor, touch_device)
    live.watch("device", lambda ids: queries.living_devices(ids, clock.now()))
    live.watch_closely("device", queries.devices_closed_since)
    slots.fill("page.head", _shared_mark)
    slots.fill("page.account", _corner)
    slots.fill("page.refused", _offer)
    slots.fill("roll.rail", _letters_link)
    slots.fill("roll.closed", _close_devices)
