"""A process in plain sentences, for the texts that a body signs. English only, as those texts are."""

from collections.abc import Iterator
from fractions import Fraction

from forum.questions import process as p

RULE_IN_WORDS = {
    p.VotingRule.PLURALITY: "The option with the most votes is elected.",
    p.VotingRule.MAJORITY: "An option is elected with more than half of the ballots that name an option.",
    p.VotingRule.TWO_THIRDS: "An option is elected with two thirds or more of the ballots that name an option.",
    p.VotingRule.MAJORITY_RUN_OFF: "More than half of the ballots that name an option elect; else two go to a run-off.",
    p.VotingRule.YES_NO: "The option with the most votes is elected.",
    p.VotingRule.APPROVAL: "Each ballot may name several options; the one named most is elected.",
    p.VotingRule.DUAL: "The leading option of each slate is elected.",
}
CODES_IN_WORDS = {
    p.CodesBy.HOST: "The operator of the site makes the voting codes and mails them; who has no e-mail gets a letter.",
    p.CodesBy.LETTERS: "The operator of the site makes the voting codes; every member gets a printed letter.",
    p.CodesBy.TELLERS: "The tellers make the voting codes on a machine of their own; the host never sees one.",
}
OPENING_IN_WORDS = {
    "majority": "Of three trustees or more, any majority of them opens the count; of fewer, all together.",
    "all": "All trustees open the count together.",
}
OPTIONS_IN_WORDS = {
    p.OptionSource.ALL_OPTIONS: "It decides between all options.",
    p.OptionSource.LEADING_TWO: "It decides between the two leading options.",
    p.OptionSource.LEADING_OF_EACH_SLATE: "It decides between the leading options of the slates.",
}


def stage_in_words(stage: p.Stage) -> str:
    """One stage: its name, then every rule it sets, a sentence each."""
    return " ".join([f"{p.STAGE_NAMES[stage.kind]}.", *_sentences(stage)])


def _sentences(stage: p.Stage) -> Iterator[str]:
    match stage:
        case p.RegistrationStage():
            yield f"It is open for {_many(stage.days, 'day')}."
        case p.DebateStage():
            yield from _debate(stage)
        case p.SurveyStage():
            yield f"It runs for {_many(stage.days, 'day')}."
            yield f"{stage.sample} members are asked." if stage.sample is not None else "Every member is asked."
            for item in stage.questionnaire:
                yield f"It asks: “{item.text}” ({'; '.join(item.answers) or 'the options'})."
        case p.MembersVoteStage():
            yield from _vote(stage)
        case p.RunOffStage():
            yield f"Voting is open for {_many(stage.days, 'day')}. {OPTIONS_IN_WORDS[stage.options_from]}"
            yield f"Challenges are taken for {_many(stage.challenge_days, 'day')} from the count."
        case p.RollCallStage():
            yield f"{stage.body or 'The body'} votes by name within {_many(stage.days, 'day')}."
            yield f"{OPTIONS_IN_WORDS[stage.options_from]} {_quorum(stage.quorum, 'the body')}"
        case p.CouncilDecisionStage():
            yield f"{stage.body or 'The council'} decides."
        case p.MandateStage():
            yield f"An obligation is due within {_many(stage.due_days, 'day')} where no other time is written."
            yield f"Each act can be disputed for {_many(stage.dispute_days, 'day')}."


def _debate(stage: p.DebateStage) -> Iterator[str]:
    yield f"It runs for at least {_many(stage.min_days, 'day')}."
    locals_ = "every local" if stage.share_of_locals == 1 else f"at least {_part(stage.share_of_locals)} of the locals"
    yield f"In {locals_} at least {_many(stage.min_sessions, 'live session')} must be held."
    if stage.town_halls:
        yield f"At least {_many(stage.town_halls, 'town hall')} must be held: live sessions for all locals together."
    yield f"The digest has room for {_many(stage.digest_size, 'argument')}."
    yield (
        f"Where one option is more than {_part(stage.reach_limit)} ahead of another in what reached members, it closes"
        " once the other was offered the same."
    )
    if stage.entry_reading:
        yield "Members are asked where they stand before they read anything; the totals are shown with the result."


def _vote(stage: p.MembersVoteStage) -> Iterator[str]:
    yield f"Voting is open for {_many(stage.days, 'day')}. {RULE_IN_WORDS[stage.rule]}"
    yield "Blank ballots are possible and count for the quorum only." if stage.blank else "There are no blank ballots."
    yield _quorum(stage.quorum, "the frozen roll")
    yield CODES_IN_WORDS[stage.codes]
    yield opening_in_words(stage.opening)
    yield (
        "Members may vote again until the close; the last ballot counts." if stage.revote else "A ballot is final."
    )
    yield f"Below {_many(stage.min_ballots, 'ballot')} nothing is counted."
    weighed = "and which weighed with members who voted the other way, " if stage.weighed else ""
    yield f"Which arguments moved votes, {weighed}is counted from {_many(stage.citations_min, 'ballot')} on."
    yield _reporting(stage.reporting)
    yield f"Challenges are taken for {_many(stage.challenge_days, 'day')} from the count."


def opening_in_words(opening: str) -> str:
    """How many trustees open the count."""
    return OPENING_IN_WORDS.get(opening, f"Any {opening} trustees open the count together; of fewer, all.")


def _reporting(reporting: p.Reporting) -> str:
    what = "candidate" if reporting.candidates else "option"
    above = f" with more than {_part(reporting.above)} of them" if reporting.above is not None else ""
    rounded = f"to {_many(reporting.decimals, 'decimal')} of a percentage point"
    if not reporting.decimals:
        rounded = "to whole percentage points"
    fitted = ", so that they add up" if reporting.rounding is p.Rounding.LARGEST_REMAINDER else ""
    return f"Published are the votes of every {what}{above}, with shares rounded {rounded}{fitted}."


def electorate_in_words(electorate: p.Electorate) -> str:
    """Who may vote, with every restriction there is."""
    limits = [
        f"{name}: {', '.join(sorted(values))}"
        for name, values in vars(electorate).items()
        if values and name != "standings"
    ]
    standing = f"Every member whose standing is {' or '.join(sorted(electorate.standings))}"
    return standing + (f", of these {'; '.join(limits)}." if limits else ".")


def _quorum(quorum: Fraction, whole: str) -> str:
    return f"Quorum: {_part(quorum)} of {whole}." if quorum else "There is no quorum."


def _part(share: Fraction) -> str:
    """An exact share: "2/3", or "1 %" where it is a whole number of percent."""
    percent = share * 100
    return f"{percent.numerator} %" if percent.denominator == 1 else f"{share.numerator}/{share.denominator}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
