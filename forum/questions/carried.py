"""What of the fixed list of stages this version carries out. What it does not can be drafted and replayed,
but not published: nobody is promised a stage that never comes. Pure.
"""

from forum.kernel.errors import N_, Obstacle
from forum.questions.process import Process, StageKind

STAGES = {
    StageKind.SURVEY: N_("This version does not carry out a sample survey."),
}


def not_carried_out(process: Process) -> list[Obstacle]:
    """One obstacle for each stage of the process that would be promised and never come."""
    kinds = list(dict.fromkeys(stage.kind for stage in process.stages if stage.kind in STAGES))
    remedy = N_("Choose a process without it.")
    return [Obstacle(f"not_carried_out-{kind}", STAGES[kind], remedy) for kind in kinds]
