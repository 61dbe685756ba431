"""What officers and tellers propose by form: every field is asked for, and read as it was typed."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from forum.kernel.errors import Invalid
from referendum.conduct import forms

ZONE = ZoneInfo("America/Chicago")
THEN = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
ASKED: dict[Any, tuple[dict[str, str], Any]] = {
    forms.read_observer: (
        {"member": "1002", "observer_reason": "So."}, forms.NewObserver("1002", "So."),
    ),
    forms.read_dropping: ({"trustee": "abc", "trustee_reason": "So."}, forms.NewDropping("abc", "So.")),
    forms.read_annulment: ({"annul_reason": "So."}, "So."),
    forms.read_tie_break: ({"letters": "a, B a", "how": "By lot."}, forms.NewTieBreak(("A", "B"), "By lot.")),
    lambda sent: forms.read_vote_extension(sent, ZONE): (
        {"extend_to": "2026-12-01T10:00", "extend_reason": "So."}, forms.NewExtension(THEN, "So."),
    ),
    lambda sent: forms.read_call(sent, ZONE): ({"tie_break": "By lot."}, forms.NewCall("By lot.", None, None)),
}  # fmt: skip


@pytest.mark.parametrize("read", ASKED)
def test_every_field_is_read_and_none_may_be_missing(read: Any) -> None:
    sent, found = ASKED[read]
    assert read(sent) == found
    for name in sent:
        with pytest.raises(Invalid) as refused:
            read(sent | {name: " "})
        assert [each.field for each in refused.value.problems] == [name]


def test_a_call_may_name_its_own_dates() -> None:
    sent = {"tie_break": "By lot.", "opens_at": "2026-12-01T10:00", "closes_at": "2026-12-01T10:00"}
    assert forms.read_call(sent, ZONE) == forms.NewCall("By lot.", THEN, THEN)
