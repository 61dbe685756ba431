"""The demo's job runner, a process of its own without gevent: `python -m referendum.rehearsal.runner FOLDER …`."""

import logging
import sys

import structlog

from forum.kernel import clock
from referendum.rehearsal.instance import Instance, demo_settings, from_arguments
from referendum.rehearsal.supervisor import leave_with_parent
from wsgi import create_app


def run(instance: Instance) -> None:
    """Work on jobs, and on what is due each minute, until told to stop."""
    clock.follow(instance.clock)
    app = create_app(demo_settings(instance, socket_mode="threading"))
    leave_with_parent()
    queue = app.extensions["hustings_jobs"]["queue"]
    queue.create_consumer(workers=1, worker_type="thread", initial_delay=0.1, max_delay=0.5).run()


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    logging.basicConfig(level=logging.WARNING)
    run(from_arguments(sys.argv[1:]))
