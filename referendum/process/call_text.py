"""The text of the call: the executive council's signed notice of the referendum. Pure.

The same facts give the same text, byte for byte; times are UTC. It is signed in one wording and not translated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from forum.questions.documents import instant
from forum.questions.process import CodesBy, OptionSource
from forum.questions.process_words import CODES_IN_WORDS, RULE_IN_WORDS, opening_in_words
from referendum.process.facts import VoteKind
from referendum.process.params import VoteParams

SECRECY_RULE = "secrecy rule of Hustings, version 1"
SECRECY_TEXT = (
    "Ballots are encrypted. Only national totals are opened, after the close, never before, by the trustees together. "
    "Single ballots are never opened. Turnout is told after the close by units of 30 members and more; votes are never "
    "told by unit. Citations of arguments are encrypted apart from votes, and opened as national totals only. Nothing "
    "but the sealed list joins a ballot to a member; any two tellers open it together, and each "
    "opening is in the audit log."
)

FOLLOWED_BY = {
    OptionSource.ALL_OPTIONS: "All options go on to the next vote.",
    OptionSource.LEADING_TWO: "The two leading options go on to the next vote.",
    OptionSource.LEADING_OF_EACH_SLATE: "The leading option of each slate goes on to the next vote.",
}


@dataclass(frozen=True)
class CallFacts:
    """What the call says. `occasion` is what `occasion_of` gives for this vote; `people` maps a role's heading to names
    with member numbers."""

    question_number: int
    occasion: str
    title: str
    options: Sequence[tuple[str, str]]
    opens_at: datetime
    closes_at: datetime
    roll_size: int
    roll_hash: str
    digest_hash: str
    people: Sequence[tuple[str, Sequence[str]]]
    tie_break: str
    params: VoteParams


def call_document(facts: CallFacts) -> str:
    """The call as it is signed."""
    params = facts.params
    digest = "There was no debate, so there is no digest and there are no citations."
    if facts.digest_hash:
        digest = f"The digest of the debate is frozen. SHA-256: {facts.digest_hash}"
        if not params.has_citations:
            digest += "\n\nArguments were cited in the first vote. They are not asked for again."
    parts = [
        f"# Call on question {facts.question_number}{facts.occasion}",
        f"The executive council calls the members to a {'binding, ' if params.leads_to is None else ''}secret vote.",
        f"## The question\n\n{facts.title}\n\n" + "\n".join(f"- {letter}. {title}" for letter, title in facts.options),
        f"## When\n\n- Voting opens: {instant(facts.opens_at)}\n- Voting closes: {instant(facts.closes_at)}",
        f"Challenges are taken for {params.challenge_days} days from the count.",
        f"## Who may vote\n\n{facts.roll_size} members on the frozen roll. SHA-256: {facts.roll_hash}",
        f"## The guide\n\n{digest}",
        "## Who runs it\n\n" + "\n".join(f"- {role}: {', '.join(names) or 'none'}" for role, names in facts.people),
        "## How it is decided\n\n" + "\n".join(f"- {line}" for line in _rule(params)),
        f"## If there is a tie\n\n{facts.tie_break}",
        f"## Secrecy ({SECRECY_RULE})\n\n{SECRECY_TEXT}\n\n{_codes(params)}",
    ]
    return "\n\n".join(parts) + "\n"


def occasion_of(kind: str, attempt: int) -> str:
    """Which of a question's votes a signed text is about, for its heading; nothing for the first."""
    run_off = ", the run-off" if kind == VoteKind.RUN_OFF else ""
    return run_off + ("" if attempt == 1 else f", held for the {attempt}. time")


def _rule(params: VoteParams) -> list[str]:
    lines = [RULE_IN_WORDS[params.rule]]
    lines.append("Blank ballots are possible and count for the quorum only." if params.blank else "No blank ballots.")
    lines.append(f"Quorum: {_share(params.quorum)}")
    lines.append(f"Below {params.min_ballots} ballots nothing is counted and the vote is undecided.")
    if params.leads_to is not None:
        lines.append(f"This vote elects nobody. {FOLLOWED_BY[params.leads_to]}")
    if params.has_citations:
        lines.append(f"Citations are opened from {params.citations_min} ballots on.")
    lines.append(opening_in_words(params.opening))
    lines.append(
        "Members may vote again until the close; the last ballot counts." if params.revote else "A ballot is final."
    )
    return lines


def _share(quorum: Fraction) -> str:
    return f"{quorum.numerator}/{quorum.denominator} of the frozen roll." if quorum else "none."


def _codes(params: VoteParams) -> str:
    caution = "" if params.codes_by is CodesBy.TELLERS else " It could vote in a member's place."
    return CODES_IN_WORDS[params.codes_by] + caution
