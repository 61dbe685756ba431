"""`python -m tests.bench.mutants referendum/count/rules.py tests/referendum/count`: would the tests notice (T15)?

Small lies are told in a module, one at a time, in a copy of the project: another comparison, another number, a turned
condition, a result that is not given, a call that is left out. A lie that every test lets pass is printed with its
line. The score is the share that was noticed. Lies are taken in an order drawn from `--seed`, so that a run that ends
at its `--minutes` has told a fair sample.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("forum", "referendum", "static", "templates", "tests", "pyproject.toml", "README.md", "wsgi.py")
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip
HARD_LIMIT = 120
"""How many seconds the tests may take before a lie counts as noticed: it made them hang."""


@dataclass(frozen=True)
class Lie:
    """A whole module with one thing changed."""

    line: int
    told: str
    source: str


@dataclass(frozen=True)
class Change:
    """One change at one node: an attribute, or a place in a list, gets another value."""

    holder: ast.AST | list[ast.cmpop]
    key: str | int
    value: object

    def __call__(self) -> None:
        if isinstance(self.holder, list):
            self.holder[int(self.key)] = self.value  # type: ignore[call-overload]
        else:
            setattr(self.holder, str(self.key), self.value)


def lies(source: str) -> Iterator[Lie]:
    """Every small lie that can be told in a module."""
    tree = ast.parse(source)
    guards = [each.value for each in ast.walk(tree) if isinstance(each, ast.keyword) and each.arg == "strict"]
    for place, node in enumerate(ast.walk(tree)):
        for change in range(0 if node in guards else len(_changes(node))):
            changed = copy.deepcopy(tree)
            target = next(each for at, each in enumerate(ast.walk(changed)) if at == place)
            before = ast.unparse(target)
            _changes(target)[change]()
            after = ast.unparse(target)
            if before != after:
                line = getattr(node, "lineno", 0)
                yield Lie(line, f"{before.splitlines()[0]}  ->  {after.splitlines()[0]}", ast.unparse(changed))


def _changes(node: ast.AST) -> list[Change]:
    """What can be changed at this node itself."""
    if isinstance(node, ast.Compare):
        return [Change(node.ops, at, SWAPS[type(each)]()) for at, each in enumerate(node.ops)]
    if isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPS:
        return [Change(node, "op", SWAPS[type(node.op)]())]
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return [Change(node, "value", node.value + 1)]
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        return [Change(node, "value", not node.value)]
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Constant):
        return [Change(node, "test", ast.UnaryOp(ast.Not(), node.test))]
    if isinstance(node, ast.Return) and node.value is not None:
        return [Change(node, "value", ast.Constant(None))]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return [Change(node, "value", ast.Constant(None))]
    return []


def is_noticed(folder: Path, tests: list[str]) -> bool:
    """Whether a test fails in the copy."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}  # a lie of the same size and second would be cached
    try:
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=HARD_LIMIT, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return True
    return False


def copy_project(folder: Path) -> None:
    """What the tests need, to lie in."""
    for name in COPIED:
        here = ROOT / name
        if here.is_dir():
            shutil.copytree(here, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(here, folder / name)


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("module", help="the file in which lies are told")
    reader.add_argument("tests", nargs="+", help="the tests that should notice")
    reader.add_argument("--minutes", type=float, default=10)
    reader.add_argument("--seed", type=int, default=1)
    asked = reader.parse_args()
    source = (ROOT / asked.module).read_text(encoding="utf-8")
    every = list(lies(source))
    random.Random(asked.seed).shuffle(every)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        copy_project(folder)
        if is_noticed(folder, asked.tests):
            print("The tests fail without any lie.")
            return 1
        until, tried, noticed = time.monotonic() + asked.minutes * 60, 0, 0
        for lie in every:
            if time.monotonic() > until:
                break
            (folder / asked.module).write_text(lie.source, encoding="utf-8")
            tried += 1
            if is_noticed(folder, asked.tests):
                noticed += 1
            else:
                print(f"{asked.module}:{lie.line}: not noticed: {lie.told}", flush=True)
        print(f"{noticed} of {tried} lies noticed ({noticed * 100 // max(1, tried)} %); {len(every)} could be told.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
