"""How much memory and time letters with codes take on the tellers' machine, and what that means for 600,000.

    python -m tests.bench.letters [--members 2000 20000] [--chunk 500] [--paper A4]

Each size runs in a process of its own: a roll and sealed addresses are written, with a file of postal addresses, then
every code is made and printed as a letter. Memory is the process's peak (ru_maxrss), time the processor's.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate.letter_page import SHEETS, WORDS
from referendum.electorate.making import Order, make
from referendum.electorate.roll_file import CHUNK, Person, RollHeader, address_lines, roll_lines

UNION = 600_000
TEXT = {
    "subject": "Your code", "text": "CODE LINK", "html": "CODE LINK",
    "letter": {**dict.fromkeys(WORDS, "Some words that stand on one line or on two."), "local": "Local 88"},
}  # fmt: skip
FOLDERS = ("mail", "letters", "upload")


def _person(place: int) -> Person:
    return Person(f"{place:022x}", str(place), "Ana Núñez", "", "", "88")


def prepare(folder: Path, members: int) -> int:
    """Both files and the postal addresses; gives the private key that opens the addresses."""
    privates = [new_private_key() for _ in range(2)]
    keys = tuple(str(public_key_of(private).public) for private in privates)
    header = RollHeader(
        vote="bench", uuid_v="a" * 14, uuid_c="b" * 14, question=1, size=members, spares=max(20, members // 20),
        roll_hash="0" * 64, link="https://vote.example.org/booth/bench#code=", tellers=keys,
        tokens={"name": "NAME", "code": "CODE", "link": "LINK", "local": "LOCAL"},
        texts={"en": {"first": TEXT, "again": TEXT}},
    )  # fmt: skip
    with (folder / "roll.jsonl").open("wb") as file:
        file.writelines(roll_lines(header, ((f"{place:022x}", "88") for place in range(members))))
    with (folder / "addresses.jsonl").open("wb") as file:
        chunks = (
            [_person(each) for each in range(first, min(first + CHUNK, members))]
            for first in range(0, members, CHUNK)
        )
        file.writelines(address_lines("bench", keys, chunks))
    with (folder / "postal.csv").open("w") as text:
        text.write("number,line1,line2,line3\n")
        text.writelines(f"{place},{place} Long Street,Apartment 4,Springfield IL 62701\n" for place in range(members))
    return privates[0]


def measure(members: int, chunk: int, paper: str) -> dict[str, float]:
    """One size, in this process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        private = prepare(folder, members)
        began = time.process_time()
        order = Order(
            folder / "roll.jsonl", folder / "addresses.jsonl", private, folder / "out", "tellers@example.org",
            by="letters", paper=paper, chunk=chunk, postal=folder / "postal.csv",
        )  # fmt: skip
        made = make(order)
        sizes = {each: sum(path.stat().st_size for path in (folder / "out" / each).iterdir()) for each in FOLDERS}
    assert made.letters == members
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"members": members, "megabytes": peak, "seconds": time.process_time() - began, **sizes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--chunk", type=int, default=500)
    parser.add_argument("--paper", choices=tuple(SHEETS), default="A4")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.chunk, given.paper)))
        return
    found = []
    for members in given.members:
        words = ("--one", str(members), "--chunk", str(given.chunk), "--paper", given.paper)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.letters", *words], capture_output=True, text=True, check=True
        )
        found.append(json.loads(done.stdout))
        row = found[-1]
        print(
            f"{members:>7} letters: {row['megabytes']:.0f} MB, {row['seconds']:.1f} s of processor"
            f" ({row['seconds'] / members * 1000:.1f} ms each), {row['letters'] / 1e6:.1f} MB of PDF,"
            f" {row['upload'] / 1e6:.1f} MB to upload"
        )
    first, last = found[0], found[-1]
    if len(found) > 1:
        step = (last["megabytes"] - first["megabytes"]) / (last["members"] - first["members"])
        memory = last["megabytes"] + max(0.0, step) * (UNION - last["members"])
        hours = last["seconds"] / last["members"] * UNION / 3600
        print(f"{UNION} letters, extrapolated: {memory:.0f} MB, {hours:.1f} h of one core")


if __name__ == "__main__":
    main()
