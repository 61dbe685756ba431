"""What tellers ask of the sealed list, and members of the roll, as it was sent."""

from typing import Any

import pytest

from forum.kernel.errors import Invalid
from referendum.electorate.claim_forms import NewClaim, read_claim, read_claim_ruling
from referendum.electorate.forms import AskedOpening, read_choice, read_field, read_opening, read_reason


def test_numbers_stand_between_blanks_commas_and_lines_each_once() -> None:
    sent = {"purpose": "spare", "reason": "Lost.", "numbers": " 1001, 1002;1003\n1001 "}
    assert read_opening(sent) == AskedOpening("spare", "Lost.", ("1001", "1002", "1003"))


@pytest.mark.parametrize("purpose", ["unknown", "reminder", "turnout"])
def test_only_spare_codes_are_for_somebody_named(purpose: str) -> None:
    assert read_opening({"purpose": purpose, "reason": "So."}) == AskedOpening(purpose, "So.", ())


@pytest.mark.parametrize(
    ("asks", "number", "found"),
    [("me", "1002", NewClaim("", True, "So.")), ("admit", "1002", NewClaim("1002", True, "So.")),
     ("remove", "1002", NewClaim("1002", False, "So.")), ("me", "", NewClaim("", True, "So."))],
)  # fmt: skip
def test_a_challenge_to_the_roll_is_about_oneself_or_about_a_number(asks: str, number: str, found: NewClaim) -> None:
    assert read_claim({"asks": asks, "number": number, "text": "So."}) == found


def test_a_ruling_a_reason_a_word_and_a_field_are_read_as_sent() -> None:
    assert read_claim_ruling({"ruling": "upheld", "reason": "So."}) == (True, "So.")
    assert read_claim_ruling({"ruling": "dismissed", "reason": "So."}) == (False, "So.")
    assert read_reason({"reason": " So. "}) == "So."
    assert read_choice({"way": "b"}, "way", ("a", "b")) == "b"
    assert [read_field(sent, "share") for sent in ({"share": 7}, {}, [7], None)] == [7, None, None, None]


@pytest.mark.parametrize(
    ("read", "sent", "fields"),
    [
        (read_opening, {"purpose": "spare", "reason": "So."}, ["numbers"]),
        (read_opening, {"purpose": "fun", "reason": ""}, ["purpose", "reason"]),
        (read_opening, {"purpose": "turnout", "reason": "x" * 1001}, ["reason"]),
        (read_reason, {}, ["reason"]), (read_reason, {"reason": "x" * 1001}, ["reason"]),
        (lambda sent: read_choice(sent, "way", ("a", "b")), {"way": "c"}, ["way"]),
        (read_claim, {"asks": "admit", "text": "So."}, ["number"]),
        (read_claim, {"asks": "me", "text": "x" * 2001}, ["text"]),
        (read_claim, {"asks": "remove", "text": "So."}, ["number"]),
        (read_claim, {"asks": "all", "text": ""}, ["asks", "text"]), (read_claim_ruling, {}, ["ruling", "reason"]),
    ],
)  # fmt: skip
def test_what_is_missing_or_too_long_is_told_at_its_field(read: Any, sent: dict[str, str], fields: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        read(sent)
    assert [each.field for each in refused.value.problems] == fields
