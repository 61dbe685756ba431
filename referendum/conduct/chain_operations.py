"""What follows a vote once it is certified: the run-off at once; of another stage those are told who hold it."""

from datetime import datetime

from forum.kernel import slots
from forum.questions.process import RunOffStage
from forum.questions.queries import process_of, question_by_id
from referendum.process.chain import next_stage
from referendum.process.models import Vote
from referendum.process.operations import set_up_run_off
from referendum.results.chain_queries import finished_votes


def follow(vote: Vote, now: datetime) -> None:
    """Set up what comes next in the process, between the options that this vote sent on; nothing where it elected, or
    left the question undecided."""
    question = question_by_id(vote.question_id)
    done = finished_votes(question.id)
    stage = next_stage(process_of(question), done)
    if stage is None or not done:
        return
    if isinstance(stage, RunOffStage):
        set_up_run_off(question, done[-1].going_on, now)
    else:
        slots.gather("stage.due", question, stage, done[-1].going_on, now)
