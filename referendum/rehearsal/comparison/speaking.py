"""What members say in a simulated survey or vote: who takes part is drawn anew in every run, opinions stay. Pure.

A survey takes as many of each council as `surveys.sampling` gives it and is told by `surveys.estimates`; whom it finds
is drawn without replacement, as the hashes of a published seed would.
"""

from fractions import Fraction

import numpy as np

from forum.questions.process import MembersVoteStage, Process, StageKind, SurveyStage
from referendum.rehearsal.comparison.assumptions import Assumptions
from referendum.rehearsal.comparison.held import By, Spoken
from referendum.rehearsal.comparison.places import Counts
from referendum.rehearsal.comparison.union import Chances, Union
from referendum.surveys.estimates import Stratum, estimate, weighed
from referendum.surveys.rules import LEAST_TOLD, LEAST_WEIGHED
from referendum.surveys.sampling import allocate

Pools = Counts
"""Members by group and option, of one run each."""


def must_register(process: Process) -> bool:
    """Whether only those vote who registered before."""
    return process.stage(StageKind.REGISTRATION) is not None


def registered(process: Process, let_in: Counts, assumed: Assumptions, runs: int, rng: np.random.Generator) -> Pools:
    """Who stands on the roll in each run: everybody let in, or those of them who registered."""
    pool = np.broadcast_to(let_in.sum(axis=0), (runs, *let_in.shape[1:]))
    if not must_register(process):
        return pool
    return rng.binomial(pool, _chances([each.registers for each in assumed.groups]))


def cast(process: Process, pools: Pools, assumed: Assumptions, rng: np.random.Generator) -> Counts:
    """Ballots by run and option, of those on the roll."""
    chances = [each.votes_registered if must_register(process) else each.votes for each in assumed.groups]
    ballots: Counts = rng.binomial(pools, _chances(chances)).sum(axis=-2)
    return ballots


def _chances(of_groups: list[Fraction]) -> Chances:
    return np.array([float(each) for each in of_groups])[:, None]


def by_vote(stage: MembersVoteStage, let_in: Counts, pools: Pools, ballots: Counts, *, had_to_register: bool) -> Spoken:
    """A members' vote as the comparison tells it."""
    took_part = ballots.sum(axis=1)
    return Spoken(
        By.VOTE, int(let_in.sum()), int(let_in.sum()), took_part, ballots / np.maximum(1, took_part)[:, None],
        took_part >= stage.min_ballots, pools.sum(axis=(1, 2)) if had_to_register else None,
        first=tuple(int(each) for each in ballots[0]),
    )  # fmt: skip


def lies_off(process: Process, union: Union, assumed: Assumptions, option: int) -> float | None:
    """How far the option's share of those who may be expected to speak lies from its share of all members; None where
    nobody does. As a survey is weighted, each council counts by its size."""
    let_in = union.admitted(process.electorate)
    if process.members_vote is not None:
        had_to = must_register(process)
        each_one = [each.registers * each.votes_registered if had_to else each.votes for each in assumed.groups]
        speaking = (let_in * _chances(each_one)).sum(axis=(0, 1))
    else:
        answers = (let_in * _chances([each.answers for each in assumed.groups])).sum(axis=1)
        heard = answers.sum(axis=1)
        weights = np.divide(let_in.sum(axis=(1, 2)), heard, out=np.zeros_like(heard), where=heard > 0)
        speaking = (answers * weights[:, None]).sum(axis=0)
    whole = speaking.sum()
    return float(speaking[option] / whole - union.shares[option]) if whole else None


def by_survey(
    stage: SurveyStage, let_in: Counts, letters: tuple[str, ...], assumed: Assumptions, runs: int,
    rng: np.random.Generator,
) -> Spoken:  # fmt: skip
    """A survey in every run: whom it asks, who answers, and what the product's estimate makes of it."""
    sizes = {council: int(each.sum()) for council, each in enumerate(let_in)}
    asked = allocate(sizes, stage.sample if stage.sample is not None else sum(sizes.values()))
    chances = _chances([each.answers for each in assumed.groups])
    answers = np.zeros((runs, len(sizes), len(letters)), dtype=np.int64)
    for council, number in asked.items():
        if number:
            found = rng.multivariate_hypergeometric(let_in[council].ravel(), number, size=runs)
            answers[:, council] = rng.binomial(found.reshape(runs, *let_in.shape[1:]), chances).sum(axis=1)
    shares, margins = np.zeros((runs, len(letters))), np.zeros((runs, len(letters)))
    for run in range(runs):
        strata = {
            council: Stratum(size, asked[council], dict(zip(letters, answers[run, council].tolist(), strict=True)))
            for council, size in sizes.items()
        }
        told = estimate(list(weighed(strata, LEAST_WEIGHED).values()), letters)
        for place, each in enumerate(told.shares[: len(letters)]):
            shares[run, place], margins[run, place] = each.weighted, each.margin
    took_part = answers.sum(axis=(1, 2))
    return Spoken(
        By.SURVEY, int(let_in.sum()), sum(asked.values()), took_part, shares, took_part >= LEAST_TOLD, margins=margins
    )
