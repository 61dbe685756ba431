"""What comes at the same moment is done at once: while one round is being done, the next one gathers.

    box = Gathering(store_all, most=64)     # store_all(items) -> one answer each; an exception is raised where it waits
    receipt = box.ask(ballot)

It pays where a round costs much by itself, whatever is in it: a commit that waits for the disk, a message to another
process. The first who comes starts a thread that does round after round until nobody waits; there is one at a time.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from flask import Flask, current_app

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Gathering(Generic[Item, Answer]):
    """Rounds of at most `most` items, done by `do` one after another inside the app, outside of any request."""

    def __init__(self, do: Callable[[list[Item]], Sequence[Answer | BaseException]], *, most: int) -> None:
        self._do, self._most = do, most
        self.waiting: list[tuple[Item, Future[Answer]]] = []
        self.leading = threading.Lock()

    def ask(self, item: Item) -> Answer:
        """The answer to this item, once its round is done."""
        done: Future[Answer] = Future()
        self.waiting.append((item, done))
        if not self.leading.locked():  # whoever leads looks again after letting go of the lock, and finds this
            app = current_app._get_current_object()  # type: ignore[attr-defined]
            threading.Thread(target=self._lead, args=(app,)).start()
        return done.result()

    def _lead(self, app: Flask) -> None:
        while self.waiting and self.leading.acquire(blocking=False):
            try:
                with app.app_context():
                    self._round()
            finally:
                self.leading.release()

    def _round(self) -> None:
        taken = self.waiting[: self._most]
        del self.waiting[: self._most]
        answers: Sequence[Any]
        try:
            answers = self._do([item for item, _ in taken])
        except BaseException as failure:  # each of them raises it where it waits
            answers = [failure] * len(taken)
        for (_, done), answer in zip(taken, answers, strict=True):
            if isinstance(answer, BaseException):
                done.set_exception(answer)
            else:
                done.set_result(answer)
