"""What a challenge, and the ruling on it, says as it was sent."""

from typing import Any

import pytest

from forum.kernel.errors import Invalid
from referendum.process.forms import NewChallenge, NewRuling, read_challenge, read_ruling


def test_a_challenge_is_to_the_tellers_only_where_that_is_ticked() -> None:
    assert read_challenge({"text": " No letters came. "}) == NewChallenge("No letters came.", False)
    assert read_challenge({"text": "So.", "to_tellers": "1"}) == NewChallenge("So.", True)


@pytest.mark.parametrize(
    ("ruling", "upheld", "changes"),
    [("upheld", True, False), ("dismissed", False, False), ("upheld_changes_outcome", True, True)],
)
def test_a_ruling_says_whether_it_is_upheld_and_whether_it_could_have_changed_the_outcome(
    ruling: str, upheld: bool, changes: bool
) -> None:
    assert read_ruling({"ruling": ruling, "reason": "So it was."}) == NewRuling(upheld, "So it was.", changes)


@pytest.mark.parametrize(
    ("read", "sent", "field"),
    [
        (read_challenge, {"text": ""}, "text"), (read_challenge, {"text": "x" * 5_001}, "text"),
        (read_ruling, {"ruling": "perhaps", "reason": "So."}, "ruling"), (read_ruling, {"ruling": "upheld"}, "reason"),
        (read_ruling, {"ruling": "upheld", "reason": "x" * 5_001}, "reason"),
    ],
)  # fmt: skip
def test_what_is_missing_or_too_long_is_told_at_its_field(read: Any, sent: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(sent)
    assert [each.field for each in refused.value.problems] == [field]


def test_five_thousand_characters_are_taken() -> None:
    assert len(read_challenge({"text": "x" * 5_000}).text) == 5_000
    assert len(read_ruling({"ruling": "upheld", "reason": "x" * 5_000}).reason) == 5_000
