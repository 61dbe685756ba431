"""Processes that work beside one that is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WORK = """
import os, time
from referendum.archive.processes import processes

if __name__ == "__main__":
    with processes(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        time.sleep(60)
"""


def test_they_end_with_the_process_that_asked_for_them_even_if_it_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "work.py"
    program.write_text(WORK)
    with subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}
    ) as working:
        assert working.stdout
        beside = int(working.stdout.readline())
        os.kill(beside, 0)
        working.kill()
        try:
            working.communicate(timeout=20)  # ends when the other one, which holds the same end of it, is gone too
        finally:
            _end(beside)


def _end(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return
