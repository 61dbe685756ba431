"""Who is told what when a vote or a mandate moves.

The whole frozen roll is told when voting opens or is extended, when the outcome stands or the vote is held again, and
when the mandate ends. The call itself reaches the roll with the voting code, which names the dates; it is not told
twice. Everything between concerns those who hold an office. Notices name no side, carry no code, and say the same to
everybody: whether a reader has voted is nobody's business.
"""

from dataclasses import dataclass

BODIES = ("teller", "trustee", "observer", "officer")


@dataclass(frozen=True)
class Notice:
    """One mail: its template's name, the offices that get it, whether the whole roll does, and in which states of the
    vote or mandate it is still true. A notice that is no longer true is not sent to those who have not had it.
    """

    mail: str
    states: frozenset[str]
    offices: tuple[str, ...] = BODIES
    roll: bool = False


def _notice(mail: str, *states: str, offices: tuple[str, ...] = BODIES, roll: bool = False) -> Notice:
    return Notice(mail, frozenset(states), offices, roll)


VOTE_NOTICES: dict[str, Notice] = {
    "set_up": _notice("vote_set_up", "set_up", offices=("teller", "trustee", "officer")),
    "call": _notice("vote_called", "set_up"),
    "open": _notice("vote_opened", "open", roll=True),
    "extend": _notice("vote_extended", "open", roll=True),
    "close": _notice("count_due", "counting", offices=("trustee", "teller")),
    "count": _notice("result_challengeable", "challengeable"),
    "certify": _notice("vote_certified", "certified", roll=True),
    "annul": _notice("vote_annulled", "annulled", roll=True),
    "lapse": _notice("vote_annulled", "annulled", roll=True),
}

ENDED = _notice("mandate_ended", "discharged", "breached", "superseded", roll=True)
MANDATE_NOTICES: dict[str, Notice] = {
    "due": _notice("mandate_due", "due", offices=("officer", "teller", "observer")),
    "quote": _notice("mandate_quotes", "due", offices=("officer", "teller", "observer")),
    "file_act": _notice("mandate_act_filed", "due", offices=("officer", "teller", "observer")),
    "dispute": _notice("mandate_disputed", "due", offices=("officer", "teller")),
    "discharge": ENDED,
    "breach": ENDED,
    "supersede": ENDED,
}
