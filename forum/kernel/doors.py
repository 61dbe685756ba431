"""Who may come in: the decorator on every route, and the same check for every socket event.

    @blueprint.post("/halls/<int:hall_id>/posts")
    @members(again="halls.show_hall", limit="6/minute")
    def publish_post(actor, hall_id): ...

A door finds the acting person, opens the transaction (a write for POST, a read for GET) and hands the actor in as
first argument. It says who may come in; the operation's `may_…` rule says what they may do there. On a refusal,
`again` names the page to show anew, with everything that was typed (`typed`) and what to mend (`problems`).
"""

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, overload
from urllib.parse import urlencode

from flask import Flask, Response, current_app, flash, g, make_response, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from forum.kernel import clock, limits, slots
from forum.kernel.database import transaction
from forum.kernel.errors import N_, Invalid, Obstructed, Refusal, Refused

DRAFT_KEY = re.compile(r"[\w:-]{1,120}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person acting now, as far as the edges and rules need to know; `VISITOR` is nobody in particular.

    `office` is the office on the roll ("officer", "host" or ""); `appointments` are (role, question id) pairs.
    `fresh` means signed in a moment ago, `second_factor` that this device showed a passkey or a one-time code.
    """

    member_id: int = 0
    public_id: str = ""
    name: str = ""
    local_id: int = 0
    local_number: str = ""
    council_id: int = 0
    standing: str = ""
    office: str = ""
    appointments: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    device_id: int = 0
    fresh: bool = False
    second_factor: bool = False
    timezone: str = ""
    language: str = ""

    @property
    def is_member(self) -> bool:
        """Whether this is somebody on the roll rather than a visitor."""
        return self.member_id != 0

    @property
    def is_officer(self) -> bool:
        """Whether this is a member of the executive council."""
        return self.office == "officer"

    def hosts(self, local_id: int | None) -> bool:
        """Whether this is the host of that local."""
        return self.office == "host" and local_id is not None and self.local_id == local_id

    def holds(self, role: str, question_id: int | None = None) -> bool:
        """Whether this person is teller, trustee or observer of that question (of any, if none is named)."""
        if question_id is None:
            return any(held == role for held, _ in self.appointments)
        return (role, question_id) in self.appointments

    @property
    def leads(self) -> bool:
        """Whether this person holds any office, and so needs a second factor to use it."""
        return bool(self.office or self.appointments)


VISITOR = Actor()

Finder = Callable[[str, datetime], Actor]
_find: Finder = lambda _token, _now: VISITOR  # noqa: E731 - replaced by the slice that signs members in
_touch: Callable[[str, datetime], None] = lambda _token, _now: None  # noqa: E731


def find_actor_by(find: Finder, touch: Callable[[str, datetime], None]) -> None:
    """Let the sign-in slice say how a device's token leads to a person, and note that the device was used."""
    global _find, _touch
    _find, _touch = find, touch


def note_use(token: str, now: datetime) -> None:
    """Note that the device that carries this token was used, so that it does not go idle. Opens its own transaction."""
    if token:
        _touch(token, now)


def actor_of(token: str, now: datetime) -> Actor:
    """The person whose device carries this token now; the visitor if there is none. Needs an open transaction."""
    return _find(token, now) if token else VISITOR


View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Door:
    """One kind of entrance. Use it as a decorator, plain or with options."""

    name: str
    refusal: str
    admits: Callable[[Actor], bool]
    leads: bool = False

    def refuse(self, actor: Actor, *, fresh: bool) -> None:
        """Raise what keeps this person out, if anything does."""
        if self.name != "anyone" and not actor.is_member:
            raise SignInFirst
        if not self.admits(actor):
            raise Refused(self.refusal)
        if (self.leads or fresh) and actor.leads and not actor.second_factor:
            raise SecondFactorFirst
        if fresh and not actor.fresh:
            raise FreshFirst

    @overload
    def __call__(self, view: View) -> Callable[..., AnyResponse]: ...

    @overload
    def __call__(
        self, view: None = None, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., AnyResponse]]: ...

    def __call__(self, view: Callable[..., Any] | None = None, **options: Any) -> Any:
        """Decorate a view. Options: again, limit, fresh, writes, csrf, nobody, gathers (see `_guard`)."""
        if view is None:
            return lambda inner: _guard(self, inner, **options)
        return _guard(self, view, **options)


class SignInFirst(Refusal):
    """The visitor must sign in to go on."""

    def __init__(self) -> None:
        super().__init__(N_("Please sign in first."))


class SecondFactorFirst(Refusal):
    """An office is used only with a passkey or a one-time code."""

    def __init__(self) -> None:
        super().__init__(N_("Your office needs a passkey or a one-time code. Set one up or show it, then go on."))


class FreshFirst(Refusal):
    """An act of power needs a sign-in of the last few minutes; `first` tells so to a page's script."""

    def __init__(self) -> None:
        super().__init__(N_("This is an act of power. Please show once more that it is you."), first="confirm")


anyone = Door("anyone", "", lambda _: True)
members = Door("members", N_("This is for members."), lambda actor: actor.is_member)
hosts = Door("hosts", N_("This is for hosts of a hall."), lambda actor: actor.office == "host", leads=True)
officers = Door("officers", N_("This is for officers of the union."), lambda actor: actor.is_officer, leads=True)
tellers = Door("tellers", N_("This is for tellers."), lambda actor: actor.holds("teller"), leads=True)
serving_tellers = Door(
    "serving tellers",
    N_("This is for tellers of a question that is not over."),
    lambda actor: actor.holds("teller") and any(slots.gather("teller.serves", actor, clock.now())),
    leads=True,
)
trustees = Door("trustees", N_("This is for trustees."), lambda actor: actor.holds("trustee"), leads=True)
observers = Door("observers", N_("This is for observers."), lambda actor: actor.holds("observer"), leads=True)
leaders = Door(
    "leaders",
    N_("This is for officers of the union and hosts of a hall."),
    lambda actor: actor.office in ("officer", "host"),
    leads=True,
)
chairs = Door(
    "chairs",
    N_("This is for those who chair a hall: its host, or the tellers in the national hall."),
    lambda actor: actor.office == "host" or actor.holds("teller"),
    leads=True,
)

