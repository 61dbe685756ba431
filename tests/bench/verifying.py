"""`python -m tests.bench.verifying [--ballots 1000] [--pairs 2] [--folder DIR]`: our verifier beside belenios-tool.

Both check the same archive of votes on four options (blank possible), in turns; printed are the ratios of each pair:
processor time of one process against one process, and the time on the wall with `--jobs 2`. Promised are 1.3 and 2.4.
`--memory 5000 20000` also runs the verifier on archives of these sizes and prints the most memory that all its
processes held together, and that the largest of them held; promised are 400 MB, and the same for both. Ballots and
credentials are read in pieces and forgotten; what grows are their places and names, some 200 bytes for each. Archives
are kept in the folder for the next run. Making 20,000 ballots takes some minutes on two cores; on a busy machine the
ratios of processor time hold, those of the wall do not.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.bench.big_archive import big_archive

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = 600_000
PER_CORE, TWO_JOBS, MEMORY = 1.3, 2.4, 400


class Run(NamedTuple):
    """Seconds on the wall, seconds of processors; megabytes held at most by all processes together, and by one."""

    wall: float
    processor: float
    memory: float
    largest: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=2)
    parser.add_argument("--memory", type=int, nargs="*", default=[])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "hustings-bench")
    given = parser.parse_args()
    if shutil.which("belenios-tool") is None:
        sys.exit("belenios-tool is not here")
    path = big_archive(given.folder, given.ballots)
    kept = compare(path, given.ballots, given.pairs)
    kept = measure_memory(given.folder, given.memory) and kept
    if not kept:
        sys.exit("a promise is not kept")


def compare(path: Path, ballots: int, pairs: int) -> bool:
    print(f"{ballots} ballots, {path.stat().st_size / 1e6:.0f} MB, {pairs} pairs")
    per_core, with_two, ours = [], [], []
    for _ in range(pairs):
        tool = run(["belenios-tool", "election", "verify", "--dir", str(path.parent)])
        one, two = run(verifier(path, 1)), run(verifier(path, 2))
        per_core.append(tool.processor / one.processor)
        with_two.append(tool.wall / two.wall)
        ours.append(one.processor / ballots)
        print(
            f"  belenios-tool {tool.wall:.1f} s ({tool.processor / ballots * 1000:.1f} ms a ballot), "
            f"ours {one.wall:.1f} s ({one.processor / ballots * 1000:.1f} ms), with two jobs {two.wall:.1f} s; "
            f"ratios {per_core[-1]:.2f} a core, {with_two[-1]:.2f} with two jobs"
        )
    a_core, jobs = statistics.median(per_core), statistics.median(with_two)
    print(f"median: {a_core:.2f} a core (promised {PER_CORE}), {jobs:.2f} with two jobs (promised {TWO_JOBS})")
    hours = min(ours) * MEMBERS / 3600
    print(f"{MEMBERS:,} ballots, by extrapolation: {hours:.1f} hours on one core, {hours / 16 * 60:.0f} minutes on 16")
    return a_core >= PER_CORE and jobs >= TWO_JOBS


def measure_memory(folder: Path, sizes: list[int]) -> bool:
    held = {}
    for ballots in sizes:
        done = run(verifier(big_archive(folder, ballots), 2))
        held[ballots] = done.memory
        print(
            f"{ballots} ballots, two jobs: {done.memory:.1f} MB at most, {done.largest:.1f} MB in one process, "
            f"{done.wall:.0f} s"
        )
    if len(held) > 1:
        least, most = min(held), max(held)
        print(f"{(held[most] - held[least]) / (most - least) * 1000:.2f} kB more for each ballot more")
    return all(each <= MEMORY for each in held.values())


def verifier(path: Path, jobs: int) -> list[str]:
    return [sys.executable, "-m", "referendum.archive", "verify", str(path), "--jobs", str(jobs)]


def run(command: list[str]) -> Run:
    """Runs a command that must succeed."""
    before, used = time.monotonic(), os.times()
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    most = largest = 0.0
    while child.poll() is None:
        held = memory_of(child.pid)
        most, largest = max(most, sum(held)), max(largest, *held)
        time.sleep(0.1)
    wall, after = time.monotonic() - before, os.times()
    assert child.stdout is not None
    words = child.stdout.read()
    if child.returncode:
        sys.exit(f"{' '.join(command)}: {words}")
    processor = after.children_user + after.children_system - used.children_user - used.children_system
    return Run(wall, processor, most, largest)


def memory_of(number: int) -> list[float]:
    """Megabytes that a process and all that it started hold, each; what they share is counted once for each."""
    try:
        status = Path(f"/proc/{number}/status").read_text()
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    except OSError:
        return [0.0]
    held = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
    return [held / 1024, *(each for child in children for each in memory_of(int(child)))]


if __name__ == "__main__":
    main()
