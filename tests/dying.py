"""A process that is killed with SIGKILL at its n-th call to the database, or when all is done but nobody was told (T2).

It is a fork of this one: what it does is what a server does, and nothing of it is left but what the database kept.
"""

import os
import signal
from collections.abc import Callable, Iterator

from flask import Flask
from sqlalchemy import event

from forum.kernel.database import db


def deaths(app: Flask, act: Callable[[], object], every: int = 1) -> Iterator[bool]:
    """Do it in process after process, each killed at a later call; says of each whether it came to the end. The last
    one did, and is killed all the same."""
    place, done = 1, False
    while not done:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        child = os.fork()
        if not child:
            _die(app, act, place)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "it failed before it was killed"
        done = os.WTERMSIG(status) == signal.SIGABRT
        yield done
        place += every


def _die(app: Flask, act: Callable[[], object], place: int) -> None:
    """In the child: never comes back."""
    try:
        calls = 0

        def count(*_: object) -> None:
            nonlocal calls
            calls += 1
            if calls == place:
                os.kill(os.getpid(), signal.SIGKILL)

        with app.app_context():
            for name in ("before_cursor_execute", "commit"):
                event.listen(db.engine, name, count)
        act()
        signal.signal(signal.SIGABRT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGABRT)
    finally:
        os._exit(1)
