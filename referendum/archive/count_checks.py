"""The count of an archive: encrypted tally, trustees' parts and result, held against the ballots (SPEC 5 to 7)."""

from collections.abc import Sequence

from referendum.archive.events import Event
from referendum.archive.report import Report
from referendum.archive.setup_event import Setup
from referendum.archive.survey import Survey
from referendum.crypto.canonical import Malformed, read_fields, read_json, read_list
from referendum.crypto.election import Election, Question
from referendum.crypto.group import P, power_of_g, read_number
from referendum.crypto.joint import combined_factors
from referendum.crypto.tally import (
    LARGEST_JSON_INTEGER,
    PartialDecryption,
    Tally,
    check_partial,
    read_encrypted_tally,
)


def _read_whole(value: object) -> int | None:
    """A whole number ≥ 0, as the format writes it: a text exactly when it is too large for an integer."""
    if isinstance(value, str):
        number = read_number(value, 20)
        return number if number is not None and number > LARGEST_JSON_INTEGER else None
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= LARGEST_JSON_INTEGER else None


def _check_tally(event: Event, election: Election, tally: Tally, report: Report) -> None:
    try:
        stated = read_encrypted_tally(election, event.data[0].body)
        sized = read_fields(read_json(event.payload), ("num_tallied", "total_weight", "encrypted_tally"))
    except Malformed as problem:
        report.add(f"the encrypted tally: {problem}", event=event.height)
        return
    if sized["encrypted_tally"] != event.data[0].digest:
        report.add("the encrypted tally is not the one that is named", event=event.height)
    if stated != tally.ciphertexts:
        report.add("the encrypted tally is not the product of the ballots", event=event.height)
    if _read_whole(sized["num_tallied"]) != tally.ballots:
        words = f"the tally says {sized['num_tallied']!s:.20} ballots count, but {tally.ballots} do"
        report.add(words, event=event.height)
    if _read_whole(sized["total_weight"]) != tally.weight:
        report.add(f"the tally's weight is not {tally.weight}", event=event.height)


def _check_partials(
    events: list[Event], setup: Setup, tally: Tally, report: Report
) -> dict[int, PartialDecryption]:
    """The partial decryptions that hold, by trustee number."""
    good: dict[int, PartialDecryption] = {}
    seen: set[int] = set()
    for event in events:
        try:
            owned = read_fields(read_json(event.payload), ("owner", "payload"))
        except Malformed as problem:
            report.add(f"the partial decryption: {problem}", event=event.height)
            continue
        owner = owned["owner"]
        if not isinstance(owner, int) or isinstance(owner, bool) or not 1 <= owner <= len(setup.trustees):
            report.add("the partial decryption names no trustee of this election", event=event.height)
            continue
        if owner in seen:
            report.add("this trustee's decryption stands there twice", event=event.height, trustee=owner)
        seen.add(owner)
        if owned["payload"] != event.data[0].digest:
            report.add(
                "the partial decryption is not the one that is named", event=event.height, trustee=owner
            )
            continue
        public = setup.trustees[owner - 1].public
        try:
            good[owner] = check_partial(setup.election, tally.ciphertexts, event.data[0].body, public)
        except Malformed as problem:
            report.add(f"the partial decryption: {problem}", event=event.height, trustee=owner)
    return good


def _read_result(event: Event, election: Election) -> list[list[int]]:
    """Raises Malformed."""
    rows = read_list(read_fields(read_json(event.payload), ("result",))["result"], len(election.questions))
    result = []
    for question, row in zip(election.questions, rows, strict=True):
        totals = [_read_whole(value) for value in read_list(row, question.width)]
        if any(total is None for total in totals):
            raise Malformed("a total is not a whole number")
        result.append([int(total) for total in totals if total is not None])
    return result


def _check_result(
    event: Event, setup: Setup, tally: Tally, partials: dict[int, PartialDecryption], report: Report
) -> None:
    try:
        factors = combined_factors(setup.items, {owner: part.factors for owner, part in partials.items()})
        result = _read_result(event, setup.election)
    except Malformed as problem:
        report.add(f"the result: {problem}", event=event.height)
        return
    for number, (row, ciphertexts, factor_row) in enumerate(
        zip(result, tally.ciphertexts, factors, strict=True), start=1
    ):
        for place, (total, item, factor) in enumerate(
            zip(row, ciphertexts, factor_row, strict=True), start=1
        ):
            if total > tally.weight or power_of_g(total) * factor % P != item.beta:
                words = f"question {number}: total {place} is not what the trustees opened"
                report.add(words, event=event.height)
        if not are_possible(row, setup.election.questions[number - 1], tally.weight):
            report.add(f"question {number}: the ballots that count cannot have these totals", event=event.height)
    report.result = result


def are_possible(totals: Sequence[int], question: Question, weight: int) -> bool:
    """Whether ballots of this weight, each with as many choices as the question allows, can add up to these totals."""
    blank = totals[0] if question.blank else 0
    marked, chosen = weight - blank, totals[question.blank :]
    return max(chosen) <= marked and question.min * marked <= sum(chosen) <= question.max * marked


def check_count(survey: Survey, setup: Setup, tally: Tally, report: Report) -> dict[int, PartialDecryption]:
    """Everything behind the ballots, as far as it is there. Gives the parts that hold, by trustee number."""
    least = setup.election.minimum_ballots
    if survey.partials and tally.ballots < least:
        words = f"it was opened with {tally.ballots} ballots; its own rule asks for at least {least}"
        report.add(words, event=survey.partials[0].height)
    for event in survey.tallies:
        _check_tally(event, setup.election, tally, report)
    partials = _check_partials(survey.partials, setup, tally, report)
    for event in survey.results:
        _check_result(event, setup, tally, partials, report)
    return partials
