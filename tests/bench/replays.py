"""`python -m tests.bench.replays OUT [--members N] [--polis DIR]`: both replays at full size, and the verifiers' race.

Prints wall time and peak memory of each replay (the promise: 4 minutes, 500 MB at 2,000 members on 2 cores), then how
long our verifier takes for its archives, beside Debian's belenios-tool on the same files.
"""

import argparse
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--members", type=int, default=2000)
    arguments.add_argument("--polis", type=Path)
    asked = arguments.parse_args()
    runs = {"iam-2024": []} | ({"seattle15": ["--polis", str(asked.polis)]} if asked.polis else {})
    for scenario, extra in runs.items():
        out = asked.out / scenario
        seconds = timed([sys.executable, "-m", "flask", "replay", scenario, "--out", str(out), "--members",
                         str(asked.members), *extra])  # fmt: skip
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{scenario}: {asked.members} members in {seconds:.0f} s, largest process so far {peak:.0f} MB")
        for archive in sorted(out.glob("*.bel")):
            race(archive)


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
