"""The demo's server, a process of its own: `python -m referendum.rehearsal.server FOLDER HOST PORT MAIL_PORT`."""

from gevent import monkey

monkey.patch_all()  # before anything else is imported, so that every socket and lock below belongs to gevent

import signal  # noqa: E402
import sys  # noqa: E402

import gevent  # noqa: E402
import structlog  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402

from forum.kernel import clock  # noqa: E402
from referendum.rehearsal.instance import Instance, demo_settings, from_arguments, listener_on  # noqa: E402
from referendum.rehearsal.supervisor import leave_with_parent  # noqa: E402
from wsgi import create_app  # noqa: E402

log = structlog.get_logger()


def serve(instance: Instance) -> None:
    """Serve pages, long polling and WebSocket until told to stop."""
    clock.follow(instance.clock)
    app = create_app(demo_settings(instance))
    server = WSGIServer(listener_on(instance.host, instance.port), app, log=None, error_log=sys.stderr)
    for told in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(told, lambda: gevent.spawn(server.stop, 1))
    leave_with_parent()
    server.serve_forever(stop_timeout=1)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    serve(from_arguments(sys.argv[1:]))
