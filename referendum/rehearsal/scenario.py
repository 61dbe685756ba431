"""Scenarios: what a replay is to run, read from a TOML file. Every fault of a file is told at once."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "scenarios"
KINDS = ("debate", "shares")


class BadScenario(Exception):
    """The file does not describe a replay; lists every fault."""


@dataclass(frozen=True, slots=True)
class ScenarioOption:
    """An option as the scenario names it; `share` in whole points where the source published one."""

    title: str
    text: str = ""
    slate: str = ""
    obligation: str = ""
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One replay. `arguments` maps a Polis statement to (letter, side) for the kind "debate"."""

    name: str
    kind: str
    template: str
    title: str
    background: str
    locals: int
    options: tuple[ScenarioOption, ...]
    arguments: dict[int, tuple[str, str]] = field(default_factory=dict)
    no_debate: str = ""
    not_published: tuple[str, ...] = ()
    published_remainder: int = 0
    remainder_at_most: int = 0


def names() -> list[str]:
    """The scenarios that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> Scenario:
    """A shipped scenario, or one from a path. Raises `BadScenario`."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        raise BadScenario(f"there is no scenario “{name}”; there are: {', '.join(names())}")
    try:
        return read(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise BadScenario(f"{path} is not UTF-8 text") from None


def read(text: str) -> Scenario:
    """A scenario out of TOML text. Raises `BadScenario` with every fault."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadScenario(f"not TOML: {error}") from None
    faults = _faults(raw)
    if faults:
        raise BadScenario("; ".join(faults))
    options = tuple(ScenarioOption(**option) for option in raw["options"])
    arguments = {int(number): (place[0], place[1]) for number, place in raw.get("arguments", {}).items()}
    known = {key: value for key, value in raw.items() if key not in ("options", "arguments", "not_published")}
    return Scenario(**known, options=options, arguments=arguments, not_published=tuple(raw.get("not_published", ())))


TEXTS = ("name", "kind", "template", "title", "background")
NUMBERS = ("locals", "published_remainder", "remainder_at_most")
OTHERS = ("options", "arguments", "no_debate", "not_published")


def _faults(raw: dict[str, Any]) -> list[str]:
    faults = [f"“{key}” is not known" for key in raw if key not in (*TEXTS, *NUMBERS, *OTHERS)]
    faults += [f"“{key}” must be text" for key in TEXTS if not isinstance(raw.get(key), str)]
    faults += [f"“{key}” must be a whole number" for key in NUMBERS if key in raw and type(raw[key]) is not int]
    if type(raw.get("locals")) is not int or raw.get("locals", 0) < 1:
        faults.append("“locals” must be at least 1")
    if raw.get("kind") not in KINDS:
        faults.append(f"“kind” must be one of {', '.join(KINDS)}")
    options = raw.get("options")
    if not isinstance(options, list) or len(options) < 2 or not all(isinstance(each, dict) for each in options):
        return [*faults, "there must be at least two “options”"]
    known = {"title", "text", "slate", "obligation", "share"}
    for place, option in enumerate(options, 1):
        faults += [f"option {place}: “{key}” is not known" for key in option if key not in known]
        if not isinstance(option.get("title"), str) or not option["title"].strip():
            faults.append(f"option {place} has no title")
        if "share" in option and (type(option["share"]) is not int or not 0 <= option["share"] <= 100):
            faults.append(f"option {place}: “share” must be a whole number of points")
    return faults + _argument_faults(raw.get("arguments", {}), len(options))


def _argument_faults(arguments: object, options: int) -> list[str]:
    if not isinstance(arguments, dict):
        return ["“arguments” must be a table"]
    letters = {chr(ord("A") + place) for place in range(options)}
    faults = []
    for number, place in arguments.items():
        fits = isinstance(place, list) and len(place) == 2 and place[0] in letters and place[1] in ("for", "against")
        if not (number.isascii() and number.isdigit()) or not fits:
            faults.append(f"argument {number} must be a statement's number with an option's letter and a side")
    return faults
