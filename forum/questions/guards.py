"""The guards of each move of a question. Every one that does not hold is told, each with its remedy."""

from datetime import datetime, timedelta

from forum.bodies.rules import Signing
from forum.kernel.errors import N_, Obstacle, Percentage
from forum.questions.facts import HallFacts, QuestionFacts, UnansweredReach
from forum.questions.floor import HOST_HAS, FloorProof, Opener, floor_proof
from forum.questions.process import StageKind, by_slate
from forum.questions.states import QuestionState, WithdrawalGround
from forum.questions.timetable import problems_with

FEWEST_OPTIONS = 2
MOST_OPTIONS = 12
FEWEST_TELLERS = 3
LAST_DAY = timedelta(days=1)
S = QuestionState


def to_charge(facts: QuestionFacts) -> list[Obstacle]:
    obstacles = _unpublished(facts)
    if not facts.has_debate:
        text = N_("This process has no debate, so there is nothing to charge the locals with.")
        obstacles.append(Obstacle("no_debate", text, N_("Publish the process and the timetable instead.")))
    if facts.has_debate and facts.option_count > MOST_OPTIONS:
        text = N_("A question with a debate has at most %(most)s options.")
        obstacles.append(
            Obstacle("too_many_options", text, N_("Remove or join options."), {"most": MOST_OPTIONS})
        )
    obstacles += _unpledged(facts)
    obstacles += _unsigned(
        "charge",
        N_("The charge is not signed by more than half of the officers."),
        Signing(facts.officers, facts.charge_signers),
    )
    return obstacles + _committees(facts)


def to_publish(facts: QuestionFacts) -> list[Obstacle]:
    """Whose result binds is pledged here as well, and who counts it is named; without a debate only the charge falls
    away."""
    obstacles = _unpublished(facts)
    if facts.has_debate:
        text = N_("This process has a debate, so the question cannot skip it.")
        obstacles.append(Obstacle("has_debate", text, N_("Sign the pledge and issue the charge.")))
    if facts.process.mandate is not None:
        obstacles += _unpledged(facts)
    if facts.process.members_vote is not None:
        obstacles += _committees(facts)
    elif facts.process.stage(StageKind.ROLL_CALL) is not None:
        obstacles += _tellers(facts)
    return obstacles


def _unpledged(facts: QuestionFacts) -> list[Obstacle]:
    """What the council promises must be written and signed."""
    obstacles = []
    if not facts.obligations_published:
        text = N_("The obligations that each outcome creates are not published.")
        remedy = N_("Write for each option what the council must do, and by when.")
        obstacles.append(Obstacle("obligations", text, remedy))
    return obstacles + _unsigned(
        "pledge",
        N_("The pledge is not signed by more than half of the officers."),
        Signing(facts.officers, facts.pledge_signers),
    )


def _unpublished(facts: QuestionFacts) -> list[Obstacle]:
    """What every question needs before it leaves the drawer, with or without a debate."""
    obstacles = []
    if facts.option_count < FEWEST_OPTIONS:
        text = N_("There are fewer than two options.")
        remedy = N_("Add the options members will choose between.")
        obstacles.append(Obstacle("options", text, remedy, {"count": facts.option_count}))
    unnamed = "" in facts.slates or len(set(facts.slates)) < FEWEST_OPTIONS
    if unnamed and by_slate(facts.process) and not facts.replayed:
        text = N_("This process goes by slates, and not every option has one, or all have the same.")
        obstacles.append(Obstacle("slates", text, N_("Write beside each option which slate it belongs to.")))
    if not facts.process_published:
        text, remedy = N_("The process is not published."), N_("Choose a process and publish it.")
        obstacles.append(Obstacle("process", text, remedy))
    if facts.timetable is None or not facts.timetable_published:
        text, remedy = N_("The timetable is not published."), N_("Set the dates and publish them.")
        obstacles.append(Obstacle("timetable", text, remedy))
    elif problems_with(facts.timetable, facts.process):
        text = N_("The timetable does not fit the process.")
        remedy = N_("Correct the dates marked in the timetable.")
        obstacles.append(Obstacle("timetable_faults", text, remedy))
    if facts.roll_count == 0:
        text, remedy = N_("There is no roll."), N_("Import the roll of members.")
        obstacles.append(Obstacle("roll", text, remedy))
    return obstacles


def _unsigned(code: str, text: str, signing: Signing) -> list[Obstacle]:
    if signing.takes_effect:
        return []
    numbers: dict[str, object] = {"signed": len(signing.counted), "missing": signing.missing_count}
    remedy = N_("Signed by %(signed)s so far; %(missing)s more must sign.")
    return [Obstacle(f"{code}_unsigned", text, remedy, numbers)]


