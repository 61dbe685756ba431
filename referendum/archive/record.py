"""Several files checked together: each archive, the parts of one record, votes against citations (SPEC 8 and 9)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from referendum.archive import splitting
from referendum.archive.beside import Beside, Claim, path_beside, read_beside
from referendum.archive.glance import Glance, glance
from referendum.archive.progress import Bar
from referendum.archive.report import Report
from referendum.archive.splitting import parts_needed
from referendum.archive.verify import verify


@dataclass
class _Desk:
    """What lies on the table before the work begins, and how it is to be done."""

    vote: Path | None
    key: Path | None
    unfinished: bool
    jobs: int
    ledger: Path | None
    glances: dict[Path, Glance] = field(default_factory=dict)
    beside: dict[Path, Beside] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)

    def lay(self, path: Path) -> None:
        """A file, with what lies beside it. One that cannot be read gets its report at once."""
        reading = path
        try:
            self.glances[path] = glance(path)
            told = reading = self.vote or path_beside(path) or path
            if told != path and told not in self.beside:
                self.beside[told] = read_beside(told, self.key)
                self.reports.append(self.beside[told].report)
        except OSError as problem:
            self.glances.pop(path, None)
            self.reports.append(Report(str(reading), unreadable=problem.strerror or "for an unknown reason"))

    def claim(self, path: Path) -> Claim | None:
        """What is published about this archive."""
        told = self.vote or path_beside(path)
        beside = self.beside.get(told) if told else None
        uuid = self.glances[path].uuid
        letter = beside.file.letter_of(uuid) if beside and beside.file and uuid else None
        return Claim(beside.file, letter) if beside and beside.file and letter else None

    def records(self) -> list[list[Path]]:
        """The files by the election that they say they are of."""
        found: dict[str, list[Path]] = {}
        for path, seen in self.glances.items():
            found.setdefault(seen.uuid or str(path), []).append(path)
        return list(found.values())


def verify_together(
    files: Sequence[Path],
    *,
    unfinished: bool = False,
    jobs: int = 1,
    vote: Path | None = None,
    key: Path | None = None,
    ledger: Path | None = None,
) -> list[Report]:
    """A report for each vote file, each archive, and each record in several parts. Raises nothing.

    ``vote`` and ``key`` are used instead of the ``vote.json`` and the ``key.pem`` in the archives' folders. ``ledger``
    keeps what was checked, so that a check that was stopped goes on.
    """
    desk = _Desk(vote, key, unfinished, jobs, ledger)
    for path in dict.fromkeys(files):
        desk.lay(path)
    shown = Bar(sum(each.ballots for each in desk.glances.values()))
    counted: dict[tuple[str, str], Report] = {}
    for paths in desk.records():
        claim = desk.claim(paths[0])
        parts = len(claim.stated.parts) if claim else len(paths)
        reports = []
        for path in paths:
            shown.begin_file()
            reports.append(_verify_one(path, desk, parts, shown))
        whole = reports[0]
        if parts > 1:
            whole = _joined(reports, claim, parts)
            reports.append(whole)
        if claim is not None:
            _check_size(whole, claim)
            counted[claim.file.vote, claim.letter] = whole
        desk.reports += reports
    shown.end()
    _compare(counted)
    return desk.reports


def _verify_one(path: Path, desk: _Desk, parts: int, shown: Bar) -> Report:
    claim = desk.claim(path)
    try:
        report = verify(
            path, unfinished=desk.unfinished, jobs=desk.jobs, progress=shown.tell, claim=claim, parts=parts,
            ledger=desk.ledger,
        )  # fmt: skip
    except OSError as problem:
        return Report(str(path), unreadable=problem.strerror or "for an unknown reason")
    if claim is None and desk.vote is not None:
        report.add(f"{desk.vote.name} is not about this archive")
    elif claim is None and path_beside(path) is not None:
        report.leave("anything by the vote.json beside it: that one is not about this archive")
    return report


def _joined(reports: Sequence[Report], claim: Claim | None, parts: int) -> Report:
    """The parts of one record as one: what only all of them together show."""
    first = next((report for report in reports if report.fingerprint), reports[0])
    whole = Report(f"the {parts} parts of {first.uuid or 'one record'} together", uuid=first.uuid, name=first.name)
    whole.fingerprint, whole.answers = first.fingerprint, first.answers
    for report in reports:
        if not report.ok:
            whole.add(f"{report.path} is refused, or cannot be read")
        if report.fingerprint not in (None, first.fingerprint):
            whole.add(f"{report.path} has another election record than {first.path}")
        if report.trustees_record not in (None, first.trustees_record):
            whole.add(f"{report.path} has another trustees record than {first.path}")
    _check_places(whole, reports, parts, claim)
    if whole.ok and not whole.unchecked:
        _check_splitting(whole, reports, parts)
        whole.credentials = sum(report.credentials or 0 for report in reports)
        whole.ballots = sum(report.ballots or 0 for report in reports)
        whole.counted = sum(report.counted or 0 for report in reports)
        whole.result = _added([report.result for report in reports])
    return whole


def _check_places(whole: Report, reports: Sequence[Report], parts: int, claim: Claim | None) -> None:
    """Each part once, and all of them."""
    paths: dict[int, str] = {}
    for report in reports:
        if report.part is None:
            continue
        if report.part in paths:
            words = f"{report.path} and {paths[report.part]} hold credentials of the same part; copies of one archive "
            whole.add(words + "are compared with verify-diff")
        paths[report.part] = report.path
    missing = [str(place + 1) for place in range(parts) if place not in paths]
    if missing and claim is not None:
        whole.leave(f"the whole record: of its {parts} parts {', '.join(missing)} are not given")


def _check_splitting(whole: Report, reports: Sequence[Report], parts: int) -> None:
    """No more parts than the ballots ask for: the totals of each are opened, and none may be a small crowd."""
    voters = {name: ballots for report in reports for name, ballots in report.voters.items()}
    needed = parts_needed(voters, most=splitting.LARGEST_PART, floor=reports[0].floor)
    if needed != parts:
        whole.add(f"the record is split into {parts} parts; its ballots ask for {needed}")


def _added(results: Sequence[list[list[int]] | None]) -> list[list[int]] | None:
    """The totals of all parts; None where one has no result."""
    known = [result for result in results if result is not None]
    if len(known) < len(results):
        return None
    return [[sum(totals) for totals in zip(*rows, strict=True)] for rows in zip(*known, strict=True)]


def _check_size(whole: Report, claim: Claim) -> None:
    """No more ballots than members. That the lists are as long as they should be was asked of each part."""
    if whole.counted is not None and not whole.unchecked and whole.counted > claim.file.size:
        whole.add(f"{whole.counted} ballots count, but only {claim.file.size} members may vote")


def _compare(counted: dict[tuple[str, str], Report]) -> None:
    """Whoever sends citations sends a vote with them."""
    for (vote, letter), citations in counted.items():
        votes = counted.get((vote, "V"))
        if letter != "C" or votes is None or votes.counted is None or citations.counted is None:
            continue
        if citations.counted > votes.counted:
            citations.add(f"{citations.counted} ballots with citations count, but only {votes.counted} votes")
