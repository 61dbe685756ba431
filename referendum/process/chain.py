"""What comes next where a question carries several votes, and which options stand there. Pure.

The deciding stages of a process follow each other in its order: members' vote, run-off, roll call, council's decision.
Only the last one binds. An earlier one either says which options go on, or is undecided, and then nothing follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from forum.questions.process import (
    CouncilDecisionStage,
    MembersVoteStage,
    OptionSource,
    Process,
    RollCallStage,
    RunOffStage,
    StageKind,
)
from referendum.process.voting import Outcome, Reason

DecidingStage = MembersVoteStage | RunOffStage | RollCallStage | CouncilDecisionStage


@dataclass(frozen=True, slots=True)
class Finished:
    """A deciding stage that is over, its result certified. `letters` are the options that stood, in the order of the
    outcome's places; a tie is broken in it already, or stays one and leaves the stage undecided."""

    kind: StageKind
    letters: tuple[str, ...]
    outcome: Outcome

    @property
    def going_on(self) -> tuple[str, ...]:
        """The letters of those that stand in what follows, in the question's order; none where nothing does."""
        places = self.outcome.going_on if self.outcome.goes_on else ()
        return tuple(sorted(self.letters[place] for place in places))


def deciding_stages(process: Process) -> tuple[DecidingStage, ...]:
    """Those stages of a process that decide, in its order."""
    return tuple(stage for stage in process.stages if isinstance(stage, DecidingStage))


def next_stage(process: Process, done: Sequence[Finished]) -> DecidingStage | None:
    """What comes after the stages that are over; None where the last one elected, or left the question undecided."""
    stages = deciding_stages(process)
    if not done:
        return stages[0] if stages else None
    if not done[-1].going_on:
        return None
    place = next(at for at, stage in enumerate(stages) if stage.kind is done[-1].kind)
    wanted = done[-1].outcome.reason is Reason.RUN_OFF
    later = [stage for stage in stages[place + 1 :] if wanted or not isinstance(stage, RunOffStage)]
    return later[0] if later else None


def leads_to(process: Process, kind: StageKind) -> OptionSource | None:
    """By which rule options go on from a stage of this kind, whatever its rule elects; None where it is the last. The
    run-off is apart: its own rule asks for it."""
    stages = [stage for stage in deciding_stages(process) if not isinstance(stage, RunOffStage) or stage.kind is kind]
    place = next(at for at, stage in enumerate(stages) if stage.kind is kind)
    if place + 1 == len(stages):
        return None
    return source_of(stages[place + 1])


def source_of(stage: DecidingStage) -> OptionSource:
    """Which options stand in a stage."""
    return stage.options_from if isinstance(stage, RunOffStage | RollCallStage) else OptionSource.ALL_OPTIONS


def options_for(done: Sequence[Finished], every: Sequence[str]) -> tuple[str, ...]:
    """The letters that stand in what comes next: of the question's options `every` one at first, then those that go on
    from the stage before, by the rule of the process and never by a hand."""
    return done[-1].going_on if done else tuple(every)
