"""The acts that take a body's signatures, and how a page calls them. A closed list: an unknown act is a
mistake.
"""

from enum import StrEnum

from forum.kernel.errors import N_


class Body(StrEnum):
    """Who acts: the executive council, or the tellers or observers of one question."""

    COUNCIL = "council"
    TELLERS = "tellers"
    OBSERVERS = "observers"


BODY_NAMES = {
    Body.COUNCIL: N_("the executive council"),
    Body.TELLERS: N_("the tellers"),
    Body.OBSERVERS: N_("the observers"),
}
OFFICES = {Body.COUNCIL: "officer", Body.TELLERS: "teller", Body.OBSERVERS: "observer"}

TITLES = {
    "pledge": N_("The pledge"),
    "charge": N_("The charge"),
    "call": N_("The call"),
    "take_addresses": N_("Taking the addresses of the roll"),
    "rule_roll": N_("A ruling on a challenge to the roll"),
    "name_seats": N_("The seats of a body that votes by name"),
    "open_vote": N_("Opening the vote"),
    "extend_debate": N_("Extending the debate"),
    "close_debate_anyway": N_("Closing the debate below its floor"),
    "extend_vote": N_("Extending the vote"),
    "withdraw": N_("Withdrawing the question"),
    "name_observer": N_("Naming an observer"),
    "drop_trustee": N_("Going on without a trustee"),
    "break_tie": N_("Breaking a tie"),
    "certify": N_("The certificate"),
    "annul": N_("Annulling the vote"),
    "rule_challenge": N_("A ruling on a challenge"),
    "rule_appeal": N_("A ruling on an appeal"),
    "rule_reach": N_("A ruling on an appeal against the tellers"),
    "rule_merge": N_("A ruling on a merge of two arguments"),
    "rule_exemption": N_("Exempting a local"),
    "rule_dispute": N_("A ruling on a dispute"),
}

OFFICE_NAMES = {"officer": N_("an officer"), "teller": N_("a teller"), "observer": N_("an observer")}

# Rulings that quote a member's own words. Visitors read them in the wording that the act keeps as `public`.
QUOTING = frozenset({"rule_challenge", "rule_appeal", "rule_reach", "rule_dispute"})
MEMBERS_ONLY = "(Members can read these words.)"