def _committees(facts: QuestionFacts) -> list[Obstacle]:
    obstacles = []
    if not facts.trustees:
        text, remedy = N_("No trustee is named."), N_("Name at least one trustee.")
        obstacles.append(Obstacle("trustees", text, remedy))
    if not facts.observers:
        text, remedy = N_("No observer is named."), N_("Name at least one observer.")
        obstacles.append(Obstacle("observers", text, remedy))
    return [*_tellers(facts), *obstacles]


def _tellers(facts: QuestionFacts) -> list[Obstacle]:
    """Enough tellers, and of all who are named none an officer."""
    obstacles = []
    if len(facts.tellers) < FEWEST_TELLERS:
        text, remedy = N_("There are fewer than three tellers."), N_("Name at least three tellers.")
        obstacles.append(Obstacle("tellers", text, remedy, {"count": len(facts.tellers)}))
    both = facts.officers & (facts.tellers | facts.trustees | facts.observers)
    if both:
        text = N_("An officer is named as teller, trustee or observer.")
        remedy = N_("Name members who hold no office in the executive council.")
        obstacles.append(Obstacle("officer_in_committee", text, remedy, {"members": sorted(both)}))
    return obstacles


def to_begin(facts: QuestionFacts, now: datetime) -> list[Obstacle]:
    opens_at = facts.timetable.debate_opens_at if facts.timetable else None
    if opens_at is not None and now >= opens_at:
        return []
    text, remedy = N_("The debate has not come yet."), N_("It begins by itself at the published date.")
    return [Obstacle("too_early", text, remedy, {"at": opens_at})]


def proof_of_floor(facts: QuestionFacts, now: datetime) -> FloorProof | None:
    """The debate's floor as it stands; None where the process has no debate."""
    stage = facts.process.debate
    return floor_proof(stage, facts.locals, facts.began_at, now, facts.town_halls) if stage else None


def to_close(facts: QuestionFacts, now: datetime) -> list[Obstacle]:
    obstacles = []
    closes_at = facts.timetable.debate_closes_at if facts.timetable else None
    if closes_at is None or now < closes_at:
        text = N_("The debate has not reached its last moment.")
        remedy = N_("It closes by itself at the published date.")
        obstacles.append(Obstacle("too_early", text, remedy, {"at": closes_at}))
    return obstacles + _floor_obstacles(facts, now)


def _floor_obstacles(facts: QuestionFacts, now: datetime) -> list[Obstacle]:
    proof = proof_of_floor(facts, now)
    if proof is None:
        return []
    obstacles = []
    if not proof.days_met:
        text = N_("The debate has run %(held)s of at least %(needed)s days.")
        days: dict[str, object] = {"held": proof.days_held, "needed": proof.days_required}
        obstacles.append(
            Obstacle("floor_days", text, N_("Let the debate run, or have the tellers extend it."), days)
        )
    if not proof.locals_met:
        text = N_("%(honoured)s of %(counted)s locals have honoured the charge; that is too few.")
        names = [row.local.name for row in proof.wanting]
        locals_: dict[str, object] = {"honoured": len(proof.honoured), "counted": len(proof.counted), "names": names}
        remedy = N_(
            "Open the halls and hold the sessions that are missing, or ask the tellers for an exemption."
        )
        obstacles.append(Obstacle("floor_locals", text, remedy, locals_))
    if not proof.town_halls_met:
        text = N_("%(held)s of at least %(needed)s town halls were held.")
        halls: dict[str, object] = {"held": proof.town_halls_held, "needed": proof.town_halls_required}
        remedy = N_("The tellers hold a live session of the national hall, of ten minutes or more.")
        obstacles.append(Obstacle("floor_town_halls", text, remedy, halls))
    return obstacles + [_unequal(each) for each in facts.unanswered_reach if now < each.until]


REACH = {
    "mail": N_("By mail, option %(ahead)s is %(share)s ahead of option %(option)s."),
    "pin": N_("By pins, option %(ahead)s is %(share)s ahead of option %(option)s."),
    "banner": N_("By banners, option %(ahead)s is %(share)s ahead of option %(option)s."),
    "bulletin": N_("In the bulletin, option %(ahead)s is %(share)s ahead of option %(option)s."),
    "floor": N_("On the floor, option %(ahead)s is %(share)s ahead of option %(option)s."),
}


def _unequal(reach: UnansweredReach) -> Obstacle:
    """An imbalance is answered when the spokespersons of the option behind took, declined or let lapse an offer."""
    remedy = N_("The same is offered to the spokespersons of option %(option)s. The offer waits until %(until)s.")
    facts: dict[str, object] = {"option": reach.option, "ahead": reach.ahead, "until": reach.until}
    facts["share"] = Percentage(f"{round(100 * reach.share)} %")
    return Obstacle(f"reach_{reach.kind}_{reach.option.lower()}", REACH[reach.kind], remedy, facts)


