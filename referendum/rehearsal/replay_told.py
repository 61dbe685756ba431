"""Replays of what was no vote: a survey, whose uncertainty is worked out, and a record that tells no process."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from forum.questions.process import VotingRule
from referendum.process.voting import Tally, decide
from referendum.rehearsal.drawing import curve_picture
from referendum.rehearsal.replay_record import write_json, write_label
from referendum.rehearsal.replay_survey import SurveyHeld, held_facts, held_lines
from referendum.rehearsal.replay_table import not_published_lines
from referendum.rehearsal.scenario import Scenario
from referendum.rehearsal.unasked import Asked, curve_lines, percent, sentences


def write_told(out: Path, scenario: Scenario, held: SurveyHeld | None = None) -> None:
    """Table, result and label into `out`; of a survey the curve too, and what came of the simulated one."""
    out.mkdir(parents=True, exist_ok=True)
    survey = survey_of(scenario)
    lines = [scenario.title, scenario.background, "", "Published", *scenario.published]
    lines += not_published_lines(scenario.not_published)
    result: dict[str, Any] = {
        "scenario": scenario.name,
        "simulation": held is not None,
        "question": scenario.title,
        "published": {"lines": list(scenario.published), **dict.fromkeys(scenario.not_published)},
        "no_archives_because": scenario.no_debate,
    }
    if survey and scenario.survey:
        lines += ["", "Worked out", *sentences(survey), "", *curve_lines(survey)]
        result["worked_out"] = _worked_out(survey, scenario.survey.also_told)
        (out / "curve.svg").write_text(curve_picture(survey), encoding="utf-8")
        (out / "curve.txt").write_text(_text(curve_lines(survey)), encoding="utf-8")
    elif scenario.rule:
        elected = elected_whatever_the_shares(scenario)
        lines += ["", f"Worked out by the rule “{scenario.rule}”", *_dual_lines(elected)]
        result["worked_out"] = {"rule": scenario.rule, "elected": elected}
    if held:
        lines += ["", *held_lines(held)]
        result["simulated"] = held_facts(held)
    lines += ["", scenario.no_debate]
    (out / "table.txt").write_text(_text(lines), encoding="utf-8")
    write_json(out / "result.json", result)
    write_label(out, scenario)


def survey_of(scenario: Scenario) -> Asked | None:
    """The published survey, to reckon with."""
    told = scenario.survey
    return Asked(told.asked, told.members, Fraction(told.share, 100)) if told else None


def elected_whatever_the_shares(scenario: Scenario) -> list[str]:
    """Whom the scenario's rule elects as soon as each option is named once: with one candidate a slate, always all."""
    once = Tally((1,) * len(scenario.options), len(scenario.options), 0, len(scenario.options),
                 tuple(each.slate for each in scenario.options))  # fmt: skip
    outcome = decide(VotingRule(scenario.rule), once, min_ballots=0)
    return [scenario.options[place].title for place in outcome.elected]


def _dual_lines(elected: Iterable[str]) -> list[str]:
    return [*(f"Elected: {title}" for title in elected), "Whatever the shares, once each is named on a ballot."]


def _worked_out(survey: Asked, also_told: str) -> dict[str, Any]:
    return {
        "participants": [survey.asked, also_told],
        "sampling_fraction": str(survey.fraction),
        "sampling_fraction_percent": percent(survey.fraction),
        "margin_points": {
            percent(survey.share, 0): survey.points_at(survey.share), "50 %": survey.points_at(Fraction(1, 2)),
        },
        "turns_below": str(survey.turning) if survey.turning is not None else None,
        "curve": [{"not_asked": percent(share), "all": percent(whole)} for share, whole in survey.curve()],
    }  # fmt: skip


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
