"""A survey is set up when its time comes, drawn from the roll of that moment, answered, and told at its close."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from forum.kernel import audit, mailings, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing, Refused, refuse_unless
from forum.questions.models import Question
from forum.questions.process import SurveyStage
from forum.questions.queries import options, process_of, question_by_id
from forum.questions.states import QuestionMove
from referendum.electorate.queries import voters_now
from referendum.electorate.rules import Voter, is_eligible, roll_hash
from referendum.registration.queries import registered_members
from referendum.rollcalls.operations import begin
from referendum.surveys import notices, queries, rules
from referendum.surveys.models import Survey, SurveyAnswer, SurveySeat
from referendum.surveys.sampling import draw

EVERYBODY = 10_000_000
CLOSING = (QuestionMove.CLOSE, QuestionMove.CLOSE_ANYWAY, QuestionMove.PUBLISH)
Drawn = Sequence[tuple[Voter, int, int]]
"""Members of the frame as (voter, member id, council id)."""


class Act(audit.Act):
    """Acts of power in surveys."""

    DRAW_SAMPLE = "draw_sample"
    CLOSE_SURVEY = "close_survey"


def question_moved(question: Question, move: object, now: datetime) -> None:
    """The survey before a debate is due with the charge, the one after it with the close."""
    stages = rules.survey_stages(process_of(question))
    due = rules.BEFORE if move == QuestionMove.CHARGE else rules.AFTER if move in CLOSING else 0
    if due in stages:
        _set_up(question, due, stages[due], now)


def _set_up(question: Question, place: int, stage: SurveyStage, now: datetime) -> None:
    survey = Survey(
        question_id=question.id, place=place, state="drawing", wanted=stage.sample or EVERYBODY, days=stage.days,
        set_up_at=now,
    )  # fmt: skip
    db.session.add(survey)
    db.session.flush()


def draw_now(survey: Survey, now: datetime) -> None:
    """Freeze the frame, publish its hash, draw the seed after it, and ask the members that fall out of it. The second
    survey on a question asks those of the first who may still be asked."""
    if survey.state != "drawing":
        return
    question = question_by_id(survey.question_id)
    rule = process_of(question).electorate
    everybody = voters_now(registered_members(question))
    frame = [(voter, member, council) for voter, member, _, council in everybody if is_eligible(voter, rule)]
    survey.roll_hash = roll_hash(voter for voter, *_ in frame)
    survey.seed = secrets.token_hex(32)
    chosen = _chosen(survey, frame)
    db.session.add_all(SurveySeat(survey_id=survey.id, member_id=each, council_id=council) for each, council in chosen)
    survey.strata = [
        {"council": each, "frame": sum(council == each for *_, council in frame),
         "asked": sum(council == each for _, council in chosen)}
        for each in sorted({council for *_, council in frame})
    ]  # fmt: skip
    survey.state, survey.opened_at, survey.closes_at = "open", now, now + timedelta(days=survey.days)
    db.session.flush()
    audit.record(
        None, Act.DRAW_SAMPLE, subject_of(survey), now=now, office="clock", question=question.number,
        frame=len(frame), roll_hash=survey.roll_hash, seed=survey.seed, sample=len(chosen),
    )  # fmt: skip
    mailings.start(notices.INVITES, survey.id, now)


def _chosen(survey: Survey, frame: Drawn) -> list[tuple[int, int]]:
    """Member and council of each who is asked."""
    places = {member: council for _, member, council in frame}
    earlier = queries.earlier_seats(survey)
    if earlier is not None:
        return [(each.member_id, places[each.member_id]) for each in earlier if each.member_id in places]
    by_number = {voter.number: (member, council) for voter, member, council in frame}
    drawn = draw(((voter.number, council) for voter, _, council in frame), survey.seed, survey.wanted)
    return [by_number[number] for number in drawn]


def subject_of(survey: Survey) -> str:
    """How the audit log names a survey."""
    return f"survey:{survey.id}"


def answer(actor: Actor, survey: Survey, letter: str, now: datetime) -> None:
    """Count a drawn member's answer; "" says "I do not know". What was answered, and by whom, is joined nowhere."""
    db.session.refresh(survey, with_for_update=True)
    refuse_unless(rules.is_open(survey.state, survey.closes_at, now), rules.NOT_OPEN)
    seat = queries.seat_of(survey, actor.member_id)
    if seat is None:
        raise Refused(rules.NOT_DRAWN)
    refuse_unless(not seat.answered, rules.ANSWERED)
    if letter and letter not in {each.letter for each in options(survey.question_id)}:
        raise Missing
    seat.answered = True
    total = db.session.get(SurveyAnswer, (survey.id, seat.council_id, letter))
    if total is None:
        total = SurveyAnswer(survey_id=survey.id, council_id=seat.council_id, letter=letter, count=0)
        db.session.add(total)
    total.count += 1
    db.session.flush()


def close_due(now: datetime) -> int:
    """Tell the result of every survey whose moment has come; says of how many."""
    due = [each for each in queries.surveys_in("open") if each.closes_at is not None and now >= each.closes_at]
    for survey in due:
        _close(survey, now)
    return len(due)


def _close(survey: Survey, now: datetime) -> None:
    question = question_by_id(survey.question_id)
    survey.told, survey.state, survey.closed_at = queries.told_of(survey), "closed", now
    db.session.flush()
    audit.record(
        None, Act.CLOSE_SURVEY, subject_of(survey), now=now, office="clock", question=question.number,
        asked=survey.told["asked"], answered=survey.told["answered"],
    )  # fmt: skip
    slots.gather("survey.closed", survey, now)
    if survey.place == rules.AFTER and process_of(question).members_vote is None:
        begin(question, now)
