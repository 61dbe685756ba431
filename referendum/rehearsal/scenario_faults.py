"""What is wrong with a scenario's file: every fault at once."""

from collections.abc import Mapping
from typing import Any

from forum.questions.label import LabelFacts, label_rows
from forum.questions.process import VotingRule
from forum.questions.rules import letter_at

VOTED = ("debate", "shares")
"""Kinds that are run from the roll to the certificate."""
RUN = (*VOTED, "survey")
"""Kinds that are run in an installation of their own."""
KINDS = (*RUN, "record")
TEXTS = ("name", "kind", "template", "title", "background")
NUMBERS = ("locals", "published_remainder", "remainder_at_most")
LISTS = ("not_published", "published")
TABLES = ("arguments", "label", "told", "roll_call", "survey")
OPTION = {"title", "text", "slate", "obligation", "share"}
LABEL = {
    "debate": bool, "debate_days": int, "locals_share": int, "locals_count": int, "locals_honoured": int,
    "members_vote": bool, "everyone": bool, "sample": int, "registration": bool, "roll_count": int, "secret": bool,
    "counted_by": str, "by_name": list, "bound": bool,
}  # fmt: skip
"""What a record may tell of a label, and as what."""
ROLL_CALL = {"all_for": str, "published": str, "not_published": list}
SURVEY = {"asked": int, "members": int, "share": int, "also_told": str}


def faults_of(raw: dict[str, Any]) -> list[str]:
    """Every fault of a scenario as read from TOML."""
    known = (*TEXTS, *NUMBERS, *LISTS, *TABLES, "options", "no_debate", "rule")
    faults = [f"“{key}” is not known" for key in raw if key not in known]
    faults += [f"“{key}” must be text" for key in TEXTS if not isinstance(raw.get(key), str)]
    faults += [f"“{key}” must be a whole number" for key in NUMBERS if key in raw and type(raw[key]) is not int]
    faults += [f"“{key}” must be a list of texts" for key in LISTS if not _texts(raw.get(key, []))]
    if raw.get("kind") not in KINDS:
        faults.append(f"“kind” must be one of {', '.join(KINDS)}")
    if raw.get("kind") != "record" and (type(raw.get("locals")) is not int or raw["locals"] < 1):
        faults.append("“locals” must be at least 1")
    if "rule" in raw and raw["rule"] not in list(VotingRule):
        faults.append(f"“rule” must be one of {', '.join(VotingRule)}")
    faults += _table_faults("label", raw.get("label", {}), LABEL)
    faults += _told_faults(raw.get("told", {}))
    if "roll_call" in raw:
        faults += _table_faults("roll_call", raw["roll_call"], ROLL_CALL, whole=True)
    if "survey" in raw or raw.get("kind") == "survey":
        faults += _table_faults("survey", raw.get("survey"), SURVEY, whole=True)
    return faults + _option_faults(raw)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _table_faults(name: str, table: object, known: Mapping[str, type], *, whole: bool = False) -> list[str]:
    """A table whose keys are known, each of its type; `whole` where every one must be there."""
    if not isinstance(table, dict):
        return [f"“{name}” must be a table"]
    faults = [f"{name}: “{key}” is not known" for key in table if key not in known]
    wanted = known if whole else {key: kind for key, kind in known.items() if key in table}
    for key, kind in wanted.items():
        value = table.get(key)
        if type(value) is not kind or (kind is list and not _texts(value)):
            faults.append(f"{name}: “{key}” must be {WORDS[kind]}")
    return faults


WORDS: dict[type, str] = {bool: "true or false", int: "a whole number", str: "text", list: "a list of texts"}


def _told_faults(told: object) -> list[str]:
    codes = [row.code for row in label_rows(LabelFacts())]
    if not isinstance(told, dict):
        return ["“told” must be a table"]
    faults = [f"told: the label has no row “{code}”" for code in told if code not in codes]
    return faults + [f"told: “{code}” must be text" for code, text in told.items() if not isinstance(text, str)]


def _option_faults(raw: dict[str, Any]) -> list[str]:
    options = raw.get("options")
    if not isinstance(options, list) or len(options) < 2 or not all(isinstance(each, dict) for each in options):
        return ["there must be at least two “options”"]
    faults = []
    for place, option in enumerate(options, 1):
        faults += [f"option {place}: “{key}” is not known" for key in option if key not in OPTION]
        if not isinstance(option.get("title"), str) or not option["title"].strip():
            faults.append(f"option {place} has no title")
        if "share" in option and (type(option["share"]) is not int or not 0 <= option["share"] <= 100):
            faults.append(f"option {place}: “share” must be a whole number of points")
    return faults + _argument_faults(raw.get("arguments", {}), len(options))


def _argument_faults(arguments: object, options: int) -> list[str]:
    if not isinstance(arguments, dict):
        return ["“arguments” must be a table"]
    letters = {letter_at(place) for place in range(options)}
    faults = []
    for number, place in arguments.items():
        fits = isinstance(place, list) and len(place) == 2 and place[0] in letters and place[1] in ("for", "against")
        if not (number.isascii() and number.isdigit()) or not fits:
            faults.append(f"argument {number} must be a statement's number with an option's letter and a side")
    return faults
