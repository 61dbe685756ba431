"""Whether tests notice a lie, in a process that has imported everything and run each test once.

Each test's lines are written down in that first run; a lie is then told in a forked child, in memory, to the tests that
reach its line, the quickest first. Where that cannot show it (it stands in a class or a default, or its function ran
before the tests did), it is told on disk to a new process.
"""

import ast
import functools
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase
from hypothesis import settings as strategies

from tests import scenes
from tests.bench.lies import Lie

TOO_SLOW = 15
"""Tests that take longer are left out, or asked in a process of their own."""
HARD_LIMIT = 240
"""How many seconds the tests may take before a lie counts as noticed: it made them hang."""
FEW = 20
"""So many tests, the quickest, are asked about a module of which no line runs but while it is imported; and, which
knows a table's columns, TABLES."""
TABLES = "test_from_empty_to_head_gives_the_tables_of_the_models"
PACKAGES = ("forum", "referendum", "tests")
Line = tuple[str, int]


class Rehearsed(dict[scenes.Steps, scenes.Scene]):
    """Every scene with the lines that led to it: who has it put back reaches them too."""

    def __init__(self, known: dict[scenes.Steps, scenes.Scene], lines: set[Line]) -> None:
        super().__init__(known)
        self.lines = lines
        self.led_here: dict[scenes.Steps, set[Line]] = {}

    def __setitem__(self, steps: scenes.Steps, scene: scenes.Scene) -> None:
        super().__setitem__(steps, scene)
        self.led_here[steps] = set(self.lines)

    def get(self, steps: scenes.Steps, default: Any = None) -> Any:
        self.lines |= self.led_here.get(steps, set())
        return super().get(steps, default)


