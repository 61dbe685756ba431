"""Rate limits, the same for pages and sockets: a member is limited as a member, a stranger by address.

Fifty members behind one factory address each have their own allowance.
"""

import time

from limits import parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from forum.kernel.errors import N_, TooMany

WINDOW = 15 * 60

_limiter = MovingWindowRateLimiter(storage_from_string("memory://"))


def init(redis_url: str) -> None:
    """Keep the counters in Redis if there are several machines, else in this process; forgets what was counted."""
    global _limiter  # noqa: PLW0603 - one process has one set of counters
    _limiter = MovingWindowRateLimiter(storage_from_string(redis_url or "memory://"))


def hit(rate: str, *key: str) -> None:
    """Count one use of `key` against a rate such as "10/minute". Raises `TooMany` when it is used up."""
    if not _limiter.hit(parse(rate), *key):
        raise TooMany


def refuse_while_slowed(*key: str) -> None:
    """Raise `TooMany`, with the seconds left, while a delay that `slow_down` set for `key` lasts."""
    waiting = "wait|" + "|".join(key)
    if _limiter.storage.get(waiting):
        seconds = max(1, round(_limiter.storage.get_expiry(waiting) - time.time()))
        raise TooMany(N_("Too many tries. Wait %(seconds)s seconds, then try again."), seconds=seconds)


def slow_down(*key: str, after: int, longest: int) -> None:
    """Count one failure of `key`; beyond `after` in 15 minutes each sets twice the last delay, at most `longest` s.

    A delay ends by itself: nobody is ever locked out, whoever else was failing under the same key.
    """
    failures = _limiter.storage.incr("fail|" + "|".join(key), WINDOW)
    if failures >= after:
        _limiter.storage.incr("wait|" + "|".join(key), min(2 ** min(failures - after + 1, 20), longest))


def forgive(*key: str, failures: int) -> None:
    """Take back that many counted failures of `key`: somebody has just succeeded under it."""
    name = "fail|" + "|".join(key)
    counted = _limiter.storage.get(name)
    if counted:
        _limiter.storage.incr(name, WINDOW, -min(failures, counted))
    _limiter.storage.clear("wait|" + "|".join(key))
