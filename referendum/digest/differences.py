"""Where a published digest differs from what the rule gives, in sentences that a member can read. Pure.

What is read here comes from strangers: anything of another shape is itself a difference, never an error.
"""

from typing import Any

from forum.arguments.rules import label_of
from referendum.digest.document import ROOM
from referendum.digest.record import PublicRecord, RecordedArgument
from referendum.digest.rules import Reason, Selection, draw_order

WORDS = {
    Reason.SCORE: "in for its score",
    Reason.MINORITY: "in by the minority’s right",
    Reason.TOO_FEW_READERS: "left out, with too few readers or from too few locals",
    Reason.MERGED: "left out, merged into %s",
    Reason.NEAR_DUPLICATE: "left out, nearly the same as %s",
    Reason.OUTSCORED: "left out, outscored",
    Reason.GAVE_WAY: "left out, gave its place to %s",
    Reason.HIDDEN: "left out, hidden by ruling %s",
    Reason.WITHDRAWN: "left out, withdrawn",
}


def letter(position: int) -> str:
    """A for the first option on the ballot, as everywhere else."""
    return chr(ord("A") + position) if 0 <= position < 26 else str(position + 1)


def _name(number: object) -> str:
    return label_of(number) if type(number) is int else str(number)[:40]


def selection_differences(computed: dict[str, Any], published: object, record: PublicRecord) -> list[str]:
    """Sentences on where a published selection differs from the computed one; both as plain values."""
    if not isinstance(published, dict):
        return ["the published selection is not an object"]
    found = [f"the selection has a field that no rule knows: {name[:60]}" for name in published if name not in computed]
    if published.get("lot") != computed["lot"]:
        found.append("the lot is not the one that follows from question and audit log; it orders options and ties")
    mine, theirs = _fates(computed), _fates(published)
    numbers = sorted({*mine, *theirs, *(each.number for each in record.arguments)})
    found += [
        f"{_name(number)}: by the rule {_fate(mine.get(number))}; the file says {_fate(theirs.get(number))}"
        for number in numbers
        if mine.get(number) != theirs.get(number)
    ]
    if not found and computed != published:
        found.append("the same arguments stand there, in another order or with other places for the options")
    return found


def _rows(value: object) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _fates(selection: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """What a selection says of each argument: where it stands, or why it does not."""
    found: dict[int, dict[str, Any]] = {}
    for section in _rows(selection.get("sections")):
        for place, line in enumerate(_rows(section.get("lines")), 1):
            at = {"option": section.get("option"), "side": section.get("side"), "place": place}
            _add(found, line, at)
    for row in _rows(selection.get("left_out")):
        _add(found, row, {})
    return found


def _add(found: dict[int, dict[str, Any]], row: dict[str, Any], at: dict[str, Any]) -> None:
    number = row.get("number")
    if type(number) is int:
        found[number] = {**row, **at, **({"twice": True} if number in found else {})}


def _fate(row: dict[str, Any] | None) -> str:
    if row is None:
        return "nothing of it"
    words = _why(row.get("reason"), row.get("other"))
    if "place" in row:
        option = row["option"] if type(row["option"]) is int else -1
        words += f", in place {row['place']} of option {letter(option)} {str(row['side'] or '')[:8]}".rstrip()
    if type(row.get("billionths")) is int:
        words += f", with a score of {row['billionths'] / 10**9:.9f}"
    return words + (" (and there twice)" if "twice" in row else "")


def _why(reason: Any, other: Any) -> str:
    if reason not in list(Reason):
        return f"“{str(reason)[:40]}”"
    words = WORDS[Reason(reason)]
    told = str(other) if reason == Reason.HIDDEN else _name(other)
    return words % told[:14] if "%s" in words else words


def guide_differences(guide: object, rests_on: str, record: PublicRecord, selection: Selection) -> list[str]:
    """Where the guide that members read is not the one that follows from record and selection."""
    if not isinstance(guide, dict):
        return ["the guide is not an object"]
    found = []
    if guide.get("record") != rests_on:
        found.append("the guide rests on another record than the one in this file")
    if not isinstance(question := guide.get("question"), dict) or question.get("id") != record.question:
        found.append("the guide is of another question than the record")
    found += _of_its_sections(guide, {each.number: each for each in record.arguments}, selection)
    return found + _of_its_statements(guide, selection.lot)


def _of_its_sections(guide: dict[str, Any], arguments: dict[int, RecordedArgument], selection: Selection) -> list[str]:
    sections = _rows(guide.get("sections"))
    shown = [
        (section.get("option"), section.get("side"), [row.get("number") for row in _rows(section.get("arguments"))])
        for section in sections
    ]
    taken = [(each.option, each.side, [line.number for line in each.lines]) for each in selection.sections]
    found = [] if shown == taken else ["the guide does not show the arguments that the rule selects, in its order"]
    for row in (row for section in sections for row in _rows(section.get("arguments"))):
        number = row.get("number")
        argument = arguments.get(number) if type(number) is int else None
        if argument is not None and (row.get("claim"), row.get("side"), row.get("option")) != (
            argument.claim, argument.side, letter(argument.option)
        ):  # fmt: skip
            found.append(f"{_name(number)}: the guide has other words, or another side, than the record")
    return found


def _of_its_statements(guide: dict[str, Any], lot: str) -> list[str]:
    """Their order by the lot, and that none is longer than the room that all have."""
    statements = _rows(guide.get("statements"))
    numbers = [row["number"] for row in statements if type(row.get("number")) is int]
    if any(not isinstance(row.get("text"), str) or len(row["text"]) > ROOM for row in statements):
        return [f"a statement is longer than the {ROOM} characters that all of them have"]
    if guide.get("version") == 1:  # written before statements had numbers: their order cannot be drawn again
        return []
    if len(numbers) != len(statements) or len(set(numbers)) != len(numbers):
        return ["a statement of the guide has no number of its own"]
    if numbers != draw_order(lot, "statement", numbers):
        return ["the statements do not stand in the order of the lot"]
    return []
