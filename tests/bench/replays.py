"""`python -m tests.bench.replays OUT [--members N] [--ballots N] [--polis DIR] [SCENARIO…]`: replays measured.

Prints each one's wall time, CPU time, and the most memory that all its processes held at once (the promise for a
vote of 2,000: 4 minutes, 500 MB; for 600,000 members, a thousand ballots among them real: 3 minutes, 1 GB, on 2 cores),
then how long our verifier takes for its archives, beside Debian's belenios-tool on the same files.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from referendum.rehearsal.scenario import load, names

PAGE = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("out", type=Path)
    arguments.add_argument("scenario", nargs="*", help="all that need no conversation, unless named")
    arguments.add_argument("--members", type=int, default=600_000)
    arguments.add_argument("--ballots", type=int, default=1_000)
    arguments.add_argument("--polis", type=Path)
    asked = arguments.parse_args()
    for name in asked.scenario or [each for each in names() if load(each).kind != "debate" or asked.polis]:
        out, scenario = asked.out / name, load(name)
        command = [sys.executable, "-m", "flask", "replay", name, "--out", str(out), "--members", str(asked.members)]
        command += ["--ballots", str(min(asked.ballots, asked.members))] if scenario.is_voted else []
        command += ["--polis", str(asked.polis)] if scenario.kind == "debate" else []
        print(f"{name}: {asked.members:,} members, {measured(command)}", flush=True)
        for archive in sorted(out.glob("*.bel")):
            race(archive)


def measured(command: list[str]) -> str:
    """Run it; wall and CPU seconds, and the most memory of its whole family."""
    begun, before, most = time.monotonic(), used(), 0
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said) as running:
        while running.poll() is None:
            most = max(most, sum(held_by(each) for each in family(running.pid)))
            time.sleep(0.25)
        if running.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)} ended with {running.returncode}: {said.read()[-2000:].decode()}")
    return f"{time.monotonic() - begun:.0f} s, {used() - before:.0f} s of CPU, at most {most / 1e6:.0f} MB at once"


def used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def family(pid: int) -> list[int]:
    """A process and all that it has begun."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [pid, *(each for child in children.read_text().split() for each in family(int(child)))]
    except OSError:  # it has just ended
        return []


def held_by(pid: int) -> int:
    """Resident bytes; what processes share is counted for each."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


def race(archive: Path) -> None:
    ours = timed([sys.executable, "-m", "referendum.archive", "verify", str(archive), "--jobs", "2"])
    if shutil.which("belenios-tool") is None:
        print(f"  {archive.name}: ours {ours:.1f} s (2 processes); no belenios-tool here")
        return
    uuid = archive.read_bytes()[:100_000].split(b'"uuid":"', 1)[1].split(b'"', 1)[0].decode()
    folder = archive.parent / "judged"
    folder.mkdir(exist_ok=True)
    shutil.copy(archive, folder / f"{uuid}.bel")
    theirs = timed(["belenios-tool", "election", "verify", "--dir", str(folder)])
    shutil.rmtree(folder)
    print(f"  {archive.name}: ours {ours:.1f} s (2 processes), belenios-tool {theirs:.1f} s, ratio {ours / theirs:.2f}")


def timed(command: list[str]) -> float:
    begun = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
