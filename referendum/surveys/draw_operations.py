"""The draw of a survey, in two acts: its frame is frozen, then the seed is drawn and whom it finds is asked."""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.kernel import audit, mailings
from forum.kernel.database import db
from forum.questions.models import Question
from forum.questions.queries import process_of, question_by_id
from forum.questions.states import QuestionState
from referendum.electorate.queries import voters_now
from referendum.electorate.rules import is_eligible
from referendum.surveys import frame_queries, frames, notices, queries, questionnaire_operations
from referendum.surveys.models import FramePart, Survey, SurveySeat
from referendum.surveys.sampling import draw, last_place, make_strata

AT_ONCE = 5_000


class Act(audit.Act):
    """Acts of power in a draw."""

    FREEZE_FRAME = "freeze_frame"
    DRAW_SAMPLE = "draw_sample"


@dataclass(frozen=True, slots=True)
class NewFrame:
    """Everybody who is eligible now: the key of their numbers, number → stratum, and council → stratum."""

    key: str
    frame: dict[str, int]
    strata: dict[int, int]


def frame_now(survey: Survey) -> NewFrame:
    """Read the roll. The frame is who is eligible, registered or not: a survey is no vote, and before a debate
    registration has only begun."""
    rule, key = process_of(question_by_id(survey.question_id)).electorate, secrets.token_hex(32)
    councils = {
        frames.entry_of(voter.number, frames.slip_of(key, voter.number)): council
        for voter, _, _, council in voters_now() if is_eligible(voter, rule)
    }  # fmt: skip
    strata = make_strata(Counter(councils.values()), (queries.earlier(survey) or survey).wanted)
    return NewFrame(key, {entry: strata[council] for entry, council in councils.items()}, strata)


def freeze(new: NewFrame, survey_id: int, now: datetime) -> None:
    """Keep the frame and put its hash and that of the questionnaire into the record, before there is a seed. Of two at
    once the first counts."""
    survey, question = _locked(survey_id)
    if survey.state != "drawing" or survey.frame_hash or question.state == QuestionState.WITHDRAWN:
        return
    parts = frames.packed(new.frame)
    survey.frame_key, survey.frame_hash = new.key, frames.frame_hash(parts.values())
    questionnaire_operations.fix(survey)
    for part, rows in sorted(parts.items()):
        db.session.execute(db.insert(FramePart), [{"survey_id": survey.id, "part": part, "rows": rows}])
    sizes = Counter(new.frame.values())
    survey.strata = [
        {"stratum": each, "councils": sorted(c for c, at in new.strata.items() if at == each), "frame": sizes[each]}
        for each in sorted(sizes)
    ]
    db.session.flush()
    audit.record(
        None, Act.FREEZE_FRAME, queries.subject_of(survey), now=now, office="clock", question=question.number,
        frame=len(new.frame), frame_hash=survey.frame_hash, questionnaire=survey.questionnaire_hash,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """The seed, the last place of each stratum, and (member, stratum) of each who is asked."""

    seed: str
    last: dict[int, str]
    chosen: list[tuple[int, int]]


def sample_of(survey: Survey) -> Sample:
    """Draw the seed, and whom it finds in the frozen frame. The second survey on a question asks those of the first
    who may still be asked."""
    frame, first = frame_queries.frame_of(survey), queries.earlier(survey)
    if first is not None:
        asked = frame_queries.entries_of(frame_queries.numbers(first), survey.frame_key)
        return Sample("", {}, [(asked[entry], frame[entry]) for entry in sorted(asked) if entry in frame])
    seed = secrets.token_hex(32)
    drawn = draw(frame, seed, survey.wanted)
    wanted = {entry for each in drawn.values() for entry in each}
    found = frame_queries.entries_of(frame_queries.numbers(), survey.frame_key, wanted)
    last = {stratum: last_place(seed, each) for stratum, each in drawn.items()}
    return Sample(seed, last, [(found[entry], frame[entry]) for entry in sorted(found)])


def ask(sample: Sample, survey_id: int, now: datetime) -> None:
    """Publish the seed and ask the sample. Of two draws at once the first alone counts."""
    survey, question = _locked(survey_id)
    if survey.state != "drawing" or not survey.frame_hash or question.state == QuestionState.WITHDRAWN:
        return
    seats = [{"survey_id": survey.id, "member_id": each, "stratum": stratum} for each, stratum in sample.chosen]
    for at in range(0, len(seats), AT_ONCE):
        db.session.execute(db.insert(SurveySeat), seats[at : at + AT_ONCE])
    asked = Counter(stratum for _, stratum in sample.chosen)
    survey.seed = sample.seed
    survey.strata = [
        {**each, "asked": asked[each["stratum"]], "last": sample.last.get(each["stratum"], "")}
        for each in survey.strata
    ]
    survey.state, survey.opened_at, survey.closes_at = "open", now, now + timedelta(days=survey.days)
    db.session.flush()
    audit.record(
        None, Act.DRAW_SAMPLE, queries.subject_of(survey), now=now, office="clock", question=question.number,
        frame_hash=survey.frame_hash, seed=survey.seed, sample=len(seats),
    )  # fmt: skip
    mailings.start(notices.INVITES, survey.id, now)


def _locked(survey_id: int) -> tuple[Survey, Question]:
    survey = queries.survey_by_id(survey_id)
    db.session.refresh(survey, with_for_update=True)
    return survey, question_by_id(survey.question_id)
