"""The small lies that `tests.bench.mutants` tells in a module: one thing changed at a time.

Another comparison, another number, a turned condition, a result that is not given, a call that is left out.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip
GUARDS = {"strict", "frozen", "slots", "repr"}
"""Keywords that stop a programmer's slip and change nothing where there is none: no lie is told about them."""
NOTHING = ("False", "''")
"""Where one of these is given back, None would be read alike, and the type checker refuses it."""
SOONER = "db.session.flush()"
"""What waits is written before every question and at the commit: left out, this changes nothing but when."""


@dataclass(frozen=True)
class Lie:
    """A whole module with one thing changed: inside a function, in the value of a constant, or elsewhere."""

    module: str
    line: int
    told: str
    inside: bool
    constant: str
    tree: ast.Module

    @property
    def source(self) -> str:
        return ast.unparse(self.tree)

    @property
    def key(self) -> str:
        """The same for the same lie in the same text, whatever else is told."""
        return f"{self.module}:{sha256(self.source.encode()).hexdigest()[:16]}"


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


def lies(module: str, source: str) -> Iterator[Lie]:
    """Every small lie that can be told in a module."""
    tree = ast.parse(source)
    guards = [each.value for each in ast.walk(tree) if isinstance(each, ast.keyword) and each.arg in GUARDS]
    guards += [each.args[0] for each in ast.walk(tree) if isinstance(each, ast.Call) and _is_one_row(each)]
    inside, constants = _in_functions(tree), _constants(tree)
    for place, node in enumerate(ast.walk(tree)):
        for change in range(0 if node in guards else len(_changes(node))):
            changed = copy.deepcopy(tree)
            target = next(each for at, each in enumerate(ast.walk(changed)) if at == place)
            before = ast.unparse(target)
            _changes(target)[change]()
            after = ast.unparse(target)
            if before != after:
                told = f"{before.splitlines()[0]}  ->  {after.splitlines()[0]}"
                ast.fix_missing_locations(changed)
                where = (id(node) in inside, constants.get(id(node), ""))
                yield Lie(module, getattr(node, "lineno", 0), told, *where, changed)


def _is_one_row(call: ast.Call) -> bool:
    """A query for one row, of which one is read: whether two would come changes nothing."""
    return isinstance(call.func, ast.Attribute) and ast.unparse(call).endswith(".limit(1)")


def _in_functions(tree: ast.Module) -> set[int]:
    """The nodes that stand in a function's body: defaults and decorators do not."""
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {id(node) for function in functions for line in function.body for node in ast.walk(line)}


def _constants(tree: ast.Module) -> dict[int, str]:
    """The constant in whose value each node stands."""
    found: dict[int, str] = {}
    for line in tree.body:
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None:
            target = line.targets[0] if isinstance(line, ast.Assign) else line.target
            if isinstance(target, ast.Name):
                found |= {id(node): target.id for node in ast.walk(line.value)}
    return found


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
    if isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) not in NOTHING:
        return [Change(node, "value", ast.Constant(None))]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and ast.unparse(node) != SOONER:
        return [Change(node, "value", ast.Constant(None))]
    return []
