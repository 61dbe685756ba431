"""Rate limits, the same for pages and sockets: a member is limited as a member, a stranger by address.

Fifty members behind one factory address each have their own allowance.
"""

import time
from collections import deque
from functools import lru_cache
from threading import Lock

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from forum.kernel.errors import N_, TooMany

WINDOW = 15 * 60

SWEPT_EVERY = 60


class Windows(MemoryStorage):
    """The library's counters, but for its moving windows: it looks through those of everybody who ever came after
    every hundredth of a second, which at thousands of addresses is all that a server does."""

    def __init__(self) -> None:
        super().__init__()
        self._uses: dict[str, tuple[int, deque[float]]] = {}
        self._swept = time.time()
        self._turn = Lock()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` uses of `key` if the last `expiry` seconds had room for them."""
        now = time.time()
        with self._turn:
            self._sweep(now)
            _, used = self._uses.setdefault(key, (expiry, deque()))
            while used and used[0] <= now - expiry:
                used.popleft()
            if len(used) + amount > limit:
                return False
            used.extend([now] * amount)
            return True

    def _sweep(self, now: float) -> None:
        """Forget whoever has not come for as long as was counted."""
        if now < self._swept + SWEPT_EVERY:
            return
        self._swept = now
        self._uses = {key: each for key, each in self._uses.items() if each[1] and each[1][-1] > now - each[0]}


def _storage(redis_url: str) -> MemoryStorage | RedisStorage:
    return RedisStorage(redis_url) if redis_url else Windows()


_limiter = MovingWindowRateLimiter(_storage(""))


def init(redis_url: str) -> None:
    """Keep the counters in Redis if there are several machines, else in this process; forgets what was counted."""
    global _limiter  # noqa: PLW0603 - one process has one set of counters
    _limiter = MovingWindowRateLimiter(_storage(redis_url))


def hit(rate: str, *key: str) -> None:
    """Count one use of `key` against a rate such as "10/minute". Raises `TooMany` when it is used up."""
    if not _limiter.hit(_parsed(rate), *key):
        raise TooMany


@lru_cache
def _parsed(rate: str) -> RateLimitItem:
    return parse(rate)


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
