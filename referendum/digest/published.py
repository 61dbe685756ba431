"""The selection as it is published beside its record, and the check that the one follows from the other."""

from typing import Any

from referendum.crypto.canonical import Malformed, read_json
from referendum.digest.record import PublicRecord, from_json, to_json
from referendum.digest.rules import LeftOut, Line, Section, Selection, select


def selection_to_json(selection: Selection) -> dict[str, Any]:
    return {
        "lot": selection.lot,
        "sections": [_section(section) for section in selection.sections],
        "left_out": [_left_out(row) for row in selection.left_out],
    }


def _section(section: Section) -> dict[str, Any]:
    lines = [_line(line) for line in section.lines]
    return {"option": section.option, "side": section.side, "slots": section.slots, "lines": lines}


def _line(line: Line) -> dict[str, Any]:
    return {
        "number": line.number,
        "billionths": line.billionths,
        "reason": line.reason.value,
        "group": line.group,
    }


def _left_out(row: LeftOut) -> dict[str, Any]:
    return {
        "number": row.number,
        "reason": row.reason.value,
        "other": row.other,
        "billionths": row.billionths,
    }


def publish(record: PublicRecord) -> dict[str, Any]:
    """What is published as digest.json: the record, and what the rule selects from it."""
    return {"record": to_json(record), "selection": selection_to_json(select(record))}


def check(raw: bytes) -> tuple[Selection, list[str]]:
    """The selection recomputed from a published file, and where the file says otherwise; empty when it holds.

    A bare record is read too; then there is nothing to differ from. Raises Malformed for anything else.
    """
    value = read_json(raw)
    if not isinstance(value, dict):
        raise Malformed("the file holds no object")
    selection = select(from_json(value.get("record", value)))
    if "selection" not in value:
        return selection, []
    return selection, differences(selection_to_json(selection), value["selection"])


def differences(computed: dict[str, Any], published: object) -> list[str]:
    """Sentences on where a published selection differs from the computed one."""
    if not isinstance(published, dict):
        return ["the published selection is not an object"]
    found = []
    for name, value in computed.items():
        if published.get(name) != value:
            found.append(
                f"{name} differs: computed {str(value)[:300]}, published {str(published.get(name))[:300]}"
            )
    found += [f"unknown field {name[:60]}" for name in published if name not in computed]
    return found