def to_override(facts: QuestionFacts, now: datetime) -> list[Obstacle]:
    """Closing below the floor, or extending: only on the last day or after, signed, with a public reason."""
    obstacles = []
    closes_at = facts.timetable.debate_closes_at if facts.timetable else None
    if closes_at is None or now < closes_at - LAST_DAY:
        text = N_("This can be decided only on the debate’s last day.")
        remedy = N_("Come back on the last day.")
        obstacles.append(Obstacle("too_early", text, remedy, {"at": closes_at}))
    if not _floor_obstacles(facts, max(now, closes_at) if closes_at else now):
        text = N_("The debate’s floor is met, so it closes by itself.")
        remedy = N_("Nothing needs to be done.")
        obstacles.append(Obstacle("floor_met", text, remedy))
    if not facts.override_reason.strip():
        text, remedy = N_("No public reason is given."), N_("Write the reason; everyone will read it.")
        obstacles.append(Obstacle("reason", text, remedy))
    signing = Signing(facts.tellers, facts.override_signers)
    return obstacles + _unsigned("override", N_("More than half of the tellers must sign this."), signing)


def to_extend(facts: QuestionFacts, now: datetime) -> list[Obstacle]:
    obstacles = to_override(facts, now)
    if facts.extended:
        text, remedy = N_("The debate was already extended once."), N_("Close it with a public reason.")
        obstacles.append(Obstacle("extended", text, remedy))
    return obstacles


def to_withdraw(facts: QuestionFacts) -> list[Obstacle]:
    obstacles = []
    if facts.voting_opened:
        text, remedy = N_("Members are already voting or have voted."), N_("The vote must run to its end.")
        obstacles.append(Obstacle("voting_opened", text, remedy))
    if not facts.withdrawal_reason.strip():
        text, remedy = N_("No public reason is given."), N_("Write the reason; everyone will read it.")
        obstacles.append(Obstacle("reason", text, remedy))
    if facts.state is S.DRAFTED:
        signing = Signing(facts.officers, facts.withdrawal_signers)
        text = N_("More than half of the officers must sign the withdrawal.")
    else:
        signing = Signing(facts.tellers, facts.withdrawal_signers)
        text = N_("After the charge, more than half of the tellers must sign the withdrawal.")
        obstacles += _without_ground(facts)
    return obstacles + _unsigned("withdrawal", text, signing)


def _without_ground(facts: QuestionFacts) -> list[Obstacle]:
    ground = facts.withdrawal_ground
    if ground is WithdrawalGround.IMPOSSIBLE or (
        ground is WithdrawalGround.ASKED and facts.every_option_asks
    ):
        return []
    text = N_(
        "After the charge a question is withdrawn only when it has become impossible or every option asks."
    )
    remedy = N_("Name the ground, or wait until the spokespersons of every option have asked.")
    return [Obstacle("ground", text, remedy)]


def obstacles_to_open_hall(facts: HallFacts, now: datetime) -> list[Obstacle]:
    """Everything that keeps a hall from opening: the host's act, or after seven days the tellers' in their
    stead.
    """
    obstacles = []
    if facts.state not in (S.CHARGED, S.DEBATING):
        text, remedy = N_("Halls open between the charge and the close."), N_("Wait for the charge.")
        obstacles.append(Obstacle("wrong_state", text, remedy))
    if facts.already_open:
        obstacles.append(Obstacle("open", N_("This hall is already open."), N_("Go to the hall.")))
    if not facts.agenda.strip():
        text = N_("The agenda is missing.")
        remedy = N_("Write what the local will talk about, and in what order.")
        obstacles.append(Obstacle("agenda", text, remedy))
    closes_at = facts.timetable.debate_closes_at
    if facts.first_session_at is None:
        text, remedy = N_("The first session has no date."), N_("Set a date before the debate closes.")
        obstacles.append(Obstacle("first_session", text, remedy))
    elif facts.first_session_at < now or (closes_at is not None and facts.first_session_at >= closes_at):
        text = N_("The first session is outside the debate.")
        remedy = N_("Set a date before the debate closes.")
        obstacles.append(Obstacle("first_session_outside", text, remedy, {"closes": closes_at}))
    if facts.by is Opener.TELLERS and (facts.charged_at is None or now < facts.charged_at + HOST_HAS):
        text = N_("The host still has time to open this hall.")
        remedy = N_("The tellers may open it seven days after the charge.")
        obstacles.append(Obstacle("host_has_time", text, remedy))
    return obstacles
