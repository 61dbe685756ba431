"""The job runner as operators start it."""

import pytest
from flask import Flask
from huey.consumer import Consumer

from forum.kernel.cli import run_jobs


def test_of_several_runners_one_alone_does_what_the_clock_brings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[bool] = []
    monkeypatch.setattr(Consumer, "run", lambda runner: started.append(runner.periodic))
    for arguments in ([], ["--no-clock"]):
        assert app.test_cli_runner().invoke(run_jobs, arguments).exit_code == 0
    assert started == [True, False]
