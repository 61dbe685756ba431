"""The demo's switches: become any of the cast, move the clock, read the mail. They exist only in a demo.

`attach` is called by the package's register for an app whose settings say `demo`; nothing else registers these routes.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from forum.kernel import clock, jobs, slots
from forum.kernel.doors import Actor, anyone
from forum.kernel.errors import Missing
from forum.kernel.reading import asked_number
from forum.signin.pages import enter
from referendum.rehearsal import demo_operations, demo_queries
from referendum.rehearsal.demo_trustees import let_trustees_act
from referendum.rehearsal.demo_voters import AT_ONCE, let_members_vote
from referendum.rehearsal.mailbox import Mailbox

switches = Blueprint("demo", __name__, url_prefix="/demo")
LETTERS_A_PAGE = 50
LINK = re.compile(r"https?://[^\s<>\"]+")


def attach(app: Flask) -> None:
    """Give a demo its switches and its bar, and send visitors who came under another name to its own address."""
    app.register_blueprint(switches)
    jobs.job(let_members_vote)
    jobs.job(let_trustees_act)
    app.before_request(_own_address_only)
    slots.fill("page.top", _bar)


def _own_address_only() -> Response | None:
    own = current_app.config["HUSTINGS"].base_url
    if f"{request.scheme}://{request.host}" == own or request.path.startswith("/socket.io/"):
        return None
    return redirect(own + request.full_path.rstrip("?"), code=307)


def _bar(actor: Actor) -> Markup:
    if not current_app.config["HUSTINGS"].demo:
        return Markup("")
    bar = demo_queries.bar(actor.member_id, clock.now())
    return Markup(render_template("referendum/rehearsal/bar.html", actor=actor, bar=bar))  # noqa: S704 - our template


@switches.post("/become")
@anyone
def become(actor: Actor) -> Response:
    """Sign in as one of the cast, freshly and with a second factor; as a visitor, sign out."""
    who = request.form.get("who", "")
    if who == "visitor":
        session.pop("device", None)
        return redirect(_back())
    member = demo_queries.member_playing(who)
    if member is None:
        raise Missing
    enter(actor, member.id, now=clock.now(), kiosk=False, second_factor=True)
    return redirect(_back())


@switches.post("/clock")
@anyone
def move_clock(_actor: Actor) -> Response:
    """Move the clock on, then do everything that has fallen due."""
    now = clock.now()
    to = demo_queries.moment_after(request.form.get("by", ""), now)
    demo_operations.move_clock(to, now=now)
    for name in jobs.EVERY:  # what the runner does each minute, it does now
        jobs.enqueue(jobs.JOBS[name])
    flash(gettext("The clock was moved. What has fallen due is being done; load the page again in a moment."))
    return redirect(_back())


@switches.post("/vote")
@anyone
def vote(_actor: Actor) -> Response:
    """Let other members vote, each with the code in their mail."""
    jobs.enqueue(let_members_vote)
    flash(gettext("%(count)s members are on their way to the booth; give them half a minute.", count=AT_ONCE))
    return redirect(_back())


@switches.post("/trustees")
@anyone
def trust(_actor: Actor) -> Response:
    """Let the trustees make their keys, or open the count."""
    jobs.enqueue(let_trustees_act)
    flash(gettext("The trustees are at work; load the page again in a moment."))
    return redirect(_back())


@switches.get("/mailbox")
@anyone
def show_mailbox(_actor: Actor) -> str:
    """The newest mails of the demo, to everybody or to one address."""
    to, before = request.args.get("to", ""), asked_number(request.args, "before") or 0
    letters = _mailbox().page(to, before, LETTERS_A_PAGE)
    return render_template("referendum/rehearsal/mailbox.html", letters=letters, to=to, size=LETTERS_A_PAGE)


@switches.get("/mailbox/<int:number>")
@anyone
def show_letter(_actor: Actor, number: int) -> str:
    """One mail, with its links as links: a voting code's leads to the booth."""
    letter = _mailbox().letter(number)
    if letter is None:
        raise Missing
    return render_template("referendum/rehearsal/letter.html", letter=letter, text=_with_links(letter.text))


def _mailbox() -> Mailbox:
    return Mailbox(Path(current_app.config["HUSTINGS"].instance) / "mailbox")


def _with_links(text: str) -> Markup:
    """The text with addresses of this demo as links; all others stay text."""
    own = current_app.config["HUSTINGS"].base_url

    def linked(found: re.Match[str]) -> str:
        address = found[0].rstrip(".,;)")
        rest = found[0][len(address) :]
        return f'<a href="{address}">{address}</a>{rest}' if address.startswith(own + "/") else found[0]

    return Markup(LINK.sub(linked, str(escape(text))))  # noqa: S704 - escaped before links were put in


def _back() -> str:
    """The page the visitor was on, if it is one of ours."""
    came = urlsplit(request.referrer or "")
    own = urlsplit(current_app.config["HUSTINGS"].base_url)
    if came.netloc != own.netloc or not came.path.startswith("/") or came.path.startswith("//"):
        return url_for("demo.show_mailbox") if "/demo/" in came.path else "/"
    return f"{came.path}?{came.query}" if came.query else came.path
