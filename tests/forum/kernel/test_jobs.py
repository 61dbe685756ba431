"""The job runner as operators start it."""

from datetime import datetime

import pytest
from flask import Flask
from huey import SqliteHuey
from huey.consumer import Consumer

from forum.kernel import jobs
from forum.kernel.cli import run_jobs
from forum.kernel.database import transaction


def test_of_several_runners_one_alone_does_what_the_clock_brings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[bool] = []
    monkeypatch.setattr(Consumer, "run", lambda runner: started.append(runner.periodic))
    for arguments in ([], ["--no-clock"]):
        assert app.test_cli_runner().invoke(run_jobs, arguments).exit_code == 0
    assert started == [True, False]


def test_what_many_ask_for_in_a_moment_is_queued_once_and_begins_after_all_of_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = app.config["HUSTINGS"].instance / "queue.sqlite3"
    queue = SqliteHuey("queue", filename=str(place), serializer=jobs.JSONSerializer())
    extensions = {"queue": queue, "run": queue.task()(lambda _name, _payload: None)}
    monkeypatch.setitem(app.extensions, "hustings_jobs", extensions)
    moment = [0.0]
    monkeypatch.setattr(jobs, "monotonic", lambda: moment[0])
    monkeypatch.setattr(jobs, "_begins", {})

    def check(vote_id: int) -> None:
        raise AssertionError(vote_id)

    def ask(*votes: int) -> None:
        for vote in votes:
            with app.app_context(), transaction(write=True):
                jobs.enqueue_soon(check, vote_id=vote)

    ask(1, 1, 2, 1)
    assert [(task.args[1]["vote_id"], type(task.eta)) for task in queue.pending()] == [(1, datetime), (2, datetime)]
    moment[0] += jobs.SOON
    ask(1)
    assert [task.args[1]["vote_id"] for task in queue.pending()] == [1, 2, 1]
