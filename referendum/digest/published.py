"""The selection as it is published beside its record, and the check that the one follows from the other."""

import hashlib
from typing import Any

from referendum.crypto.canonical import Malformed, canonical_bytes, read_json
from referendum.digest.differences import guide_differences, selection_differences
from referendum.digest.record import PublicRecord, from_json, record_bytes, to_json
from referendum.digest.rules import LeftOut, Line, Section, Selection, select

EXPORTED = ("guide", "hash", "record", "selection")


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


def publish(record: PublicRecord, selection: Selection | None = None) -> dict[str, Any]:
    """What is kept beside the guide: the record, and what the rule selects from it."""
    return {"record": to_json(record), "selection": selection_to_json(selection or select(record))}


def exported(published: str, document: str, hash_: str) -> bytes:
    """What is offered as digest.json: record and selection, and the guide whose hash the ballot names. The texts are
    canonical JSON and joined as they are: the record of a big union is long."""
    return f'{published[:-1]},"guide":{document},"hash":"{hash_}"}}'.encode()


def check(raw: bytes) -> tuple[Selection, list[str]]:
    """The selection recomputed from a published file, and where the file says otherwise; empty when it holds.

    A bare record is read too; then there is nothing to differ from. Raises Malformed for anything else.
    """
    value = read_json(raw)
    if not isinstance(value, dict):
        raise Malformed("the file holds no object")
    try:
        return _checked(value)
    except UnicodeEncodeError:
        raise Malformed("a text in it is not valid Unicode") from None


def _checked(value: dict[str, Any]) -> tuple[Selection, list[str]]:
    bare = "record" not in value
    record = from_json(value if bare else value["record"])
    selection = select(record)
    if bare:
        return selection, []
    found = [f"the file has a field that no rule knows: {name[:60]}" for name in value if name not in EXPORTED]
    if "selection" in value:
        found += selection_differences(selection_to_json(selection), value["selection"], record)
    if "guide" in value:
        found += _of_the_guide(value["guide"], value.get("hash"), record, selection)
    return selection, found


def _of_the_guide(guide: object, hash_: object, record: PublicRecord, selection: Selection) -> list[str]:
    """The guide rests on this record, shows this selection, and has the hash that is named on the ballot."""
    found = []
    if hashlib.sha256(canonical_bytes(guide)).hexdigest() != hash_:
        found.append("the guide does not have the hash that stands beside it: its words were changed")
    rests_on = hashlib.sha256(record_bytes(record)).hexdigest()
    return found + guide_differences(guide, rests_on, record, selection)
