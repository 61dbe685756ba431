"""A survey is set up when its time comes, drawn from the roll of that moment, answered, and told at its close."""

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.kernel import audit, mailings, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing, Refused, refuse_unless
from forum.questions.models import Question
from forum.questions.process import SurveyStage
from forum.questions.queries import options, process_of, question_by_id
from forum.questions.states import QuestionMove, QuestionState
from referendum.electorate.queries import voters_now
from referendum.electorate.rules import Voter, is_eligible, roll_hash
from referendum.rollcalls.operations import begin
from referendum.surveys import notices, queries, rules
from referendum.surveys.models import Survey, SurveyAnswer, SurveySeat
from referendum.surveys.sampling import draw

EVERYBODY = 10_000_000
CLOSING = (QuestionMove.CLOSE, QuestionMove.CLOSE_ANYWAY, QuestionMove.PUBLISH)
AT_ONCE = 5_000
Frame = dict[str, tuple[int, int]]
"""Member's number → (member id, council id)."""


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


@dataclass(frozen=True, slots=True)
class Sample:
    """A frame's hash, the seed drawn after it, how many of each council are in the frame, and (member, council) of each
    who is asked."""

    roll_hash: str
    seed: str
    sizes: Counter[int]
    chosen: list[tuple[int, int]]


def sample_of(survey: Survey) -> Sample:
    """Read the frame, take its hash, draw the seed after it, and whom it finds. The second survey on a question asks
    those of the first who may still be asked. The frame is who is eligible, registered or not: a survey is no vote, and
    before a debate registration has only begun."""
    rule = process_of(question_by_id(survey.question_id)).electorate
    frame: Frame = {}

    def read() -> Iterator[Voter]:
        for voter, member, _, council in voters_now():
            if is_eligible(voter, rule):
                frame[voter.number] = (member, council)
                yield voter

    frozen, seed = roll_hash(read()), secrets.token_hex(32)
    return Sample(frozen, seed, Counter(council for _, council in frame.values()), _chosen(survey, frame, seed))


def _chosen(survey: Survey, frame: Frame, seed: str) -> list[tuple[int, int]]:
    """Member and council of each who is asked."""
    earlier = queries.earlier_seats(survey)
    if earlier is not None:
        places = dict(frame.values())
        return [(each.member_id, places[each.member_id]) for each in earlier if each.member_id in places]
    drawn = draw(((number, council) for number, (_, council) in frame.items()), seed, survey.wanted)
    return [frame[number] for number in drawn]


def ask(sample: Sample, survey_id: int, now: datetime) -> None:
    """Publish hash and seed of a sample and ask its members. Of two draws at once the first alone counts."""
    survey = queries.survey_by_id(survey_id)
    db.session.refresh(survey, with_for_update=True)
    question = question_by_id(survey.question_id)
    if survey.state != "drawing" or question.state == QuestionState.WITHDRAWN:
        return
    survey.roll_hash, survey.seed = sample.roll_hash, sample.seed
    seats = [{"survey_id": survey.id, "member_id": each, "council_id": council} for each, council in sample.chosen]
    for at in range(0, len(seats), AT_ONCE):
        db.session.execute(db.insert(SurveySeat), seats[at : at + AT_ONCE])
    asked = Counter(council for _, council in sample.chosen)
    survey.strata = [
        {"council": each, "frame": sample.sizes[each], "asked": asked[each]} for each in sorted(sample.sizes)
    ]
    survey.state, survey.opened_at, survey.closes_at = "open", now, now + timedelta(days=survey.days)
    db.session.flush()
    audit.record(
        None, Act.DRAW_SAMPLE, subject_of(survey), now=now, office="clock", question=question.number,
        frame=sample.sizes.total(), roll_hash=survey.roll_hash, seed=survey.seed, sample=len(seats),
    )  # fmt: skip
    mailings.start(notices.INVITES, survey.id, now)


def subject_of(survey: Survey) -> str:
    """How the audit log names a survey."""
    return f"survey:{survey.id}"


def answer(actor: Actor, survey: Survey, letter: str, now: datetime) -> None:
    """Count a drawn member's answer; "" says "I do not know". What was answered, and by whom, is joined nowhere."""
    db.session.refresh(survey, with_for_update=True)
    refuse_unless(rules.is_open(survey.state, survey.closes_at, now), rules.NOT_OPEN)
    refuse_unless(question_by_id(survey.question_id).state != QuestionState.WITHDRAWN, rules.NOT_OPEN)
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


def close_if_due(survey_id: int, now: datetime) -> bool:
    """Tell the result of a survey whose moment has come; says whether it did. An answer of this very moment comes
    before the close or is refused, because both lock the survey's row."""
    survey = queries.survey_by_id(survey_id)
    db.session.refresh(survey, with_for_update=True)
    due = survey.state == "open" and survey.closes_at is not None and now >= survey.closes_at
    if due:
        _close(survey, now)
    return due


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
