"""Where a question stands, in one sentence for lists: what members want to know of it after its debate. Pure."""

from datetime import datetime

from forum.kernel.errors import N_
from forum.questions.phrase import Phrase
from forum.questions.process import StageKind
from forum.questions.ribbon import RibbonStage, StageState

SINCE = {
    "Before the vote": N_("The vote is being prepared"),
    "Before the run-off": N_("Nobody has more than half; a run-off is being prepared"),
    "Counting": N_("The votes are being counted"),
    "Certified": N_("Result certified, %(at)s"),
    "Certified, undecided": N_("Undecided, %(at)s"),
    "Annulled, held again": N_("The vote was annulled and is held again"),
    "Discharged": N_("Mandate discharged, %(at)s"),
    "Breached": N_("Mandate breached, %(at)s"),
    "Superseded": N_("Mandate superseded, %(at)s"),
}
UNTIL = {
    "Voting": N_("Voting until %(at)s"),
    "Run-off": N_("Run-off, voting until %(at)s"),
    "Challengeable": N_("Counted, can be challenged until %(at)s"),
    "Mandated": N_("The council carries it out, until %(at)s"),
}

RUNNING: dict[str, str] = {
    StageKind.REGISTRATION: N_("Registration until %(at)s"),
    StageKind.SURVEY: N_("Survey until %(at)s"),
    StageKind.ROLL_CALL: N_("%(body)s: voting by name until %(at)s"),
    StageKind.COUNCIL_DECISION: N_("%(body)s: voting by name until %(at)s"),
}
OVER: dict[str, str] = {
    StageKind.SURVEY: N_("Survey told, %(at)s"),
    StageKind.ROLL_CALL: N_("%(body)s: voted by name, %(at)s"),
    StageKind.COUNCIL_DECISION: N_("%(body)s: voted by name, %(at)s"),
}


def last_reached(stages: list[RibbonStage]) -> RibbonStage | None:
    """The running stage; where all is over, the last that was reached."""
    running = next((stage for stage in stages if stage.state is StageState.NOW), None)
    return running or next((stage for stage in reversed(stages) if stage.state is StageState.DONE), None)


def standing(stages: list[RibbonStage]) -> Phrase | None:
    """How the vote or the mandate stands; None before there is one, where the question's own state says it."""
    stage = last_reached(stages)
    if stage is None:
        return None
    told = (RUNNING if stage.state is StageState.NOW else OVER).get(stage.code)
    if told is not None:
        return _phrase(stage, told, stage.ends_at)
    if stage.name in UNTIL:
        return _phrase(stage, UNTIL[stage.name], stage.ends_at)
    return _phrase(stage, SINCE[stage.name], stage.starts_at) if stage.name in SINCE else None


def _phrase(stage: RibbonStage, text: str, at: datetime | None) -> Phrase:
    """The sentence with its day; where no day is known, the stage's name alone."""
    if "%(at)s" not in text:
        return Phrase(text)
    return Phrase(text, {"at": at, "body": stage.name}) if at else Phrase(stage.name)
