"""What comes at the same moment is done at once: while one round is being done, the next one gathers.

    box = Gathering(store_all, most=64)     # store_all(items) -> one answer each; an exception is raised where it waits
    receipt = box.ask(ballot)

It pays where a round costs much by itself, whatever is in it: a commit that waits for the disk, a message to another
process. The first who comes starts a thread that does round after round until nobody waits; there is one at a time.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import gevent
from flask import Flask, current_app
from gevent import monkey

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class _Waiting:
    """One who waits. A lock alone is a fraction of the work of a `Future`, and there are thousands of them."""

    __slots__ = ("answer", "done", "item")

    def __init__(self, item: Any) -> None:
        self.item, self.answer = item, None
        self.done = threading.Lock()
        self.done.acquire()


class Gathering(Generic[Item, Answer]):
    """Rounds of at most `most` items, done by `do` one after another inside the app, outside of any request."""

    def __init__(self, do: Callable[[list[Item]], Sequence[Answer | BaseException]], *, most: int) -> None:
        self._do, self._most = do, most
        self.waiting: list[_Waiting] = []
        self.leading = threading.Lock()

    def ask(self, item: Item) -> Answer:
        """The answer to this item, once its round is done."""
        mine = _Waiting(item)
        self.waiting.append(mine)
        if not self.leading.locked():  # whoever leads looks again after letting go of the lock, and finds this
            app = current_app._get_current_object()  # type: ignore[attr-defined]
            if monkey.is_module_patched("threading"):
                gevent.spawn(self._lead, app)  # a tenth of the work of a thread of the patched library
            else:
                threading.Thread(target=self._lead, args=(app,)).start()
        mine.done.acquire()
        if isinstance(mine.answer, BaseException):
            raise mine.answer
        return mine.answer  # type: ignore[return-value]

    def _lead(self, app: Flask) -> None:
        while self.waiting and self.leading.acquire(blocking=False):
            try:
                time.sleep(0)  # whoever is about to come does so first
                with app.app_context():
                    self._round()
            finally:
                self.leading.release()

    def _round(self) -> None:
        taken = self.waiting[: self._most]
        del self.waiting[: self._most]
        answered: list[tuple[_Waiting, Any]]
        try:
            answers = self._do([each.item for each in taken])
            answered = list(zip(taken, answers, strict=True))
        except BaseException as failure:  # each of them raises it where it waits
            answered = [(each, failure) for each in taken]
        for each, answer in answered:
            each.answer = answer
            each.done.release()
