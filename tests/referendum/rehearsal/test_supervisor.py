import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Timer

import pytest

from referendum.rehearsal.supervisor import Child, GaveUp, supervise


def harmless(folder: Path) -> Child:
    return Child("http.server", ["0", "--bind", "127.0.0.1", "--directory", str(folder)])


def test_a_child_that_dies_is_started_again_and_all_stop_at_an_interrupt(tmp_path: Path) -> None:
    child, said, seen = harmless(tmp_path), [], []

    def ready() -> None:
        said.append("open")
        seen.append(child.pid)
        os.kill(child.pid, signal.SIGKILL)
        Timer(1.5, lambda: (seen.append(child.pid), os.kill(os.getpid(), signal.SIGINT))).start()

    before = signal.getsignal(signal.SIGINT)
    supervise([child], ready, lambda: True)
    assert said == ["open"]
    assert seen[0] != seen[1]
    assert not child.is_running
    assert signal.getsignal(signal.SIGINT) is before


def test_a_child_that_dies_again_and_again_is_given_up() -> None:
    with pytest.raises(GaveUp, match="stopped 5 times"):
        supervise([Child("referendum.rehearsal.no_such_module", [])], lambda: None, lambda: False)


def test_a_child_ends_by_itself_when_its_parent_is_killed() -> None:
    sleep = "import time; time.sleep(60)"
    watch = f"from referendum.rehearsal.supervisor import leave_with_parent; leave_with_parent(); {sleep}"
    start = (
        f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {watch!r}]).pid, flush=True); {sleep}"
    )
    parent = subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    orphan = int(parent.stdout.readline())
    time.sleep(1.5)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 8
    while _lives(orphan):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _lives(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
