"""What comes at the same moment is done at once: while one round is being done, the next one gathers.

    box = Gathering(store_all, most=64)     # store_all(items) -> one answer each; an exception is raised where it waits
    receipt = box.ask(ballot)

It pays where a round costs much by itself, whatever is in it: a commit that waits for the disk, a message to another
process. The first who comes starts a thread that does round after round until nobody waits; there are `at_once` of
them at most, so that one round may wait for another process while the one before it waits for the disk.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

import gevent
from flask import Flask, current_app
from gevent import monkey
from gevent.lock import Semaphore

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class _Waiting:
    """One who waits. A bare semaphore is a fraction of the work of a `Future`, and there are thousands of them; under
    gevent its own is half the work of a lock of the patched library."""

    __slots__ = ("answer", "done", "item")

    def __init__(self, item: Any) -> None:
        self.item, self.answer = item, None
        self.done = Semaphore(0) if monkey.is_module_patched("threading") else threading.Semaphore(0)


class Gathering(Generic[Item, Answer]):
    """Rounds of at most `most` items, done by `do` inside the app, outside of any request."""

    def __init__(
        self, do: Callable[[list[Item]], Sequence[Answer | BaseException]], *, most: int, at_once: int = 1
    ) -> None:
        self._do, self._most = do, most
        self.waiting: deque[_Waiting] = deque()
        self.seats = [threading.Lock() for _ in range(at_once)]  # of those who lead a round

    def ask(self, item: Item) -> Answer:
        """The answer to this item, once its round is done."""
        mine = _Waiting(item)
        self.waiting.append(mine)
        for seat in self.seats:
            if not seat.locked():  # whoever leads looks again after leaving the seat, and finds this
                self._start(seat, current_app._get_current_object())  # type: ignore[attr-defined]
                break
        mine.done.acquire()
        if isinstance(mine.answer, BaseException):
            raise mine.answer
        return mine.answer  # type: ignore[return-value]

    def _start(self, seat: threading.Lock, app: Flask) -> None:
        if monkey.is_module_patched("threading"):
            gevent.spawn(self._lead, seat, app)  # a tenth of the work of a thread of the patched library
        else:
            threading.Thread(target=self._lead, args=(seat, app)).start()

    def _lead(self, seat: threading.Lock, app: Flask) -> None:
        while self.waiting and seat.acquire(blocking=False):
            try:
                time.sleep(0)  # requests that were read already come along: a round of one costs as much as of thirty
                if taken := self._take():
                    with app.app_context():
                        self._round(taken)
            finally:
                seat.release()

    def _take(self) -> list[_Waiting]:
        """Who belongs to the next round: one by one, since another may be taking too; nobody where all are taken."""
        taken: list[_Waiting] = []
        with suppress(IndexError):
            while len(taken) < self._most:
                taken.append(self.waiting.popleft())
        return taken

    def _round(self, taken: list[_Waiting]) -> None:
        answered: list[tuple[_Waiting, Any]]
        try:
            answers = self._do([each.item for each in taken])
            answered = list(zip(taken, answers, strict=True))
        except BaseException as failure:  # each of them raises it where it waits
            answered = [(each, failure) for each in taken]
        for each, answer in answered:
            each.answer = answer
            each.done.release()
