"""Holds a process with a simulated union, run after run, by the product's own rules of voting and chaining. Pure."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from forum.questions.process import (
    ByNameStage,
    CouncilDecisionStage,
    MembersVoteStage,
    Process,
    RollCallStage,
    RunOffStage,
    SurveyStage,
)
from referendum.process.chain import DecidingStage, Finished, deciding_stages, leads_to, next_stage, options_for
from referendum.process.params import VoteParams, params_of, read_params, run_off_params
from referendum.process.voting import Outcome, Tally, decide
from referendum.rehearsal.comparison import seats, speaking
from referendum.rehearsal.comparison.assumptions import Assumptions, SeatsFollow
from referendum.rehearsal.comparison.held import End, Held, Spoken
from referendum.rehearsal.comparison.places import Counts
from referendum.rehearsal.comparison.union import Union
from referendum.rollcalls.rules import outcome as seats_outcome


def hold(process: Process, union: Union, assumed: Assumptions, *, runs: int, seed: int, officers: int) -> Held:
    """Every run of a process. Its draws depend on the seed and its name alone, not on what it is compared with."""
    rng = np.random.default_rng([seed, 1, int.from_bytes(process.name.encode())])
    return _Holding(process, union, assumed, runs, rng, officers).hold()


class _Holding:
    """One process with one union; what members say is drawn for all runs at once."""

    def __init__(
        self, process: Process, union: Union, assumed: Assumptions, runs: int, rng: np.random.Generator, officers: int
    ) -> None:
        self.process, self.union, self.assumed, self.runs, self.rng = process, union, assumed, runs, rng
        self.officers = officers
        self.of_councils: dict[tuple[int, ...], list[int | None]] = {}
        self.let_in = union.admitted(process.electorate)
        self.let_in = self.let_in[self.let_in.sum(axis=(1, 2)) > 0]
        self.pools = speaking.registered(process, self.let_in, assumed, runs, rng)
        self.spoken = self._spoken()

    def _spoken(self) -> Spoken | None:
        stage = self.process.members_vote
        if stage is not None:
            had_to = speaking.must_register(self.process)
            self.ballots = speaking.cast(self.process, self.pools, self.assumed, self.rng)
            return speaking.by_vote(stage, self.let_in, self.pools, self.ballots, had_to_register=had_to)
        survey = next((each for each in self.process.stages if isinstance(each, SurveyStage)), None)
        if survey is None:
            return None
        return speaking.by_survey(survey, self.let_in, self.union.letters, self.assumed, self.runs, self.rng)

    def hold(self) -> Held:
        ends = tuple(self._end(run) for run in range(self.runs))
        return Held(self.spoken, ends, tuple(self._seats(stage) for stage in deciding_stages(self.process)))

    def _seats(self, stage: DecidingStage) -> int:
        if isinstance(stage, RollCallStage):
            return len(self.let_in)
        return self.officers if isinstance(stage, CouncilDecisionStage) else 0

    def _end(self, run: int) -> End:
        done: list[Finished] = []
        while (stage := next_stage(self.process, done)) is not None:
            letters = options_for(done, self.union.letters)
            done.append(Finished(stage.kind, letters, self._outcome(stage, letters, run)))
        last = done[-1]
        return End(tuple(sorted(last.letters[each] for each in last.outcome.elected)), last.outcome.reason)

    def _outcome(self, stage: DecidingStage, letters: Sequence[str], run: int) -> Outcome:
        standing = [self.union.letters.index(letter) for letter in letters]
        vote = self.process.members_vote
        match stage:
            case MembersVoteStage():
                return self._counted(self.ballots[run], run, standing, read_params(params_of(self.process, stage)))
            case RunOffStage():
                assert vote is not None, "no template has a run-off without a members' vote"
                params = read_params(run_off_params(self.process, vote, stage, letters))
                return self._counted(self._second_ballots(run, standing), run, standing, params)
            case RollCallStage():
                return self._by_name(self.assumed.roll_call, None, stage, standing, stage.quorum, run)
            case CouncilDecisionStage():
                return self._by_name(self.assumed.council, self.officers, stage, standing, Fraction(0), run)

    def _counted(self, ballots: Counts, run: int, standing: Sequence[int], params: VoteParams) -> Outcome:
        counts = tuple(int(ballots[each]) for each in standing)
        slates = tuple(self.union.slates[each] for each in standing)
        tally = Tally(counts, sum(counts), 0, int(self.pools[run].sum()), slates)
        return decide(
            params.rule, tally, quorum=params.quorum, min_ballots=params.min_ballots, leads_to=params.leads_to
        )

    def _second_ballots(self, run: int, standing: Sequence[int]) -> Counts:
        """The run-off: the same roll, opinions that have gone over to those that stand, participation drawn anew."""
        pools = np.array([seats.gone_over(each.tolist(), standing, self.union.slates) for each in self.pools[run]])
        return speaking.cast(self.process, pools, self.assumed, self.rng)

    def _by_name(
        self, how: SeatsFollow, number: int | None, stage: ByNameStage,
        standing: Sequence[int], quorum: Fraction, run: int,
    ) -> Outcome:  # fmt: skip
        said = None
        if self.spoken is not None and self.spoken.told[run]:
            said = self.spoken.shares[run].tolist()
        cast = self._cast_by_name(how, number, standing, said)
        letters = [self.union.letters[each] for each in standing]
        votes = ["" if each is None else self.union.letters[each] for each in cast]
        slates = [self.union.slates[each] for each in standing]
        return seats_outcome(letters, votes, len(votes), quorum, leads_to(self.process, stage.kind), slates)

    def _cast_by_name(
        self, how: SeatsFollow, number: int | None, standing: Sequence[int], said: Sequence[float] | None
    ) -> list[int | None]:
        """What each seat votes; as councils think, it is the same in every run and found once."""
        if how is not SeatsFollow.OWN_COUNCIL:
            return seats.by_members_or_mind(how, self.let_in, number, standing, self.union.slates, said, self.rng)
        key = tuple(standing)
        if key not in self.of_councils:
            self.of_councils[key] = seats.as_councils_think(self.let_in, standing, self.union.slates)
        return self.of_councils[key]
