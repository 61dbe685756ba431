"""Signatures checked on another core: a process beside the server, which would otherwise wait for each of them.

`python -m referendum.casting.neighbour` answers each line of signatures with a line that says of each whether it holds.
The server's loop is one thread, and a power modulo p takes as long as half a request; the pool of processes that jobs
use cannot be asked from such a loop, so this one is spoken to over a pipe. It ends when the pipe does, however the
server ended, and where it is missing the server checks by itself.
"""

import json
import subprocess
import sys
import threading
from pathlib import Path

import structlog
from gevent import monkey

from referendum.casting.envelope import Signature, is_signed

WORTH_ASKING = 4
HOME = Path(__file__).parents[2]
log = structlog.get_logger()


class Neighbour:
    """The process, started when it is first needed. One question at a time."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()  # rounds come two at once, and the pipe knows no order of answers

    def check(self, signatures: list[Signature]) -> list[bool]:
        """Of each signature whether it holds."""
        if len(signatures) >= WORTH_ASKING and monkey.is_module_patched("subprocess"):
            try:
                with self._turn:
                    return self._ask(signatures)
            except (OSError, ValueError):
                log.exception("the neighbour who checks signatures is gone; another is started with the next")
                self._child = None
        return [is_signed(each) for each in signatures]

    def _ask(self, signatures: list[Signature]) -> list[bool]:
        if self._child is None:
            command = [sys.executable, "-m", "referendum.casting.neighbour"]
            self._child = subprocess.Popen(  # noqa: S603 - our own program
                command, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        question, answer = self._child.stdin, self._child.stdout
        if question is None or answer is None:
            raise OSError("no pipe")
        question.write(json.dumps(signatures).encode() + b"\n")
        question.flush()
        held: list[bool] = json.loads(answer.readline())  # an empty line of one who has ended is no JSON
        if len(held) != len(signatures):
            raise ValueError("an answer to another question")
        return held


def main() -> None:
    for line in sys.stdin.buffer:
        held = [is_signed(Signature(*each)) for each in json.loads(line)]
        sys.stdout.buffer.write(json.dumps(held).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
