"""Argon2id, a few at a time: a burst of sign-ins must neither fill the memory nor stop the server's loop."""

import threading
from collections.abc import Callable
from functools import cache
from typing import TypeVar

import gevent
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from gevent import monkey

from forum.kernel.errors import TooMany

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_turns = threading.BoundedSemaphore(2)
LONGEST_WAIT = 10.0
T = TypeVar("T")


def make_hash(password: str) -> str:
    """The hash to store. Takes about 25 ms: call it outside of a write transaction."""
    return _in_turn(lambda: _hasher.hash(password))


def fits(stored: str, password: str) -> bool:
    """Whether a password fits a stored hash; an empty one costs the same, by a dummy, and never fits."""
    return _in_turn(lambda: _verify(stored or _dummy(), password)) and bool(stored)


def prepare() -> None:
    """Compute the dummy before anybody asks, so that the first unknown member costs no more than a known one."""
    _dummy()


def _verify(stored: str, password: str) -> bool:
    try:
        return bool(_hasher.verify(stored, password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _dummy() -> str:
    return _hasher.hash("nobody has this password")


def _in_turn(work: Callable[[], T]) -> T:
    if not _turns.acquire(timeout=LONGEST_WAIT):
        raise TooMany
    try:
        if monkey.is_module_patched("threading"):
            return gevent.get_hub().threadpool.apply(work)  # type: ignore[no-any-return]
        return work()
    finally:
        _turns.release()
