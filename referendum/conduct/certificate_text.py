"""The text of the certificate: the tellers' signed result. Pure; the same facts give the same text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forum.questions.documents import instant


@dataclass(frozen=True)
class CertificateFacts:
    """What the certificate says. `going_on` are those who stand in the next vote. `archives` are (name, ballots, set
    aside, SHA-256); `proved` are (name, trustees with a second proof, without one, whether the totals are shown to be
    right all the same); `challenges` are (number, ruling, reason).
    """

    question_number: int
    occasion: str
    title: str
    table: dict[str, Any]
    reason: str
    elected: Sequence[str]
    going_on: Sequence[str]
    tie_broken: str
    closed_at: datetime
    counted_at: datetime
    archives: Sequence[tuple[str, int, int, str]]
    proved: Sequence[tuple[str, Sequence[int], Sequence[int], bool]]
    challenges: Sequence[tuple[int, str, str]]


def certificate_document(facts: CertificateFacts) -> str:
    """The certificate as it is signed."""
    table = facts.table
    outcome = "Undecided. Nobody is bound."
    if facts.elected:
        outcome = "Elected: " + "; ".join(facts.elected)
    elif facts.going_on:
        outcome = "Nobody is elected, and nobody is bound yet. Going on to the next vote: " + "; ".join(facts.going_on)
    parts = [
        f"# Certificate of the vote on question {facts.question_number}"
        + facts.occasion,
        facts.title,
        f"## Outcome\n\n{outcome}\n\n{facts.reason}",
        *([f"The tie was broken in the call's way: {facts.tie_broken}"] if facts.tie_broken else []),
        "## The count\n\n" + "\n".join(f"- {line}" for line in _count_lines(table)),
        f"Voting closed {instant(facts.closed_at)}; counted {instant(facts.counted_at)}.",
        "## The archives\n\n"
        + "\n".join(
            f"- {name}: {ballots} ballots; {aside} set aside, as a proof did not hold. SHA-256: {digest}"
            for name, ballots, aside, digest in facts.archives
        ),
        *(["## The trustees\n\n" + "\n".join(_proved_line(*each) for each in facts.proved)] if facts.proved else []),
        "## Challenges\n\n"
        + ("\n".join(f"- {number}: {ruling}. {reason}" for number, ruling, reason in facts.challenges) or "None."),
    ]
    return "\n\n".join(parts) + "\n"


def _proved_line(name: str, proved: Sequence[int], unproved: Sequence[int], is_bound: bool) -> str:
    given = f"second proofs by trustee {', '.join(map(str, proved))}" if proved else "no second proof"
    if not unproved:
        return f"- {name}: {given}: by everybody who opened a part."
    missing = ", ".join(map(str, unproved))
    shown = "those of the others show" if is_bound else "nothing shows"
    return f"- {name}: {given}; none by trustee {missing}: {shown} that what they opened is right."


def _count_lines(table: dict[str, Any]) -> list[str]:
    lines = [f"Eligible on the frozen roll: {table['eligible']}", f"Ballots: {table['ballots']}"]
    if table["registered"] is not None:
        lines[:1] = [f"Eligible: {table['eligible']}", f"Registered, on the frozen roll: {table['registered']}"]
    if not table["opened"]:
        return [*lines, f"Not opened: fewer than {table['least']} ballots."]
    lines.append(f"Blank: {table['blanks']}")
    return lines + [
        f"{row['letter']} {row['title']}: {row['count']} ballots, {row['percent']} (unrounded {row['unrounded']})"
        for row in table["rows"]
    ]
