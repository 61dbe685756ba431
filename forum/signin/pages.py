"""What the views of sign-in share: the blueprint, what a browser remembers between two pages, and the way in."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime

from flask import Blueprint, current_app, g, redirect, request, session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from forum.kernel import slots
from forum.kernel.doors import Actor
from forum.kernel.errors import Problem
from forum.signin import pace, rules
from forum.signin.device_operations import close_device, open_device

blueprint = Blueprint("signin", __name__)


@dataclass(frozen=True, slots=True)
class Asking:
    """A code was asked for: the row it belongs to (0 for a letter), what was typed, and where to go afterwards."""

    code_id: int
    typed: str
    identity: str
    kiosk: bool = False
    onward: str = "/"

    def remember(self) -> None:
        """Keep it in the signed cookie: a code fits only in the browser that asked for it."""
        session["asking"] = asdict(self)


def asking() -> Asking | None:
    """What this browser asked for last, if anything."""
    kept = session.get("asking")
    return Asking(**kept) if kept else None


def pepper() -> bytes:
    """The key of all hashes of codes, made from the installation's secret."""
    return hashlib.sha256(b"sign-in|" + current_app.config["HUSTINGS"].secret_key.encode()).digest()


def address() -> str:
    """Where the request came from; only ever counted, never stored."""
    return request.remote_addr or ""


def onward() -> str:
    """The `next` of this request, made safe."""
    return rules.own_path(request.form.get("next") or request.args.get("next"))


def note_problem(field: str, sentence: str) -> None:
    """Let the page that is rendered next say what is wrong, while what was counted is still committed."""
    g.typed = MultiDict({key: value for key, value in request.form.items() if key not in ("password", "code")})
    g.problems = [Problem(field, sentence)]


def enter(actor: Actor, member_id: int, *, now: datetime, kiosk: bool, second_factor: bool = False) -> None:
    """Open a device for a member in this browser: the whole cookie is made anew, an earlier device of it is closed."""
    if actor.device_id:
        close_device(actor, actor.device_id, now=now)
    label = rules.device_label(request.user_agent.string)
    token = open_device(member_id, label, now=now, second_factor=second_factor, kiosk=kiosk)
    language = session.get("language")
    session.clear()
    session["device"], session.permanent = token, not kiosk
    if language:
        session["language"] = language
    slots.gather("signin.entered", member_id)


def succeed(identity: str, to: str) -> Response:
    """Somebody got in: take back what was counted against the address, and go on."""
    pace.forgive(identity, address())
    return redirect(to)
