"""What comes at the same moment is done at once: while one round is being done, the next one gathers.

    box = Gathering(store_all, most=64)     # store_all(items) -> one answer each; an exception is raised where it waits
    receipt = box.ask(ballot)

It pays where a round costs much by itself, whatever is in it: a commit that waits for the disk, a message to another
process. The first who comes starts a thread that does round after round until nobody waits.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import gevent
from flask import Flask, current_app
from gevent import monkey
from gevent.lock import Semaphore

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Waiting:
    """One who waits on `done` for an answer. A bare semaphore is a fraction of the work of a `Future`, and there are
    thousands of them; under gevent its own is half the work of a lock of the patched library."""

    __slots__ = ("answer", "done", "item")

    def __init__(self, item: Any) -> None:
        self.item, self.answer = item, None
        self.done = Semaphore(0) if monkey.is_module_patched("threading") else threading.Semaphore(0)

    def tell(self, answer: Any) -> None:
        self.answer = answer
        self.done.release()

    def wait(self) -> Any:
        """The answer once it is told. An exception is raised."""
        self.done.acquire()
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def the_app() -> Flask:
    """The app itself, for what goes on outside of this request."""
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]


class Gathering(Generic[Item, Answer]):
    """Rounds of at most `most` items, done by `do` inside the app, outside of any request."""

    def __init__(self, do: Callable[[list[Item]], Sequence[Answer | BaseException]], *, most: int) -> None:
        self._do, self._most = do, most
        self.waiting: deque[Waiting] = deque()
        self.seat = threading.Lock()  # of whoever leads a round

    def ask(self, item: Item) -> Answer:
        """The answer to this item, once its round is done."""
        mine = Waiting(item)
        self.join(mine, the_app())
        answer: Answer = mine.wait()
        return answer

    def join(self, mine: Waiting, app: Flask) -> None:
        """Have whoever waits there answered by one of the next rounds. Waits for nothing itself."""
        self.waiting.append(mine)
        if not self.seat.locked():  # whoever leads looks again after leaving the seat, and finds this
            self._start(app)

    def _start(self, app: Flask) -> None:
        if monkey.is_module_patched("threading"):
            gevent.spawn(self._lead, app)  # a tenth of the work of a thread of the patched library
        else:
            threading.Thread(target=self._lead, args=(app,)).start()

    def _lead(self, app: Flask) -> None:
        while self.waiting and self.seat.acquire(blocking=False):
            try:
                time.sleep(0)  # requests that were read already come along: a round of one costs as much as of thirty
                taken = [self.waiting.popleft() for _ in range(min(len(self.waiting), self._most))]
                if taken:
                    with app.app_context():
                        self._round(taken)
            finally:
                self.seat.release()

    def _round(self, taken: list[Waiting]) -> None:
        answered: list[tuple[Waiting, Any]]
        try:
            answers = self._do([each.item for each in taken])
            answered = list(zip(taken, answers, strict=True))
        except BaseException as failure:  # each of them raises it where it waits
            answered = [(each, failure) for each in taken]
        for each, answer in answered:
            each.tell(answer)
