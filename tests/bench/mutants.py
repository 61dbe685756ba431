"""`python -m tests.bench.mutants --told referendum/count --tests tests/referendum/count`: would the tests notice (T15)?

Small lies are told in the project's modules, one at a time, in a copy of the project (`lies`), and the tests that reach
the lie's line are run (`noticing`). A lie that every test lets pass is printed with its line. The score is the share
that was noticed. `--sample` takes so many of each module and `--few` so many in all, in an order drawn from `--seed`.
Tests that take long, or cannot run twice in one process, are left out unless the bench is `--patient`.
With `--state` a run that was stopped goes on where it was; `--again` tells those once more that nobody noticed, to
other tests or after tests were added; `--score` says what the file holds. Lies that change nothing, each with the
reason, stand in `same_lies.txt` beside this file and are not told.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.bench.lies import Lie, lies
from tests.bench.noticing import Audience

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("forum", "referendum", "static", "templates", "tests", "pyproject.toml", "README.md", "wsgi.py")
SAME = Path(__file__).with_name("same_lies.txt")


def same() -> set[tuple[str, ...]]:
    """Each lie that changes nothing: the module, how the line begins, and the words."""
    lines = SAME.read_text(encoding="utf-8").splitlines()
    return {tuple(line.split(" | ")[:3]) for line in lines if line and not line.startswith("#")}


def known_in(state: Path) -> dict[str, dict[str, object]]:
    """What is known of each lie that was told, the newest for each."""
    lines = state.read_text(encoding="utf-8").splitlines() if state.exists() else []
    return {entry["key"]: entry for entry in map(json.loads, lines)}


def to_tell(asked: argparse.Namespace) -> list[Lie]:
    """What is to be told, module by module; without what is known already, and what changes nothing."""
    nothing, known, found = same(), known_in(asked.state), []
    for module in modules_of(asked.told):
        source = (ROOT / module).read_text(encoding="utf-8")
        begins = [line.strip()[:40] for line in source.splitlines()]
        every = [each for each in lies(module, source) if (module, begins[each.line - 1], each.told) not in nothing]
        if asked.again:
            every = [each for each in every if each.key in known and not known[each.key]["noticed"]]
        else:
            if asked.sample:
                random.Random(asked.seed).shuffle(every)
            every = [each for each in every[: asked.sample or None] if each.key not in known]
        found += every
    if asked.few:
        random.Random(asked.seed).shuffle(found)
    return found[: asked.few or None]


def modules_of(paths: list[str]) -> list[str]:
    """The modules at these paths, folders opened."""
    found = []
    for path in paths:
        here = ROOT / path
        found += [here] if here.is_file() else sorted(here.rglob("*.py"))
    return [str(each.relative_to(ROOT)) for each in found if "migrations" not in each.parts]


def copy_project(folder: Path) -> None:
    """What the tests need, to lie in."""
    for name in COPIED:
        here = ROOT / name
        if here.is_dir():
            shutil.copytree(here, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(here, folder / name)


def score(state: Path) -> None:
    """What a file of earlier runs holds, module by module."""
    told: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    for entry in known_in(state).values():
        told[str(entry["module"])] += 1
        noticed[str(entry["module"])] += bool(entry["noticed"])
    for module in sorted(told):
        print(f"{noticed[module] * 100 // told[module]:3} %  {noticed[module]:4} of {told[module]:4}  {module}")
    print(f"{noticed.total() * 100 / told.total():.1f} %: {noticed.total()} of {told.total()} lies noticed.")


def tell_all(asked: argparse.Namespace, folder: Path) -> int:
    """Rehearse the tests, then tell one lie after the other until they or the minutes are over."""
    every = to_tell(asked)
    said = os.fdopen(os.dup(1), "w", buffering=1)  # pytest keeps what is printed to itself
    print(f"{len(every)} lies to tell.", file=said)

    def listen(audience: Audience) -> None:
        until = time.monotonic() + asked.minutes * 60
        for name, reason in audience.left_out.items():
            print(f"Left out, {reason}: {name}", file=said)
        print(f"{len(audience.items)} tests listen; they took {sum(audience.seconds.values()):.0f} s.", file=said)
        with asked.state.open("a", encoding="utf-8") as state:
            for lie in every:
                if time.monotonic() > until:
                    print("The minutes are over.", file=said)
                    break
                noticed = audience.notices(lie)
                entry = {"key": lie.key, "module": lie.module, "line": lie.line, "told": lie.told, "noticed": noticed}
                print(json.dumps(entry), file=state, flush=True)
                if not noticed:
                    reached = len(audience.chosen(lie))
                    print(f"{lie.module}:{lie.line}: not noticed by {reached}: {lie.told}", file=said)

    os.chdir(folder)
    plugin = Audience(folder, set(modules_of(asked.told)), listen, patient=asked.patient)
    arguments = ["-n", "0", "-p", "no:cacheprovider", *asked.tests]
    plugin.trace(True)  # what runs while it is imported runs before any lie is told
    return int(pytest.main(arguments, plugins=[plugin])) if every else 0


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--told", nargs="+", metavar="PATH", default=[], help="where lies are told")
    reader.add_argument("--tests", nargs="+", metavar="PATH", default=[], help="the tests that should notice")
    reader.add_argument("--sample", type=int, default=0, help="at most so many lies in each module; 0 for all")
    reader.add_argument("--few", type=int, default=0, help="at most so many lies in all; 0 for all")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--minutes", type=float, default=600)
    reader.add_argument("--patient", action="store_true", help="ask slow tests too, each time in a new process")
    reader.add_argument("--state", type=Path, help="the file that keeps what was told, to go on from")
    reader.add_argument("--again", action="store_true", help="tell once more what nobody noticed")
    reader.add_argument("--score", action="store_true", help="say what the state file holds, and tell nothing")
    reader.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    asked = reader.parse_args()
    if asked.state and asked.score:
        score(asked.state)
        return 0
    if asked.inside:
        return tell_all(asked, asked.inside)
    with tempfile.TemporaryDirectory() as place:
        folder, state = Path(place) / "project", (asked.state or Path(place) / "state.jsonl").absolute()
        folder.mkdir()
        copy_project(folder)
        command = [sys.executable, "-m", "tests.bench.mutants", *sys.argv[1:]]
        command += ["--inside", str(folder), "--state", str(state)]
        kept_out = {"PYTHONDONTWRITEBYTECODE": "1"}  # a lie of the same size and second would be cached
        subprocess.run(command, cwd=folder, env=os.environ | kept_out, check=True)
        score(state)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
