"""What a member sends as an entry reading, read into a value."""

from collections.abc import Collection, Mapping
from typing import Any

from forum.entry.rules import Answer, Given
from forum.kernel.reading import Reader

UNDECIDED, UNSAID = str(Answer.UNDECIDED), str(Answer.UNSAID)


def read_entry(sent: Mapping[str, Any], options: Collection[int]) -> Given:
    """One of the options by its id, undecided, or rather not say; the button that skips says the last."""
    if sent.get("skip"):
        return Given(Answer.UNSAID)
    reader = Reader(sent)
    chosen = reader.choice("leaning", [*map(str, options), UNDECIDED, UNSAID])
    reader.done()
    return Given(Answer.OPTION, int(chosen)) if chosen not in (UNDECIDED, UNSAID) else Given(Answer(chosen))
