"""The clock of the reminder that registration closes."""

from zoneinfo import ZoneInfo

from flask import current_app

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from referendum.registration import notices


@jobs.job(every=10)
def tell_of_registration() -> None:
    """Begin each reminder whose time has come."""
    zone = ZoneInfo(current_app.config["HUSTINGS"].timezone)
    with transaction(write=True):
        notices.start_due(zone, now=clock.now())
