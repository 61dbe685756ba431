"""The end of a replay: the mandate begins, and one act for each duty answers every argument quoted, in words that say
that they are simulated.
"""

from datetime import timedelta

from forum.kernel import clock
from forum.kernel.database import transaction
from referendum.conduct.jobs import tend
from referendum.mandate import queries
from referendum.mandate.forms import NewAct
from referendum.mandate.operations import file_act
from referendum.rehearsal.company import Company

AFTER = timedelta(days=14)
ACT = "Simulated: here stands what the council did."
ANSWER = "Simulated: here stands what the council answers to this argument."


def carry_out(question_id: int, company: Company) -> None:
    """File the acts, where the result bound anybody."""
    tend(clock.now())
    with transaction(write=False):
        mandate = queries.mandate_of(question_id)
        duties = [each.id for each in mandate.duties] if mandate else []
        quoted = [each.argument.number for each in queries.quoted(mandate)] if mandate else []
    if not duties:
        return
    now = clock.now() + AFTER
    clock.move_to(now)
    for duty_id in duties:
        with transaction(write=True):
            officer = company.actor(company.officers[0], now)
            file_act(officer, duty_id, NewAct(ACT, dict.fromkeys(quoted, ANSWER)), now=now)
