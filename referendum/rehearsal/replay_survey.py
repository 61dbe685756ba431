"""A survey in a replay: drawn from the whole roll, answered by everybody who was drawn, told, and decided on.

Nobody knows how many were asked in 2015, so that all who are drawn here answer; the council's decision follows the
leading answer, as it did.
"""

import random
from dataclasses import dataclass
from typing import Any

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.queries import question_by_id
from forum.questions.rules import letter_at
from forum.roll.queries import numbers_of
from referendum.rehearsal.company import Company
from referendum.rehearsal.rehearsed_vote import Tell
from referendum.rehearsal.replay_stages import ByName, all_vote
from referendum.rehearsal.scenario import Scenario
from referendum.rehearsal.urn import draw_all, fill_urn
from referendum.surveys.jobs import tend_surveys
from referendum.surveys.models import Survey, SurveySeat
from referendum.surveys.operations import answer
from referendum.surveys.queries import surveys

AT_ONCE = 100
REASON = "Simulated: the council follows the leading answer."


@dataclass(frozen=True, slots=True)
class SurveyHeld:
    """What came of it: the hash of the roll it was drawn from, the seed, the told result, and the decision."""

    frame_hash: str
    seed: str
    told: dict[str, Any]
    titles: dict[str, str]
    decision: ByName


def hold_survey(question_id: int, scenario: Scenario, company: Company, seed: int, tell: Tell) -> SurveyHeld:
    """From the draw to the council's decision."""
    tend_surveys()
    places = _drawn(question_id)
    letters = [letter_at(option) for option in draw_all(fill_urn(scenario, len(places)), seed)]
    random.Random(seed).shuffle(places)  # noqa: S311 - who answers what, in a simulation
    answers = list(zip(places, letters, strict=True))
    now = clock.now()
    for start in range(0, len(answers), AT_ONCE):
        with transaction(write=True):
            survey = _survey(question_id)
            for place, letter in answers[start : start + AT_ONCE]:
                answer(company.actor(place, now), survey, [letter], now)
        tell("answers", min(start + AT_ONCE, len(answers)), len(answers))
    with transaction(write=False):
        closes_at = _survey(question_id).closes_at
    if closes_at is None:
        raise RuntimeError("the survey has not opened")
    clock.move_to(closes_at)
    tend_surveys()
    leading = max(scenario.options, key=lambda option: option.share or 0).title
    decision = all_vote(question_id, company, company.officers, leading, REASON)
    with transaction(write=False):
        survey = _survey(question_id)
        titles = {each.letter: each.title for each in question_by_id(question_id).options}
        return SurveyHeld(survey.frame_hash, survey.seed, survey.told, titles, decision)


def _survey(question_id: int) -> Survey:
    (survey,) = surveys(question_id)
    return survey


def _drawn(question_id: int) -> list[int]:
    """Places of those who were drawn, in their order on the roll."""
    with transaction(write=False):
        query = db.select(SurveySeat.member_id).where(SurveySeat.survey_id == _survey(question_id).id)
        return sorted(int(number) for number in numbers_of(db.session.scalars(query)).values())


def held_lines(held: SurveyHeld) -> list[str]:
    """The simulation's own figures, under their own head."""
    told = held.told
    lines = [
        f"Simulation: a survey drawn from a roll of {told['frame']:,}",
        f"Drawn: {told['asked']:,}. Answered: {told['answered']:,}.",
    ]
    lines += [
        f"{held.titles[each['letter']]}: {each['count']:,}, {100 * each['plain']:.1f} % ± {100 * each['margin']:.1f}"
        for table in told["tables"]
        for each in table
        if each["letter"]
    ]
    for_it = sum(voted == held.decision.elected for _, voted in held.decision.votes)
    lines.append(f"{held.decision.body}, by name: {for_it} of {len(held.decision.votes)} for {held.decision.elected}")
    return lines


def held_facts(held: SurveyHeld) -> dict[str, Any]:
    """The same as JSON, with what is needed to draw the sample again."""
    shares = [each for table in held.told["tables"] for each in table]
    counts = [{"option": held.titles.get(each["letter"]), "count": each["count"]} for each in shares]
    return {
        "frame_sha256": held.frame_hash, "draw_seed": held.seed, "frame": held.told["frame"],
        "asked": held.told["asked"], "answered": held.told["answered"], "answers": counts,
        "decision": {"body": held.decision.body, "elected": held.decision.elected},
    }  # fmt: skip