signers = Door(
    "signers",
    N_("Only a member of this body can put an act before it."),
    lambda actor: actor.is_officer or actor.holds("teller") or actor.holds("observer"),
    leads=True,
)
"""Whoever sits in a body that acts by signatures. Which body it is, the act itself looks at."""


def _guard(
    door: Door,
    view: Callable[..., Any],
    *,
    again: str = "",
    limit: str = "",
    fresh: bool = False,
    writes: bool | None = None,
    csrf: bool = True,
    nobody: bool = False,
    gathers: bool = False,
) -> Callable[..., AnyResponse]:
    """Wrap a view: rate, transaction, actor, door, view. `writes` overrides what the method implies. `nobody` is for
    the booth: the cookie is not looked at, so that nothing can join a ballot to a device; then `csrf` may be False.
    `gathers` opens no transaction: what came is handed to a gathering, which writes it together with others'."""

    @wraps(view)
    def entered(**where: Any) -> AnyResponse:
        now = clock.now()
        token = "" if nobody else session.get("device", "")
        note_use(token, now)
        shows = request.method in ("GET", "HEAD", "OPTIONS") or "refusal" in g  # the page shown again after a refusal
        write = not shows if writes is None else writes
        let_in = False
        try:
            with nullcontext() if gathers else transaction(write=write):
                actor = actor_of(token, now)
                g.actor = actor
                door.refuse(actor, fresh=fresh)
                let_in = True
                if limit:  # whoever is too quick gets the form again, with what was typed
                    limits.hit(limit, request.endpoint or "", caller(actor, request.remote_addr))
                answer = make_response(_seen_before(actor, where) or view(actor, **where))
        except (SignInFirst, SecondFactorFirst, FreshFirst) as first:
            return _send_to(first)
        except Refusal as refusal:
            if not again or not let_in or request.method == "GET":
                raise
            return _show_again(refusal, again, where)
        if not nobody:
            _forget_draft(answer)
        return answer

    entered.door = door  # type: ignore[attr-defined]
    entered.fresh = fresh  # type: ignore[attr-defined]
    entered.csrf = csrf  # type: ignore[attr-defined]
    entered.limit = limit  # type: ignore[attr-defined]
    entered.nobody = nobody  # type: ignore[attr-defined]
    return entered


def _seen_before(actor: Actor, where: dict[str, Any]) -> AnyResponse | None:
    """The way to a page that this person must have seen before this one, if a slice knows of any."""
    if request.method != "GET" or "refusal" in g:
        return None
    ways = slots.gather("page.before", actor, request.endpoint, where)
    return redirect(ways[0]) if ways else None


def _forget_draft(answer: AnyResponse) -> None:
    """The words of this form have arrived: the next page tells the device to forget its draft of them."""
    key = request.form.get("draft", "") if request.method == "POST" else ""
    if answer.status_code == 302 and DRAFT_KEY.fullmatch(key):
        flash(key, "draft-clear")


def find_asker() -> None:
    """Find who asks where no door was reached (nothing under the address, a form without its token), for the page that
    says so. It notes no use of the device; behind the booth's doors nobody is looked for."""
    if "actor" not in g and not getattr(current_app.view_functions.get(request.endpoint or ""), "nobody", False):
        with transaction(write=False):
            g.actor = actor_of(session.get("device", ""), clock.now())


def caller(actor: Actor, address: str | None) -> str:
    """Whom a rate limit counts: the member, or a stranger's address."""
    return f"member:{actor.member_id}" if actor.is_member else f"address:{address}"


def _send_to(first: Refusal) -> AnyResponse:
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        raise first
    page = {
        "SignInFirst": "signin.sign_in",
        "SecondFactorFirst": "signin.second_factor",
        "FreshFirst": "signin.confirm",
    }
    back = request.full_path.rstrip("?") if request.method == "GET" else (request.referrer or "")
    g.refusal = first
    return redirect(f"{url_for(page[type(first).__name__])}?{urlencode({'next': _own_path(back)})}")


def _own_path(url: str) -> str:
    """The path of one of our own addresses, for coming back; a foreign address becomes the front page."""
    path = url.removeprefix(request.host_url.rstrip("/"))
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def _show_again(refusal: Refusal, again: str, where: dict[str, Any]) -> Response:
    g.refusal = refusal
    g.typed = request.form
    g.problems = refusal.problems if isinstance(refusal, Invalid) else []
    g.obstacles = refusal.obstacles if isinstance(refusal, Obstructed) else []
    known = next(current_app.url_map.iter_rules(again)).arguments
    page = current_app.view_functions[again]
    response: Response = make_response(page(**{key: value for key, value in where.items() if key in known}))
    if response.status_code == 200:
        response.status_code = refusal.status
    return response


def check(app: Flask) -> None:
    """Stop the start if any route has no door."""
    open_by_design = {"static"}
    for endpoint, view in app.view_functions.items():
        if endpoint not in open_by_design and not hasattr(view, "door"):
            raise RuntimeError(f"the route {endpoint} has no door")
