"""Scenarios: what a replay is to run, read from a TOML file. Every fault of a file is told at once."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from referendum.rehearsal.scenario_faults import VOTED, faults_of

FOLDER = Path(__file__).parent / "scenarios"


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
class PublishedRollCall:
    """A vote by name as its source tells it: for whom all who took part voted, and what was not published."""

    all_for: str
    published: str
    not_published: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishedSurvey:
    """A sample survey as its source tells it; `share` is the first option's, in whole points. `also_told` is the other
    number of participants that stands in the record."""

    asked: int
    members: int
    share: int
    also_told: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One replay: "debate" and "shares" are run, with real ballots; a "survey" is drawn and its uncertainty worked out;
    of a "record" there is no more than it tells. `arguments` maps a Polis statement to (letter, side) for the kind
    "debate".

    `rule` is the voting rule of a record that tells no more of its process. `label` are the `LabelFacts` that the
    record tells, `told` what it says beside a row of the label, by the row's code.
    """

    name: str
    kind: str
    template: str
    title: str
    background: str
    options: tuple[ScenarioOption, ...]
    locals: int = 0
    arguments: dict[int, tuple[str, str]] = field(default_factory=dict)
    no_debate: str = ""
    not_published: tuple[str, ...] = ()
    published_remainder: int = 0
    remainder_at_most: int = 0
    published: tuple[str, ...] = ()
    rule: str = ""
    label: dict[str, Any] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    roll_call: PublishedRollCall | None = None
    survey: PublishedSurvey | None = None

    @property
    def is_voted(self) -> bool:
        """Whether there were ballots, so that its replay has some."""
        return self.kind in VOTED

    @property
    def rest_is_one(self) -> bool:
        """Whether one option stands for all that the source did not tell apart."""
        return self.published_remainder > 0 and self.published_remainder == self.remainder_at_most


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
    faults = faults_of(raw)
    if faults:
        raise BadScenario("; ".join(faults))
    options = tuple(ScenarioOption(**option) for option in raw.pop("options"))
    arguments = {int(number): (place[0], place[1]) for number, place in raw.pop("arguments", {}).items()}
    roll_call, survey = raw.pop("roll_call", None), raw.pop("survey", None)
    known: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return Scenario(
        **known, options=options, arguments=arguments,
        roll_call=PublishedRollCall(**roll_call) if roll_call else None,
        survey=PublishedSurvey(**survey) if survey else None,
    )  # fmt: skip
