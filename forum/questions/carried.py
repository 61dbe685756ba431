"""What of the fixed list of stages and rules this version carries out. What it does not can be drafted and replayed,
but not published: nobody is promised a stage that never comes. Pure.
"""

from forum.kernel.errors import N_, Obstacle
from forum.questions.process import Process, StageKind, VotingRule

STAGES = {
    StageKind.SURVEY: N_("This version does not carry out a sample survey."),
    StageKind.RUN_OFF: N_("This version does not carry out a run-off."),
    StageKind.ROLL_CALL: N_("This version does not carry out a roll-call vote."),
    StageKind.COUNCIL_DECISION: N_("This version does not carry out a council’s decision."),
}
RULES = {
    VotingRule.MAJORITY_RUN_OFF: N_("This version does not carry out a majority with run-off."),
    VotingRule.DUAL: N_("This version does not carry out the rule that elects one option of each slate."),
}


def not_carried_out(process: Process) -> list[Obstacle]:
    """One obstacle for each stage or rule of the process that would be promised and never come."""
    kinds = list(dict.fromkeys(stage.kind for stage in process.stages if stage.kind in STAGES))
    found = [(str(kind), STAGES[kind]) for kind in kinds]
    rule = process.members_vote.rule if process.members_vote else None
    if rule in RULES:
        found.append((str(rule), RULES[rule]))
    remedy = N_("Choose a process without it.")
    return [Obstacle(f"not_carried_out-{code}", text, remedy) for code, text in found]
