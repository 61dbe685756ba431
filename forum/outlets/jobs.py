"""The clock of the outlets: digests and notices that are due."""

from zoneinfo import ZoneInfo

from flask import current_app

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from forum.outlets import closing_notices, digest_mail, digest_operations

__all__ = ["digest_mail", "start_what_is_due"]  # whose kinds of mailing are registered by the import


@jobs.job(every=10)
def start_what_is_due() -> None:
    """Begin each digest and each notice whose time has come; the mailings' own job writes them."""
    zone = ZoneInfo(current_app.config["HUSTINGS"].timezone)
    for start in (digest_operations.start_due, closing_notices.start_due):
        with transaction(write=True):
            start(zone, now=clock.now())
