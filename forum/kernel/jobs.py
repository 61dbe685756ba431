"""Work done after the request, by the job runner: with JSON payloads, and safe to run twice or at once.

    @jobs.job
    def deliver_mail(): ...                       # opens its own transactions: `with transaction(write=True)`

    jobs.enqueue(deliver_mail, hall_id=7)         # leaves after the commit

`@jobs.job(every=1)` also runs it each minute. Under test and in a replay everything runs at once, after the commit.
"""

import json
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, overload

import structlog
from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.registry import Message
from huey.serializer import Serializer

from forum.kernel.database import on_commit, waits_for_commit
from forum.kernel.settings import Settings

SOON = 1.0  # seconds
JOBS: dict[str, Callable[..., None]] = {}
EVERY: dict[str, int] = {}
log = structlog.get_logger()


class JSONSerializer(Serializer):  # type: ignore[misc]
    """Messages as JSON: whoever can write to the queue can only name a job, never run code."""

    def _serialize(self, data: Any) -> bytes:
        if isinstance(data, Message):
            data = {"message": data._asdict()}
        return json.dumps(data, default=str).encode()

    def _deserialize(self, data: bytes) -> Any:
        value = json.loads(data)
        if isinstance(value, dict) and "message" in value:
            message = value["message"]
            message["args"] = tuple(message["args"])
            message["eta"] = datetime.fromisoformat(message["eta"]) if message["eta"] else None
            return Message(**message)
        return value


Job = Callable[..., None]


@overload
def job(function: Job) -> Job: ...


@overload
def job(function: None = None, *, every: int) -> Callable[[Job], Job]: ...


def job(function: Job | None = None, *, every: int = 0) -> Any:
    """Register a job under its module's and its own name; `every` minutes, if given."""
    if function is None:
        return lambda inner: _keep(inner, every)
    return _keep(function, every)


def _keep(function: Job, every: int) -> Job:
    name = f"{function.__module__}.{function.__name__}"
    JOBS[name] = function
    if every:
        EVERY[name] = every
    return function


@dataclass(frozen=True)
class _Queued:
    """A job that leaves after the commit."""

    name: str
    payload: dict[str, object]

    def __call__(self) -> None:
        _send(self.name, self.payload)


@dataclass(frozen=True)
class _QueuedSoon(_Queued):
    """A job that runs a little after the commit, once for all that ask for it until then."""

    def __call__(self) -> None:
        if current_app.extensions["hustings_jobs"]["queue"].immediate:
            super().__call__()
            return
        key, now = (self.name, *sorted(self.payload.items())), monotonic()
        if now >= _begins.get(key, 0):  # else one is queued that begins after this commit, and sees what it wrote
            _begins[key] = now + SOON
            current_app.extensions["hustings_jobs"]["run"].schedule((self.name, self.payload), delay=SOON)


_begins: dict[Hashable, float] = {}


def enqueue_soon(function: Callable[..., None], **payload: object) -> None:
    """Queue a job for a second after this transaction's commit, unless this process has queued the same for a moment
    that is still to come. For what many ask for in each second, and one run does for all of them.
    """
    on_commit(_QueuedSoon(f"{function.__module__}.{function.__name__}", payload))


def enqueue(function: Callable[..., None], **payload: object) -> None:
    """Queue a job for after this transaction's commit. The payload must be JSON values, ids rather than objects.

    The same job with the same payload leaves once a transaction, however many mails or ballots ask for it.
    """
    job = _Queued(f"{function.__module__}.{function.__name__}", payload)
    if not waits_for_commit(job):
        on_commit(job)


def _send(name: str, payload: dict[str, object]) -> None:
    current_app.extensions["hustings_jobs"]["run"](name, payload)


def run_now(app: Flask, name: str, payload: dict[str, Any]) -> None:
    """Run one job inside the app. A failing job is logged and left to the next run of whatever is due."""
    with app.app_context():
        try:
            JOBS[name](**payload)
        except Exception:
            log.exception("job failed", job=name)
            if app.testing or app.config["HUSTINGS"].replay:
                raise


def each_apart(ids: Iterable[int], act: Callable[[int, datetime], object], now: datetime) -> None:
    """Do it to each. What fails is logged, left to the next run, and leaves the others alone."""
    failed: list[Exception] = []
    for each in ids:
        try:
            act(each, now)
        except Exception as problem:
            log.exception("a step of a job failed", step=f"{act.__module__}.{act.__name__}", of=each)
            failed.append(problem)
    if failed and (current_app.testing or current_app.config["HUSTINGS"].replay):
        raise failed[0]


def note_progress(key: str, done: int) -> None:
    """Say how far a job has come, at once and outside of its transaction, so that a page can show it."""
    current_app.extensions["hustings_jobs"]["queue"].put(f"progress:{key}", done)


def progress(key: str) -> int:
    """How far the job under this key said it had come; 0 if it said nothing yet."""
    return int(current_app.extensions["hustings_jobs"]["queue"].get(f"progress:{key}", peek=True) or 0)


def init_app(app: Flask, settings: Settings) -> Huey:
    """Attach the queue: Redis if configured, else a SQLite file; at once under test."""
    if settings.redis_url:
        queue = RedisHuey("hustings", url=settings.redis_url, serializer=JSONSerializer(), results=False)
    else:
        settings.instance.mkdir(parents=True, exist_ok=True)
        queue = SqliteHuey(
            "hustings", filename=str(settings.instance / "jobs.sqlite3"), serializer=JSONSerializer(), results=False,
            immediate=settings.testing or settings.replay,
        )  # fmt: skip

    def run(name: str, payload: dict[str, Any]) -> None:
        run_now(app, name, payload)

    app.extensions["hustings_jobs"] = {"queue": queue, "run": queue.task()(run)}
    for name, minutes in EVERY.items():
        _every(queue, app, name, minutes)
    return queue


def _every(queue: Huey, app: Flask, name: str, minutes: int) -> None:
    def due() -> None:
        run_now(app, name, {})

    queue.periodic_task(crontab(minute=f"*/{minutes}"), name=f"every_{name.replace('.', '_')}")(due)
