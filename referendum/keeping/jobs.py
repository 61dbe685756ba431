"""What nobody needs any more is deleted, in portions of one commit each."""

from flask import current_app

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from referendum.electorate.ending_operations import destroy_lists
from referendum.keeping import retention

PORTION = 500


@jobs.job(every=60)
def forget_what_is_old() -> None:
    """As the page of what is kept says. Another portion follows while there is anything left."""
    now, more = clock.now(), True
    while more:
        with transaction(write=True):
            more = any([retention.forget_paths(now, PORTION), retention.forget_members(now, PORTION)])
    with transaction(write=True):
        destroy_lists(current_app.config["HUSTINGS"].instance, now)
