"""The vote machine: set up → open → counting → challengeable → certified, elected or undecided; or annulled.

`obstacles_to` returns everything missing at once, each with its remedy. Facts are values, gathered by
`conduct` from all slices. The call is not a state of its own: it is a guard of opening, with its own list of
obstacles.
"""

from datetime import datetime, timedelta

from forum.bodies.rules import Signing
from forum.kernel.errors import N_, Obstacle
from referendum.process.facts import MOVES, ChallengeFacts, Ruling, VoteFacts, VoteMove, VoteState

UNOPENED_AFTER = timedelta(days=7)
TIE_DAYS = timedelta(days=7)
FIRST_CALL_WITHIN = timedelta(days=7)
LATER_CALL_WITHIN = timedelta(days=21)
LONGER_BY = timedelta(days=7)
S, M = VoteState, VoteMove


def next_state(state: VoteState, move: VoteMove) -> VoteState | None:
    """Where a move leads, or None when it does not exist from here."""
    return MOVES.get((state, move))


def is_voting_open(state: str, opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Open when the state says so and the clock does: a late job must never keep the box open."""
    return state == S.OPEN and opens_at <= now < closes_at


def obstacles_to(move: VoteMove, facts: VoteFacts, now: datetime) -> list[Obstacle]:
    """Everything that keeps this move from happening now; empty when it may happen."""
    if next_state(facts.state, move) is None:
        text = N_("This step is not possible at this stage of the vote.")
        remedy = N_("Look at the stages above.")
        return [Obstacle("wrong_state", text, remedy, {"state": facts.state.value, "move": move.value})]
    match move:
        case M.OPEN:
            return _to_open(facts, now)
        case M.EXTEND:
            return _to_extend(facts, now)
        case M.CLOSE:
            return _to_close(facts, now)
        case M.COUNT:
            return _to_count(facts)
        case M.LAPSE:
            return _to_lapse(facts, now)
        case M.CERTIFY:
            return _to_certify(facts, now)
        case M.ANNUL:
            return _to_annul(facts)


def call_stands(called_at: datetime | None, closes_at: datetime, now: datetime) -> bool:
    """Whether a call is in force: from its issue until the closing it names. Till then nobody issues another."""
    return called_at is not None and now < closes_at


def latest_opening(published: datetime | None, *, first: bool, now: datetime) -> datetime:
    """The last moment at which a call signed now may set the opening: nobody postpones a vote by calling it.

    The first call keeps to the published opening, or to now where that has passed, and seven days more.
    """
    if first:
        return max(published or now, now) + FIRST_CALL_WITHIN
    return now + LATER_CALL_WITHIN


def latest_closing(opens_at: datetime, span: timedelta) -> datetime:
    """The last moment at which a call may set the closing: `span` is the published length of the vote."""
    return opens_at + span + LONGER_BY


def obstacles_to_call(facts: VoteFacts) -> list[Obstacle]:
    """What the executive council's call still lacks, its own signatures included."""
    obstacles = []
    if not facts.question_closed:
        text = N_("The debate is not closed.")
        remedy = N_("Wait until the debate has met its floor and closed.")
        obstacles.append(Obstacle("question_open", text, remedy))
    if facts.has_debate and not facts.digest_hash:
        text, remedy = N_("The digest is not frozen."), N_("Freeze the digest and publish its hash.")
        obstacles.append(Obstacle("digest", text, remedy))
    if not facts.roll_hash or facts.eligible_count == 0:
        text = N_("The roll is not frozen.")
        remedy = N_("The clock freezes the roll at the record date; one teller where it could not.")
        obstacles.append(Obstacle("roll", text, remedy))
    if facts.opens_at is None or facts.closes_at is None:
        text, remedy = N_("The dates of the vote are not set."), N_("Set when voting opens and closes.")
        obstacles.append(Obstacle("dates", text, remedy))
    if not facts.tellers or not facts.trustees:
        text, remedy = N_("Tellers or trustees are not named."), N_("Name them before the call.")
        obstacles.append(Obstacle("committees", text, remedy))
    if not facts.tie_break.strip():
        text, remedy = N_("The call does not say who breaks a tie, and how."), N_("Write it into the call.")
        obstacles.append(Obstacle("tie_break", text, remedy))
    text = N_("The call is not signed by more than half of the officers.")
    return obstacles + unsigned("call", text, Signing(facts.officers, facts.call_signers))


def unsigned(code: str, text: str, signing: Signing) -> list[Obstacle]:
    """The obstacle of a body's act that has not taken effect yet; none when it has."""
    if signing.takes_effect:
        return []
    numbers: dict[str, object] = {"signed": len(signing.counted), "missing": signing.missing_count}
    remedy = N_("Signed by %(signed)s so far; %(missing)s more must sign.")
    return [Obstacle(f"{code}_unsigned", text, remedy, numbers)]


def _to_open(facts: VoteFacts, now: datetime) -> list[Obstacle]:
    obstacles = []
    if not facts.call_issued:
        text, remedy = N_("The call is not issued."), N_("The executive council signs and issues the call.")
        obstacles.append(Obstacle("call", text, remedy))
    if facts.codes_pending or not facts.sealed_list_stored:
        text = N_("The voting codes are not out; %(count)s members have none yet.")
        remedy = N_("Finish sending codes and letters, and give spare codes for those that are unknown.")
        obstacles.append(Obstacle("codes", text, remedy, {"count": facts.codes_pending}))
    missing = facts.trustees - facts.keys_ready
    if missing or not facts.trustees:
        text = N_("The key ceremony is not done: %(count)s trustees have not given their key.")
        remedy = N_("Each trustee’s desk says what is to be done next.")
        obstacles.append(Obstacle("keys", text, remedy, {"count": len(missing)}))
    unread = facts.trustees - facts.keys_proved
    if unread and not missing:
        text = N_("The rehearsal is not done: %(count)s trustees have not shown that their key file can be read.")
        remedy = N_("Each trustee opens a part of a test ballot with the key file.")
        obstacles.append(Obstacle("rehearsal", text, remedy, {"count": len(unread)}))
    if not facts.ballot_hash:
        text = N_("The ballot’s text is not hashed.")
        remedy = N_("The clock does it within a minute, once every code is out.")
        obstacles.append(Obstacle("ballot", text, remedy))
    if facts.opens_at is None or now < facts.opens_at:
        text, remedy = N_("The published opening has not come yet."), N_("Wait for the published moment.")
        obstacles.append(Obstacle("too_early", text, remedy, {"at": facts.opens_at}))
    if facts.closes_at is not None and now >= facts.closes_at:
        text, remedy = N_("The published closing has passed already."), N_("Issue a new call with new dates.")
        obstacles.append(Obstacle("too_late", text, remedy, {"at": facts.closes_at}))
    text = N_("More than half of the tellers must sign the opening.")
    return obstacles + unsigned("opening", text, Signing(facts.tellers, facts.opening_signers))


def _to_extend(facts: VoteFacts, now: datetime) -> list[Obstacle]:
    obstacles = []
    if facts.closes_at is not None and now >= facts.closes_at:
        text, remedy = N_("Voting has already ended."), N_("The count comes next.")
        obstacles.append(Obstacle("too_late", text, remedy))
    if facts.extended_to is None or facts.closes_at is None or facts.extended_to <= facts.closes_at:
        text, remedy = N_("Voting may be extended, never shortened."), N_("Give a later closing.")
        obstacles.append(Obstacle("not_later", text, remedy))
    if not facts.extension_reason.strip():
        text, remedy = N_("No public reason is given."), N_("Write the reason; everyone will read it.")
        obstacles.append(Obstacle("reason", text, remedy))
    text = N_("More than half of the tellers must sign the extension.")
    return obstacles + unsigned("extension", text, Signing(facts.tellers, facts.extension_signers))


def _to_close(facts: VoteFacts, now: datetime) -> list[Obstacle]:
    if facts.closes_at is not None and now >= facts.closes_at:
        return []
    text, remedy = N_("Voting still runs."), N_("It closes by itself at the published moment.")
    return [Obstacle("too_early", text, remedy, {"at": facts.closes_at})]


def _to_count(facts: VoteFacts) -> list[Obstacle]:
    obstacles = []
    if facts.ballots_unchecked:
        text = N_("%(count)s ballots are not checked yet.")
        remedy = N_("Wait until every ballot’s proofs are checked.")
        obstacles.append(Obstacle("unchecked", text, remedy, {"count": facts.ballots_unchecked}))
    given = len(facts.shares_given)
    if given < max(1, facts.shares_needed) and not facts.below_minimum:
        text = N_("%(given)s of %(needed)s trustees have decrypted their share.")
        remedy = N_("Each trustee opens the count page with their key file.")
        numbers: dict[str, object] = {"given": given, "needed": max(1, facts.shares_needed)}
        obstacles.append(Obstacle("shares", text, remedy, numbers))
    obstacles += lost_shares(facts.shares_lost)
    if not facts.archive_verified:
        text, remedy = N_("The archive is not verified."), N_("Run the check of the archive.")
        obstacles.append(Obstacle("archive", text, remedy))
    return obstacles


def lost_shares(lost: frozenset[int]) -> list[Obstacle]:
    """That some can no longer give their part, and what comes of it, since what is left does not suffice."""
    if not lost:
        return []
    text = N_("%(count)s of the parts cannot come: those trustees no longer hold the office.")
    remedy = N_(
        "What is left does not open the count. Unless they hold it again, the vote is annulled seven days after the "
        "close, and held again."
    )
    return [Obstacle("shares_lost", text, remedy, {"count": len(lost)})]


def _to_lapse(facts: VoteFacts, now: datetime) -> list[Obstacle]:
    if facts.closed_at is not None and now >= facts.closed_at + UNOPENED_AFTER:
        return []
    text, remedy = N_("The trustees still have time to open the count."), N_("They have seven days.")
    return [Obstacle("too_early", text, remedy)]


def _to_certify(facts: VoteFacts, now: datetime) -> list[Obstacle]:
    obstacles = []
    if facts.challenge_closes_at is None or now < facts.challenge_closes_at:
        text, remedy = N_("The challenge window is still open."), N_("Wait until it has closed.")
        obstacles.append(Obstacle("too_early", text, remedy, {"at": facts.challenge_closes_at}))
    pending = [challenge for challenge in facts.challenges if challenge.ruling is None]
    if pending:
        text = N_("%(count)s challenges are not ruled on.")
        remedy = N_("The tellers rule on each; a challenge to the tellers is ruled on by the observers.")
        numbers = [challenge.number for challenge in pending]
        obstacles.append(Obstacle("challenges", text, remedy, {"count": len(pending), "numbers": numbers}))
    if must_annul(facts.challenges):
        text = N_("A challenge that could have changed the outcome was upheld.")
        obstacles.append(Obstacle("annul", text, N_("The tellers annul the vote; it is held again.")))
    if facts.tie_open and (facts.counted_at is None or may_break_tie(facts.counted_at, now)):
        text = N_("There is a tie, and its breaking in the call’s way is still awaited.")
        remedy = N_(
            "Enter how it was broken, or wait until seven days after the count: then it is undecided."
        )
        obstacles.append(Obstacle("tie", text, remedy))
    text = N_("More than half of the tellers must sign the certificate.")
    return obstacles + unsigned("certificate", text, Signing(facts.tellers, facts.certificate_signers))


def may_break_tie(counted_at: datetime, now: datetime) -> bool:
    """From the count on, for seven days; after them nobody is bound."""
    return now < counted_at + TIE_DAYS


def must_annul(challenges: tuple[ChallengeFacts, ...]) -> bool:
    """Whether an upheld challenge could have changed the outcome."""
    return any(challenge.ruling is Ruling.UPHELD_CHANGES_OUTCOME for challenge in challenges)


def _to_annul(facts: VoteFacts) -> list[Obstacle]:
    obstacles = []
    if not must_annul(facts.challenges):
        text = N_("No challenge that could have changed the outcome was upheld.")
        obstacles.append(Obstacle("no_ground", text, N_("Rule on the challenges; or certify the result.")))
    if not facts.annulment_reason.strip():
        text, remedy = N_("No public reason is given."), N_("Write the reason; everyone will read it.")
        obstacles.append(Obstacle("reason", text, remedy))
    text = N_("More than half of the tellers must sign the annulment.")
    return obstacles + unsigned("annulment", text, Signing(facts.tellers, facts.annulment_signers))


def may_challenge(facts: VoteFacts, now: datetime, *, eligible: bool) -> bool:
    """Any eligible member, from the count until the window closes."""
    window = facts.challenge_closes_at is not None and now < facts.challenge_closes_at
    return eligible and facts.state is S.CHALLENGEABLE and window
