"""A comparison’s sentences, the same in table, picture and file; no option stands out where runs disagree. Pure."""

from collections.abc import Iterator

from forum.questions.process import ByNameStage, RollCallStage
from forum.questions.process_words import electorate_in_words
from referendum.process.chain import deciding_stages
from referendum.process.voting import REASONS
from referendum.rehearsal.comparison.assumptions import SeatsFollow
from referendum.rehearsal.comparison.comparison import OTHERS, Comparison, Row
from referendum.rehearsal.comparison.held import By, Spoken
from referendum.rehearsal.comparison.rows import middle
from referendum.rehearsal.replay_label import answered, in_english
from referendum.results.rules import publish

NOT_A_FORECAST = "No vote and no forecast: members, opinions and who takes part are made up, as the assumptions say."


def percent(share: float) -> str:
    """With one decimal; 99.96 is not told as all, nor 0.04 as none."""
    shown = f"{100 * share:.1f}"
    if (shown == "100.0" and share < 1) or (shown == "0.0" and share > 0):
        return f"{100 * share:.2f} %"
    return f"{shown} %"


def part(members: int, whole: int) -> str:
    """A part of all members, cut and not rounded up as in the label, with two decimals below one percent."""
    hundredths = 10_000 * members // whole
    if hundredths < 100:
        return f"0.{hundredths:02} %"
    return f"{hundredths // 100}.{hundredths // 10 % 10} %"


def points(difference: float) -> str:
    """A difference in points, with its sign."""
    shown = f"{abs(100 * difference):.1f}"
    return "0.0" if shown == "0.0" else f"{'+' if difference > 0 else '−'}{shown}"


def taking_part(row: Row, members: int) -> tuple[str, str]:
    """How many take part in the middle run, and of all members what part; empty where nobody is asked."""
    if row.spoken is None:
        return "", ""
    count = middle(row.spoken.took_part)
    return f"{count:,}", part(count, members)


def decided(row: Row, runs: int) -> str:
    """The outcomes over all runs, by letter; as many words for one that came once as for one that came always."""
    if row.held is None:
        return "cannot be held"
    outcomes = row.held.outcomes
    if len(outcomes) == 1:
        return f"{outcomes[0][0]} in all {runs} runs"
    return ", ".join(f"{label} in {count}" for label, count in outcomes) + f" of {runs} runs"


def by_seats(row: Row) -> str:
    """How many of a body decide in the end; empty where the members do."""
    return f"(by {row.held.seats[-1]} seats)" if row.held and row.held.seats[-1] else ""


def label_lines(row: Row) -> Iterator[str]:
    """The label, one line a row, explained."""
    for each in row.label.values():
        said = (answered(each, row.compared.told), *map(in_english, each.beneath))
        yield " ".join((each.question, *(f"{sentence.removesuffix('.')}." for sentence in said)))


def who(row: Row, members: int) -> str:
    """Who takes part, who does not, and who may not."""
    spoken = row.spoken
    if spoken is None:
        return "No member is asked."
    count, share = taking_part(row, members)
    taken, barred = middle(spoken.took_part), members - spoken.admitted
    parts = [f"{count} of {members:,} members take part ({share})."]
    if barred:
        rule = electorate_in_words(row.compared.process.electorate)
        parts.append(f"{barred:,} may not ({part(barred, members)}). Who may: {rule[0].lower()}{rule[1:]}")
    if spoken.by is By.SURVEY:
        unasked = spoken.admitted - spoken.asked
        parts.append(
            f"{spoken.asked:,} are asked ({part(spoken.asked, members)}); {unasked:,} might have been and are not."
        )
    elif spoken.registered is not None:
        parts.append(f"{middle(spoken.registered):,} registered; {spoken.admitted - taken:,} could vote and do not.")
    else:
        absent = spoken.admitted - taken
        parts.append(f"{absent:,} could vote and do not ({part(absent, members)}).")
    return " ".join(parts)


def uncertain(row: Row, told: Comparison) -> Iterator[str]:
    """How far what was said may be from what all members think, and what no number covers."""
    spoken = row.spoken
    if spoken is None:
        return
    if row.spread is None:
        yield "In no run enough took part for anything to be told."
        return
    low, high = percent(row.spread.low), percent(row.spread.high)
    off = points(row.spread.middle - told.share)
    yield (
        f"Of them {low} to {high} are for {told.letter} in 95 of 100 runs; of all members {percent(told.share)}: {off}"
        " points in the middle run."
    )
    if row.off is not None:
        yield (
            f"Which way who takes part leans is a draw: in {OTHERS} other unions, {points(row.off.low)} to"
            f" {points(row.off.high)} points."
        )
    if spoken.by is By.SURVEY:
        yield f"The survey states a margin of ± {stated(spoken, told.option)} points, from sampling alone."
        yield "Who was asked and did not answer may think otherwise; no margin covers that."
    else:
        yield "There is no sampling, so no margin: all ballots count. What they miss is who did not vote."


def stated(spoken: Spoken, option: int) -> str:
    """The margin that a survey states for an option, in points, in the middle run."""
    assert spoken.margins is not None
    ordered = sorted(spoken.margins[spoken.told, option].tolist())
    return f"{100 * ordered[len(ordered) // 2]:.1f}"


def published(row: Row, told: Comparison) -> str:
    """The first run's vote as the process would publish it; empty where there is none, or nothing may be told."""
    vote, spoken = row.compared.process.members_vote, row.spoken
    if vote is None or spoken is None or not spoken.told[0]:
        return ""
    table = publish(told.matter.titles, spoken.first, vote.reporting, ballots=sum(spoken.first), blanks=0)
    shares = ", ".join(f"{each.option} {each.percent}" for each in table.listed)
    return f"The first run, as this process publishes it: {shares}. {' '.join(str(note) for note in table.notes)}"


BODY_VOTES = {
    SeatsFollow.OWN_COUNCIL: "each seat votes as most members of its own council think",
    SeatsFollow.MEMBERS: "each seat votes as the members said",
    SeatsFollow.OWN_MIND: "each seat votes its own mind, drawn from the keen",
}


def by_a_body(row: Row, told: Comparison) -> Iterator[str]:
    """What is assumed of a body that decides."""
    if row.held is None:
        return
    for stage, seats in zip(deciding_stages(row.compared.process), row.held.seats, strict=True):
        if isinstance(stage, ByNameStage):
            how = told.assumed.roll_call if isinstance(stage, RollCallStage) else told.assumed.council
            body = stage.body or "A body"
            yield f"{body}, {seats} seats: assumed is that {BODY_VOTES[how]}."


def reasons(row: Row) -> Iterator[str]:
    """Why runs stayed undecided."""
    if row.held is not None:
        yield from sorted({str(REASONS[end.reason]) for end in row.held.ends if not end.letters})
