"""Answers that programs fetch again and again: feeds, calendars, cards. Who has the newest gets an empty one."""

import hashlib
from datetime import datetime

from flask import Response, request

from forum.kernel.languages import LANGUAGES

FRESH_SECONDS = 300


def send(body: bytes | str, mimetype: str, *, at: datetime | None = None, public: bool) -> Response:
    """The body with its ETag and date, or 304. What is public may be kept by caches for a few minutes."""
    raw = body.encode() if isinstance(body, str) else body
    answer = Response(raw, mimetype=mimetype)
    answer.set_etag(hashlib.sha256(raw).hexdigest()[:32])
    if at is not None:
        answer.last_modified = at
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}" if public else "private, no-cache"
    if public:
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.make_conditional(request)
    return answer


def asked_language() -> str:
    """The language that an address asks for by ?in=es; English otherwise. No cookie is looked at, or set."""
    asked = request.args.get("in", "")
    return asked if asked in LANGUAGES else "en"
