"""How far a long check is: ballots done of all ballots of all files, with the time that is left."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

WIDTH = 24
STEPS = 10
MANY = 1000
"""From so many ballots on, a stream that is no terminal is told every tenth."""


class Bar:
    """A line that rewrites itself on a terminal; elsewhere a line for every tenth, or one at the end."""

    def __init__(
        self, total: int, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total = total
        self._stream = stream or sys.stderr
        self._clock = clock
        self._start = clock()
        self._before = 0
        self._done = 0
        self._told = 0

    def begin_file(self) -> None:
        """What is told from now on counts from here."""
        self._before = self._done

    def tell(self, done: int, _of_this_file: int) -> None:
        """So many ballots of the current file are done."""
        self._done = min(self._before + done, self._total)
        if self._stream.isatty():
            print(f"\r{self._line()}", end="", file=self._stream, flush=True)
            return
        step = self._done * STEPS // max(1, self._total)
        if self._done == self._total or (self._total >= MANY and step > self._told):
            self._told = step
            print(self._line(), file=self._stream, flush=True)

    def end(self) -> None:
        """Leaves the line."""
        if self._stream.isatty() and self._done:
            print(file=self._stream)

    def _line(self) -> str:
        share = self._done / max(1, self._total)
        full = int(WIDTH * share)
        line = f"[{'#' * full}{'.' * (WIDTH - full)}] {self._done} of {self._total} ballots, {int(100 * share)} %"
        if not 0 < self._done < self._total:
            return line
        left = (self._clock() - self._start) * (self._total - self._done) / self._done
        return f"{line}, about {_duration(left)} left"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{int(seconds)} s"
    minutes = int(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