class Audience:
    """A pytest plugin: the tests that were collected, what each reaches, and what they say to a lie."""

    def __init__(
        self, folder: Path, modules: set[str], listen: Callable[["Audience"], None], *, patient: bool = False
    ) -> None:
        self.folder, self.listen, self.patient = folder, listen, patient
        self.files = {str(folder / module): module for module in modules}
        self.sources = {module: (folder / module).read_text(encoding="utf-8") for module in modules}
        self.lines: set[Line] = set()
        self.early: set[Line] = set()
        self.reached: dict[Line, set[str]] = {}
        self.seconds: dict[str, float] = {}
        self.spawning: set[str] = set()
        self.items: dict[str, pytest.Item] = {}
        self.left_out: dict[str, str] = {}
        self.apart: set[str] = set()
        self.functions: list[FunctionType] = []
        self.caches: list[Any] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In the place of the usual loop."""
        self.early |= self.lines
        gc.unfreeze()  # what is frozen is not found below
        quicken(session.items)
        self.caches = _caches()
        self.rehearse(session)
        gc.unfreeze()
        self.caches = _caches()  # some modules are imported by the first test that needs them
        self.functions = [each for each in gc.get_objects() if isinstance(each, FunctionType)]
        gc.collect()
        gc.freeze()
        names = [name for name in self.items if name not in self.apart]
        if not self.passes(names, _nothing):
            for name in names:
                if not self.passes([name], _nothing):
                    self.leave_out(name, "it fails the second time")
        self.listen(self)
        return True

    def leave_out(self, name: str, reason: str) -> None:
        """A test that cannot be asked here is asked in a process of its own, if there is time for that."""
        if self.patient:
            self.apart.add(name)
        else:
            self.left_out[name] = reason
            self.items.pop(name, None)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """What a fixture for the whole session reaches is done before any lie is told, and no test's own."""
        before = set(self.lines)
        result = yield
        if fixturedef.scope == "session":
            self.early |= self.lines - before
            self.lines &= before
        return result

    def trace(self, on: bool) -> None:
        """Write down the modules' lines that run from now on, or stop."""

        def follow(frame: FrameType, event: str, argument: Any) -> Any:
            name = self.files.get(frame.f_code.co_filename)
            if name is None:
                return None
            self.lines.add((name, frame.f_lineno))
            return follow

        sys.settrace(follow if on else None)
        threading.settrace(follow if on else None)  # type: ignore[arg-type]

    def rehearse(self, session: pytest.Session) -> None:
        """Run every test once; who fails, or takes too long, is left out."""
        now: list[str] = []

        def spawned(event: str, arguments: tuple[Any, ...]) -> None:
            if event == "subprocess.Popen" and now and sys.executable in map(str, arguments[1]):
                self.spawning.add(now[-1])

        sys.addaudithook(spawned)
        file, shared = "", set[Line]()
        scenes.stage.scenes = Rehearsed(scenes.stage.scenes, self.lines)
        for at, item in enumerate(session.items):
            self.forget()
            self.lines.clear()
            now.append(item.nodeid)
            began = time.monotonic()
            self.trace(True)
            passed = self._perform(item, session.items[at + 1 : at + 2])
            self.trace(False)
            took = self.seconds[item.nodeid] = time.monotonic() - began
            if str(item.path) != file:  # what the first test of a file sets up may serve all of them
                file, shared = str(item.path), set(self.lines)
            if not passed:
                self.left_out[item.nodeid] = "it fails"
                continue
            self.items[item.nodeid] = item
            if took > TOO_SLOW:
                self.leave_out(item.nodeid, "slow")
            for each in self.lines | shared:
                self.reached.setdefault(each, set()).add(item.nodeid)
        now.clear()

    def _perform(self, item: pytest.Item, following: list[pytest.Item]) -> bool:
        """Whether a test passes, its fixtures kept as far as the following one can use them."""
        then: Any = following[0] if following else item.session
        return not any(each.failed for each in runtestprotocol(item, nextitem=then, log=False))

    def chosen(self, lie: Lie) -> list[str]:
        """The tests that a lie may reach, the quickest first."""
        place = (lie.module, lie.line)
        if lie.inside and (place not in self.early or place in self.reached):
            names = self.reached.get(place, set()) or self.spawning
        else:
            know = {lie.module}
            if lie.constant:
                know |= {each for each, source in self.sources.items() if lie.constant in source}
            names = set().union(*(tests for (module, _), tests in self.reached.items() if module in know))
            if not names:  # a table's columns
                names = set(sorted(self.items, key=lambda name: self.seconds[name])[:FEW])
                names |= {name for name in self.items if name.endswith(TABLES)}
        return sorted(names & set(self.items), key=lambda name: self.seconds[name])

    def notices(self, lie: Lie) -> bool:
        """Whether any test fails."""
        chosen = self.chosen(lie)
        names = [name for name in chosen if name not in self.apart]
        apart = [name for name in chosen if name in self.apart]
        path = self.folder / lie.module
        truth = path.read_text(encoding="utf-8")
        path.write_text(lie.source, encoding="utf-8")
        try:
            known = any(each.__code__.co_filename == str(path) for each in self.functions)
            in_memory = bool(lie.constant) or (lie.inside and known)
            if in_memory and not self.passes(names, lambda: self.tell(lie)):
                return True
            if not in_memory or (lie.module, lie.line) in self.early:
                apart = [*names, *apart]
            return bool(apart) and not self.pass_anew(apart)
        finally:
            path.write_text(truth, encoding="utf-8")

    def pass_anew(self, names: list[str]) -> bool:
        """Whether tests pass in a new process."""
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *names]
        try:
            run = subprocess.run(command, cwd=self.folder, capture_output=True, timeout=HARD_LIMIT, check=False)
        except subprocess.TimeoutExpired:
            return False
        return run.returncode == 0

    def passes(self, names: list[str], told: Callable[[], None]) -> bool:
        """Whether all these tests pass in a child, after it was told the lie."""
        until = time.monotonic() + min(HARD_LIMIT, 10 + 5 * sum(self.seconds[name] for name in names))
        child = os.fork()
        if not child:
            self._run(names, told)
        while True:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return status == 0
            if time.monotonic() > until:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return False
            time.sleep(0.005)

    def _run(self, names: list[str], told: Callable[[], None]) -> None:
        """In the child: never comes back."""
        code = 1
        try:
            os.setsid()
            silence = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(silence, stream)
            told()
            self.forget()
            scenes.stage.scenes = {(): scenes.stage.scenes[()]}  # what was built before the lie shows nothing of it
            items = [self.items[name] for name in names]
            if all(self._perform(item, items[at + 1 : at + 2]) for at, item in enumerate(items)):
                code = 0
        finally:
            os._exit(code)

    def tell(self, lie: Lie) -> None:
        """Give every function of the module its code from the lie, or every module that knows a constant its value."""
        path = str(self.folder / lie.module)
        if lie.constant:
            module = sys.modules[lie.module.removesuffix(".py").replace("/", ".")]
            before, names = getattr(module, lie.constant), dict(vars(module))
            line = next(each for each in lie.tree.body if lie.line in range(each.lineno, (each.end_lineno or 0) + 1))
            exec(compile(ast.Module([line], []), path, "exec"), names)
            for each in [each for name, each in sys.modules.items() if name.split(".")[0] in PACKAGES]:
                if each is not None and vars(each).get(lie.constant) is before:
                    setattr(each, lie.constant, names[lie.constant])
            return
        codes = {code.co_qualname: code for code in _codes(compile(lie.tree, path, "exec"))}
        for function in self.functions:
            if function.__code__.co_filename == path:
                code = codes.get(function.__code__.co_qualname)
                if code is not None and code.co_freevars == function.__code__.co_freevars:
                    function.__code__ = code

    def forget(self) -> None:
        """Empty every cache of the project's functions, so that no answer is older than the lie."""
        for each in self.caches:
            each.cache_clear()


def quicken(items: list[pytest.Item]) -> None:
    """A property that fails need not find its smallest example, nor remember it."""
    for item in items:
        test: Any = getattr(item, "obj", None)
        used = getattr(test, "_hypothesis_internal_use_settings", None)
        if used is not None:
            phases = [each for each in used.phases if each in (Phase.explicit, Phase.generate)]
            changed = strategies(used, phases=phases, database=None, derandomize=True)
            getattr(test, "__func__", test)._hypothesis_internal_use_settings = changed


def _caches() -> list[Any]:
    """Every cache of a function of the project's."""
    found = [each for each in gc.get_objects() if isinstance(each, functools._lru_cache_wrapper)]
    return [each for each in found if each.__module__.split(".")[0] in PACKAGES]


def _nothing() -> None:
    """No lie at all."""


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)
