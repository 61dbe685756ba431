"""Sockets: events come in through the same doors as pages, and go out only after the commit.

    @live.on("say", members, limit="10/10 seconds")
    def say(actor, payload): ...                       # returns the acknowledgement

    live.announce("message", {...}, room="hall:7")     # queued; leaves after the commit, or not at all

Socket events get no before-request hooks and their session is a copy made at connection, so the member is looked up
at every event. Every device is in the room `device:<id>`, every member in `member:<id>`; `cut` closes a device's
sockets at once.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, request, session
from flask_babel import force_locale, gettext
from flask_socketio import SocketIO, join_room, leave_room
from flask_wtf.csrf import validate_csrf
from socketio import Manager, RedisManager
from wtforms import ValidationError

from forum.kernel import clock, fanout, limits, packets
from forum.kernel.database import on_commit, transaction, write_together
from forum.kernel.doors import VISITOR, Actor, Door, actor_of, anyone, caller, note_use
from forum.kernel.errors import N_, Invalid, Refusal, Refused
from forum.kernel.languages import say
from forum.kernel.settings import Settings

socketio = SocketIO()
log = structlog.get_logger()

Writer = Callable[[Callable[[], dict[str, Any]]], dict[str, Any]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Handler = TypeVar("Handler", bound=Callable[[Actor, dict[str, Any]], dict[str, Any] | None])

EVENTS: dict[str, Door] = {}
WATCHED_EVERY = 5
LOOKED_EVERY = 0.4  # whoever was signed out is cut off within a second, whichever process did it
SOCKETS = "/socket.io/"
IN_USE = "in use"  # an answer that says so of itself counts as use of the device, though it only reads
_watched: dict[str, Callable[[set[int]], set[int]]] = {}
_ending: dict[str, Callable[[datetime], Iterable[int]]] = {}
_ended: dict[str, set[int]] = {}
_joinable: dict[str, Callable[[Actor, int], object]] = {}


def on(
    event: str, door: Door, *, limit: str = "10/10 seconds", writes: bool = True, fresh: bool = False,
    together: bool = False,
) -> Callable[[Handler], Handler]:  # fmt: skip
    """Register a socket event behind a door. The handler gets the actor and a mapping, and returns the answer.

    Events that come `together`, while an earlier one is being committed, share the next commit.
    """

    def register(handle: Handler) -> Handler:
        EVENTS[event] = door

        @socketio.on(event)  # type: ignore[untyped-decorator]
        def received(payload: object = None, *_: object) -> dict[str, Any]:
            sent = payload if isinstance(payload, dict) else {}
            return _answer(door, handle, sent, event=event, limit=limit, write=write, fresh=fresh)

        return handle

    write: Writer = (write_together if together else _alone) if writes else _reading
    return register


def _alone(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    with transaction(write=True):
        answer = act()
    socketio.sleep(0)  # what it announced goes out before its answer
    return answer


def _reading(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    with transaction(write=False):
        return act()


def _answer(
    door: Door, handle: Any, sent: dict[str, Any], *, event: str, limit: str, write: Writer, fresh: bool
) -> dict[str, Any]:
    token, now, address = session.get("device", ""), clock.now(), request.remote_addr
    actor = VISITOR

    def act() -> dict[str, Any]:
        nonlocal actor
        actor = actor_of(token, now)
        limits.hit(limit, event, caller(actor, address))
        door.refuse(actor, fresh=fresh)
        return handle(actor, sent) or {"ok": True}

    try:
        if write is not _reading:
            note_use(token, now)
        answer = write(act)
        if answer.pop(IN_USE, False):
            note_use(token, now)
    except Refusal as refusal:
        return _refusal_in_words(refusal, actor.language)
    except Exception:
        log.exception("socket event failed", event_name=event)
        with force_locale(actor.language or "en"):
            return {"refused": gettext("Something went wrong here. Nothing was done; please try again.")}
    return answer


def _refusal_in_words(refusal: Refusal, language: str) -> dict[str, Any]:
    with force_locale(language or "en"):
        answer: dict[str, Any] = {
            "refused": say(refusal),
            "status": refusal.status,
        }
        if isinstance(refusal, Invalid):
            answer["problems"] = {each.field: say(each) for each in refusal.problems}
        return answer


def room(kind: str, may_join: Callable[[Actor, int], object]) -> None:
    """Declare the rooms `kind:<id>`; `may_join(actor, id)` raises a refusal, or returns facts for the one who joins."""
    _joinable[kind] = may_join


@on("join", anyone, limit="30/10 seconds", writes=False)
def _join(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    kind, number = _named_room(sent)
    if number is None:
        raise Refused(N_("There is no such room."))
    facts = _joinable[kind](actor, number)
    join_room(f"{kind}:{number}")
    return {"ok": True, **(facts if isinstance(facts, dict) else {})}


@on("leave", anyone, limit="30/10 seconds", writes=False)
def _leave(_actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    kind, number = _named_room(sent)
    if number is not None:  # never the rooms of device and member: whoever left them could not be cut off
        leave_room(f"{kind}:{number}")
    return {"ok": True}


def _named_room(sent: dict[str, Any]) -> tuple[str, int | None]:
    """Kind and id of the room an event names; no id if it is no room that anyone may ask for."""
    kind, _, number = str(sent.get("room", "")).partition(":")
    if kind not in _joinable or not re.fullmatch(r"[0-9]{1,9}", number):
        return kind, None
    return kind, int(number)


@socketio.on("connect")  # type: ignore[untyped-decorator]
def _connect(auth: object = None) -> bool:
    token = auth.get("token") if isinstance(auth, dict) else None
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    with transaction(write=False):
        actor = actor_of(session.get("device", ""), clock.now())
    _start_watch()
    request.environ.pop("HTTP_COOKIE", None)  # its session was copied; reading it at each event would be for nothing
    if actor.is_member:
        join_room(f"member:{actor.member_id}")
        join_room(f"device:{actor.device_id}")
    return True


def announce(event: str, payload: dict[str, Any], room: str) -> None:
    """Tell everyone in a room, once this transaction has been committed."""
    on_commit(lambda: socketio.emit(event, payload, to=room))


def cut(room: str) -> None:
    """Close every socket in a room (a device's or a member's) once this transaction has been committed."""
    on_commit(lambda: _disconnect(room))


def _disconnect(room: str) -> None:
    manager = socketio.server.manager
    for sid, _ in list(manager.get_participants("/", room)):
        socketio.server.disconnect(sid, namespace="/")


def watch(kind: str, living: Callable[[set[int]], set[int]]) -> None:
    """Every few seconds close the sockets in rooms `kind:<id>` whose id `living(ids)` no longer names.

    This finds what ends by itself, a device gone idle; for what somebody ends there is `watch_closely`.
    """
    _watched[kind] = living


def watch_closely(kind: str, ended: Callable[[datetime], Iterable[int]]) -> None:
    """Within a second close the sockets in rooms `kind:<id>` whose ids `ended(since)` names: a quick read.

    `cut` reaches the sockets of its own process at once; what a command or another machine ended is found by this.
    """
    _ending[kind] = ended


def close_dead() -> None:
    """One full look of the watch."""
    here = [room for room in socketio.server.manager.rooms.get("/", {}) if isinstance(room, str)]
    for kind, living in _watched.items():
        ids = {int(room.partition(":")[2]) for room in here if room.startswith(f"{kind}:")}
        if ids:
            with transaction(write=False):
                dead = ids - living(ids)
            for each in dead:
                _disconnect(f"{kind}:{each}")


def close_ended() -> None:
    """One quick look. It goes back a minute: an import that ends many may take long from its instant to its commit."""
    for kind, ended in _ending.items():
        with transaction(write=False):
            ids = set(ended(clock.now() - timedelta(minutes=1)))
        for each in ids - _ended.get(kind, set()):  # once: whoever may come back stays
            _disconnect(f"{kind}:{each}")
        _ended[kind] = ids


def _keep_watch(app: Flask) -> None:
    for turn in count(1):
        socketio.sleep(LOOKED_EVERY)
        with app.app_context():
            try:
                close_ended()
                if turn % round(WATCHED_EVERY / LOOKED_EVERY) == 0:
                    close_dead()
            except Exception:
                log.exception("the watch over sockets failed; it goes on")


def _start_watch() -> None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if not app.testing and "hustings_watch" not in app.extensions:
        app.extensions["hustings_watch"] = socketio.start_background_task(_keep_watch, app)


def init_app(app: Flask, settings: Settings) -> None:
    """Attach the sockets. Call after every slice is registered: what is registered later would not be heard."""
    fast = settings.socket_mode == "gevent" and fanout.fits()
    pages = app.wsgi_app
    socketio.init_app(
        app,
        client_manager=_manager(settings, fast=fast),
        async_mode=settings.socket_mode,
        cors_allowed_origins=[settings.base_url],
        async_handlers=False,  # handled one after another, so that a member's messages keep their order
        max_http_buffer_size=64_000,
        http_compression=False,
        manage_session=True,
        serializer=packets.StrictPacket,
        ping_interval=20,
        ping_timeout=20,
    )
    packets.guard(socketio.server)
    if fast:
        fanout.take_over(socketio.server)
    app.wsgi_app = _beside(pages, app.wsgi_app)  # type: ignore[method-assign, assignment]


def _beside(pages: Application, sockets: Application) -> Application:
    """Only what is meant for the sockets goes through their library's middleware, which copies the surroundings of
    every request and makes a class for it."""

    def chosen(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        meant = sockets if environ["PATH_INFO"].startswith(SOCKETS) else pages
        return meant(environ, start_response)

    return chosen


def _manager(settings: Settings, *, fast: bool) -> Manager:
    """What keeps the rooms: of this process alone, or of all that share a Redis."""
    if settings.redis_url:
        shared: type[RedisManager] = fanout.SharedFanOut if fast else RedisManager
        return shared(settings.redis_url)
    return fanout.FanOut() if fast else Manager()
