"""What the clock does to bodies' acts: one may take effect because its body has become smaller."""

from forum.bodies import operations
from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.jobs import job


@job(every=1)
def settle_acts() -> None:
    """Let acts take effect whose signatures are more than half of those who sit in the body now."""
    with transaction(write=True):
        operations.settle_pending(clock.now())
