"""The lines of a debate as plain text. Pure: rows in, lines out; the head of the file says what they mean.

Every line of ours begins at the margin, every line of a member's words four spaces in, so that no words can look like
a line of ours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

INDENT = "    "
BREAKS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Hidden:
    """What became of words that were hidden at least once: on which ground and reason, and how it ended."""

    ground: str
    reason: str
    ended: str  # "", "lifted", "restored"
    appeal: str  # "none", "waiting", "upheld"

    @property
    def state(self) -> str:
        if self.ended:
            return f"shown again, {self.ended}; had been hidden: {self.ground}"
        return f"hidden: {self.ground}; appeal: {self.appeal}"


def words(text: str) -> str:
    """A member's words, each line four spaces in."""
    return "".join(f"{INDENT}{line}".rstrip() + "\n" for line in BREAKS.split(text))


def entry(kind: str, number: str, at: datetime, facts: Mapping[str, object], text: str, hidden: Hidden | None) -> str:
    """One post, argument or line of chat. Of hidden words only the ground and the public reason stand here."""
    state = hidden.state if hidden else SHOWN
    told = "; ".join(f"{name} {value}" for name, value in facts.items() if value not in ("", None))
    head = f"-- {kind} {number}; {told}; at {moment(at)}; state {state}\n"
    if hidden and not hidden.ended:
        return f"{head}{words(f'[hidden] {hidden.reason}')}\n"
    return f"{head}{words(text)}\n"


def heading(title: str, facts: Mapping[str, object]) -> str:
    """The beginning of a part: a hall, or the arguments."""
    told = "".join(f"; {name} {value}" for name, value in facts.items() if value not in ("", None))
    return f"== {title}{told}\n\n"


def moment(at: datetime) -> str:
    """An instant in UTC to the second."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
