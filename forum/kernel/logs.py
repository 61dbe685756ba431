"""The operational log: one JSON object a line, never a local variable, an address, a code or a member's text.

Newlines in a value are escaped by JSON, so nothing typed can forge a line.
"""

import logging

import structlog


def configure() -> None:
    """Set up structlog for this process. Calling it again changes nothing."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    for noisy in ("engineio.server", "socketio.server", "werkzeug", "geventwebsocket.handler"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
