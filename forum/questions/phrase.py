"""A sentence that rules hand to the edge: an English message to translate, and the values that fill it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Phrase:
    """`facts` may hold numbers, percentages, aware datetimes and phrases; the edge writes all in the reader's
    language and zone.
    """

    text: str
    facts: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.facts if self.facts else self.text
