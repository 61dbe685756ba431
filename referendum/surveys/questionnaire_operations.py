"""An officer writes what a survey asks, until it is drawn."""

from collections.abc import Sequence
from datetime import datetime

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, refuse_unless
from forum.questions.models import Question
from forum.questions.process import SurveyItem
from forum.questions.queries import process_of
from forum.questions.questionnaire import as_plain
from forum.questions.states import QuestionState
from referendum.surveys import queries, rules
from referendum.surveys.models import Survey


class Act(audit.Act):
    """Acts of power over what is asked."""

    WRITE_QUESTIONNAIRE = "write_questionnaire"


def why_not(actor: Actor, question: Question, survey: Survey) -> str:
    """Why this person cannot write what it asks; empty for an officer, unless the process has its own questionnaire or
    the roll is frozen already."""
    if not actor.is_officer:
        return N_("Only the executive council does this.")
    if rules.survey_stages(process_of(question))[survey.place].questionnaire:
        return rules.FIXED
    free = survey.state in ("planned", "drawing") and not survey.frame_hash
    return "" if free and question.state != QuestionState.WITHDRAWN else rules.ASKED


def may_write(actor: Actor, question: Question, survey: Survey) -> None:
    """Refuse whoever cannot write what it asks."""
    reason = why_not(actor, question, survey)
    refuse_unless(not reason, reason)


def write(
    actor: Actor, question: Question, place: int, title: str, items: Sequence[SurveyItem], now: datetime
) -> Survey:
    """Put what will be asked on the survey's page, for everybody who sees the question, and its hash into the log."""
    stages = rules.survey_stages(process_of(question))
    if place not in stages:
        raise Missing
    survey = queries.kept(question.id, place)
    if survey is None:
        survey = queries.planned(question, place, stages[place])
        survey.set_up_at = now
        db.session.add(survey)
        db.session.flush()
    db.session.refresh(survey, with_for_update=True)
    may_write(actor, question, survey)
    survey.title, survey.questionnaire = title, as_plain(items)
    survey.questionnaire_hash = rules.hash_of(queries.document(survey))
    db.session.flush()
    audit.record(
        actor, Act.WRITE_QUESTIONNAIRE, queries.subject_of(survey), now=now, question=question.number,
        questionnaire=survey.questionnaire_hash, items=len(items),
    )  # fmt: skip
    return survey


def fix(survey: Survey) -> None:
    """What is asked as it stands now: the roll is being frozen."""
    asked = [SurveyItem(each.text, () if each.own else each.words) for each in queries.items_of(survey)]
    survey.title, survey.questionnaire = queries.title_of(survey), as_plain(asked)
    survey.questionnaire_hash = rules.hash_of(queries.document(survey))
