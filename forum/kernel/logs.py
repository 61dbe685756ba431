"""The operational log: one JSON object a line, never a local variable, an address, a code or a member's text.

Newlines in a value are escaped by JSON, so nothing typed can forge a line.
"""

import logging
import traceback
from types import TracebackType

import structlog

Failure = tuple[type[BaseException], BaseException, TracebackType | None]


def places_and_kinds(exc_info: Failure) -> str:
    """What failed and where, every cause of it, and no message: messages repeat values, a database's whole rows."""
    told: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        told.append(type(error).__qualname__)
        told += [f"  {at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__)]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(told)


def configure() -> None:
    """Set up structlog for this process. Calling it again changes nothing."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(places_and_kinds),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    for noisy in ("engineio.server", "socketio.server", "werkzeug", "geventwebsocket.handler"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
