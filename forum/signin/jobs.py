"""What sign-in does after the request: mails codes, and forgets what is no longer of use."""

from datetime import timedelta

from sqlalchemy import delete, or_

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.jobs import job
from forum.signin import operations
from forum.signin.models import Device, OneTimeCode
from forum.signin.pages import pepper
from forum.signin.rules import LONGEST

KEPT_FOR = timedelta(days=1)


@job
def mail_code(code_id: int, identity: str, language: str) -> None:
    """Mail the code somebody asked for, if the identity is on the roll."""
    with transaction(write=True):
        operations.mail_code(code_id, identity, language=language, now=clock.now(), pepper=pepper())


@job(every=30)
def forget_what_is_over() -> None:
    """Delete codes a day after they ended, and devices two weeks after they were opened or closed."""
    now = clock.now()
    with transaction(write=True) as session:
        session.execute(
            delete(OneTimeCode).where(
                or_(OneTimeCode.expires_at < now - KEPT_FOR, OneTimeCode.used_at < now - KEPT_FOR)
            )
        )
        session.execute(delete(Device).where(Device.created_at < now - 2 * LONGEST))
