"""Reports follow whoever is free to judge: hosts come and go, and words are edited so that they name one."""

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.jobs import job
from forum.moderation import report_operations

PORTION = 50


@job(every=5)
def pass_reports_on() -> None:
    """Look at every open report again, in portions of one commit each."""
    last: int | None = 0
    while last is not None:
        with transaction(write=True):
            last = report_operations.pass_reports_on(last, PORTION, now=clock.now())
