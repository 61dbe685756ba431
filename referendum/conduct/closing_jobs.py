"""The clock of the notice that voting closes."""

from zoneinfo import ZoneInfo

from flask import current_app

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from referendum.conduct import closing_notices


@jobs.job(every=10)
def tell_of_closing() -> None:
    """Begin each notice whose time has come."""
    zone = ZoneInfo(current_app.config["HUSTINGS"].timezone)
    with transaction(write=True):
        closing_notices.start_due(zone, now=clock.now())
