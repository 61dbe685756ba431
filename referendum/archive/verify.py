"""The strict verifier: everything that the outside tool checks, and what it lets pass (SPEC 10).

It needs the archive and nothing else; with what is published about the vote (``vote.json``) it checks more. It cannot
show that the credentials belong to the eligible members, nor that everybody was shown the same archive; for the
latter, compare the hash of the last event.
"""

import hashlib
from pathlib import Path
from typing import BinaryIO

from referendum.archive import vote_checks
from referendum.archive.ballots import Progress, check_ballots
from referendum.archive.beside import Claim
from referendum.archive.count_checks import check_count
from referendum.archive.events import Event, EventType
from referendum.archive.ledger import Ledger
from referendum.archive.places import Tasks
from referendum.archive.report import Report
from referendum.archive.second_checks import check_second_proofs
from referendum.archive.setup_event import Setup, read_setup
from referendum.archive.survey import Survey, take_survey
from referendum.crypto.canonical import Malformed


def _require_result(survey: Survey, report: Report) -> None:
    """A finished archive ends with its result; of one without it is said what to do."""
    if survey.last is EventType.RESULT:
        return
    if report.stays_closed:
        words = f"there is no result: it holds {report.counted} ballots and is opened from {report.floor} on"
        report.add(f"{words}, so it stays closed. Check it with --open")
        return
    words = f"the archive is not finished: it stops after {survey.last}, there is no result"
    report.add(f"{words}. What is there is checked with --open")


def _begin(event: Event, setup: Setup, report: Report, claim: Claim | None, parts: int) -> None:
    """What the set-up says of itself, and what is published about the vote."""
    report.uuid, report.name = setup.election.uuid, setup.election.name
    report.fingerprint = setup.election.fingerprint
    report.answers = [["blank"] * each.blank + list(each.answers) for each in setup.election.questions]
    report.trustee_names = {number: key.name for number, key in enumerate(setup.trustees, 1) if key.name}
    records = [record.digest for record in event.data]
    report.trustees_record = records[1]
    report.credentials, report.trustees = len(setup.credentials), len(setup.trustees)
    vote_checks.check_place(setup.credentials, parts, report, claim, records[2])
    if claim is not None:
        vote_checks.check_setup(claim, setup.election, records, setup.credentials, report)


def _check_stated(claim: Claim | None, survey: Survey, path: Path, report: Report) -> None:
    """What is published about the vote, held against ballots and file."""
    with path.open("rb") as stream:
        report.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    if claim is None:
        for words in vote_checks.WITHOUT_VOTE_FILE:
            report.leave(words)
        return
    vote_checks.check_file(claim, report.sha256, report)
    vote_checks.check_void(claim, survey.ballots, report)


def verify(
    path: Path,
    *,
    unfinished: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
    claim: Claim | None = None,
    parts: int = 1,
    ledger: Path | None = None,
) -> Report:
    """Checks one archive. Raises OSError when a file cannot be read, or the ledger not written, and nothing else.

    ``unfinished`` accepts an archive without a result, and checks everything that is there. ``claim`` is what is
    published about it; ``parts`` how many archives its record is split into. In ``ledger`` stands what was checked
    already, if it was stopped; it must be one's own.
    """
    report = Report(str(path))
    with path.open("rb") as stream:
        found = _survey(stream, report, claim, parts)
        if found is None:
            return report
        survey, setup = found
        _check_stated(claim, survey, path, report)
        for first, place in survey.ballots.repeated():
            words = f"the same ballot stands there twice, first as event {first}"
            report.add(words, event=place.event, tracker=place.tracker)
        known = Ledger(ledger, setup.election) if ledger else None
        tasks = Tasks(survey.ballots, setup.credentials)
        outcome = check_ballots(path, setup.election, tasks, jobs=jobs, progress=progress, ledger=known)
        for place, words in outcome.refused:
            report.add(words, event=place.event, tracker=place.tracker)
        report.counted = outcome.product.ballots
        if not unfinished:
            _require_result(survey, report)
        if claim is not None:
            vote_checks.check_floor(claim, survey.partials, outcome.product, report)
        if outcome.refused:
            report.add("the count was not checked, because a ballot is refused")
        else:
            partials = check_count(survey, setup, outcome.product, report)
            check_second_proofs(claim, setup, outcome.product, partials, report)
    return report


def _survey(stream: BinaryIO, report: Report, claim: Claim | None, parts: int) -> tuple[Survey, Setup] | None:
    """The first pass and the set-up; None where nothing more can be checked."""
    survey = take_survey(stream, report)
    if survey is None:
        return None
    if survey.setup is None:
        report.add("there is no set-up: the archive is empty")
        return None
    try:
        setup = read_setup(survey.setup)
    except Malformed as problem:
        report.add(f"the set-up: {problem}", event=survey.setup.height)
        return None
    _begin(survey.setup, setup, report, claim, parts)
    report.ballots, report.floor = len(survey.ballots), setup.election.minimum_ballots
    if parts > 1:
        report.voters = vote_checks.voters_of(survey.ballots)
    return survey, setup
