"""The strict verifier: everything that the outside tool checks, and what it lets pass (SPEC 8).

It needs the archive and nothing else. It cannot show that the credentials belong to the eligible members, nor
that everybody was shown the same archive; for the latter, compare the hash of the last event.
"""

from dataclasses import dataclass
from pathlib import Path

from referendum.archive.ballots import Progress, Task, check_ballots
from referendum.archive.events import Event, EventType
from referendum.archive.report import Report
from referendum.archive.survey import Survey, take_survey
from referendum.archive.writer import setup_bytes
from referendum.crypto.canonical import Malformed, read_fields, read_json, read_list
from referendum.crypto.credentials import read_credentials
from referendum.crypto.election import Election, read_election
from referendum.crypto.group import P, power_of_g, read_number
from referendum.crypto.joint import Item, combined_factors, joint_key, numbered, read_trustees
from referendum.crypto.tally import (
    LARGEST_JSON_INTEGER,
    PartialDecryption,
    Tally,
    check_partial,
    read_encrypted_tally,
)
from referendum.crypto.trustee import TrusteeKey


@dataclass(frozen=True)
class Setup:
    """What the first event fixes for good."""

    election: Election
    items: list[Item]
    trustees: list[TrusteeKey]
    weights: dict[str, int]


def _read_setup(event: Event) -> Setup:
    """Raises Malformed."""
    election_raw, trustees_raw, credentials_raw, setup_raw = (record.body for record in event.data)
    if setup_raw != setup_bytes(election_raw, trustees_raw, credentials_raw):
        raise Malformed("the set-up does not name the election, the trustees and the credentials beside it")
    election = read_election(election_raw)
    items = read_trustees(trustees_raw)
    if joint_key(items) != election.public_key:
        raise Malformed("the election's key is not the product of the trustees' keys")
    return Setup(election, items, numbered(items), read_credentials(credentials_raw))


def _tasks(survey: Survey, setup: Setup, report: Report) -> list[Task]:
    last = survey.last_places()
    seen: dict[str, int] = {}
    tasks = []
    for place in survey.ballots:
        first = seen.setdefault(place.digest, place.event)
        if first != place.event:
            words = f"the same ballot stands there twice, first as event {first}"
            report.add(words, event=place.event, tracker=place.tracker)
        credential = place.credential or ""
        listed = credential in setup.weights
        counts = listed and last[credential] == place.event
        tasks.append(Task(place, listed, setup.weights[credential] if counts else None))
    return tasks


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
    report.result = result


def _missing(survey: Survey) -> str | None:
    """What a finished archive lacks."""
    if survey.last is EventType.RESULT:
        return None
    return f"the archive is not finished: it stops after {survey.last}, there is no result"


def _check_count(survey: Survey, setup: Setup, tally: Tally, report: Report) -> None:
    least = setup.election.minimum_ballots
    if survey.partials and tally.ballots < least:
        words = f"it was opened with {tally.ballots} ballots; its own rule asks for at least {least}"
        report.add(words, event=survey.partials[0].height)
    for event in survey.tallies:
        _check_tally(event, setup.election, tally, report)
    partials = _check_partials(survey.partials, setup, tally, report)
    for event in survey.results:
        _check_result(event, setup, tally, partials, report)


def verify(
    path: Path, *, unfinished: bool = False, jobs: int = 1, progress: Progress | None = None
) -> Report:
    """Checks one archive. Raises OSError when the file cannot be read, and nothing else.

    ``unfinished`` accepts an archive without a result, and checks everything that is there.
    """
    report = Report(str(path))
    survey = take_survey(path, report)
    if survey is None:
        return report
    if survey.setup is None:
        report.add("there is no set-up: the archive is empty")
        return report
    missing = None if unfinished else _missing(survey)
    if missing:
        report.add(missing)
    try:
        setup = _read_setup(survey.setup)
    except Malformed as problem:
        report.add(f"the set-up: {problem}", event=survey.setup.height)
        return report
    report.uuid, report.name = setup.election.uuid, setup.election.name
    report.fingerprint = setup.election.fingerprint
    report.credentials, report.trustees = len(setup.weights), len(setup.trustees)
    report.ballots = len(survey.ballots)
    outcome = check_ballots(path, setup.election, _tasks(survey, setup, report), jobs=jobs, progress=progress)
    for place, words in outcome.refused:
        report.add(words, event=place.event, tracker=place.tracker)
    report.counted = outcome.product.ballots
    if outcome.refused:
        report.add("the count was not checked, because a ballot is refused")
        return report
    _check_count(survey, setup, outcome.product, report)
    return report
