"""Rate limits, the same for pages and sockets: a member is limited as a member, a stranger by address.

Fifty members behind one factory address each have their own allowance.
"""

from limits import parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from forum.kernel.errors import TooMany

_limiter = MovingWindowRateLimiter(storage_from_string("memory://"))


def init(redis_url: str) -> None:
    """Keep the counters in Redis if there are several machines, else in this process; forgets what was counted."""
    global _limiter  # noqa: PLW0603 - one process has one set of counters
    _limiter = MovingWindowRateLimiter(storage_from_string(redis_url or "memory://"))


def hit(rate: str, *key: str) -> None:
    """Count one use of `key` against a rate such as "10/minute". Raises `TooMany` when it is used up."""
    if not _limiter.hit(parse(rate), *key):
        raise TooMany
