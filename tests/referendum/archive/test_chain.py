"""The chain of events: an event that does not follow exactly from the one before it is refused."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from referendum.archive.container import FIRST_NAME, Damaged, first_body, record_name, write_record
from referendum.archive.events import DATA_COUNT, FOLLOWS, Chain, EventType
from referendum.archive.reader import ArchiveReader
from referendum.crypto.canonical import canonical_bytes
from tests.referendum.archive.samples import TIMESTAMP

FIRST = Chain().event_bytes(EventType.BALLOT, b"1")
SECOND = Chain().after(EventType.BALLOT, FIRST).event_bytes(EventType.BALLOT, b"2")


def read_with_second(event: bytes, data: list[bytes]) -> int:
    """The number of events in an archive of a faultless first event and the second one given."""
    stream = io.BytesIO()
    write_record(stream, FIRST_NAME, first_body(TIMESTAMP), TIMESTAMP)
    for body, is_event in [(b"1", False), (FIRST, True), *((body, False) for body in data), (event, True)]:
        write_record(stream, record_name(body, is_event=is_event), body, TIMESTAMP)
    stream.seek(0)
    return sum(1 for _ in ArchiveReader(stream))


def test_a_faultless_second_event_is_read() -> None:
    assert read_with_second(SECOND, [b"2"]) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v: v.update(height=2), "does not follow"),
        (lambda v: v.update(height=0), "does not follow"),
        (lambda v: v.update(parent="0" * 64), "does not follow"),
        (lambda v: v.pop("parent"), "does not follow"),
        (lambda v: v.update(payload="0" * 64), "another content"),
        (lambda v: v.pop("payload"), "another content"),
        (lambda v: v.update(payload=None), "another content"),
        (lambda v: v.update(type="Shuffle"), "kind that does not belong"),
        (lambda v: v.update(type=["Ballot"]), "a text was expected"),
        (lambda v: v.update(type="Result", height=1.5), "not a whole number"),
        (lambda v: v.update(type="EndBallots"), "brings 1 records instead of 0"),
        (lambda v: v.update(type="EncryptedTally"), "brings 1 records instead of 2"),
        (lambda v: v.update(more=1), "does not belong"),
        (lambda v: v.update(height=v.pop("height")), "canonical"),
        (lambda v: v.update(height=True), "canonical|follow"),
    ],
)
def test_a_second_event_that_does_not_fit_is_refused(change: Callable[[Any], None], words: str) -> None:
    value = json.loads(SECOND)
    change(value)
    with pytest.raises(Damaged, match=words):
        read_with_second(canonical_bytes(value), [b"2"])


def test_an_event_that_is_no_json_is_refused() -> None:
    with pytest.raises(Damaged, match="not JSON"):
        read_with_second(b"{", [b"2"])


def test_an_event_with_blanks_is_refused() -> None:
    with pytest.raises(Damaged, match="canonical"):
        read_with_second(SECOND.replace(b",", b", "), [b"2"])


def test_every_type_has_its_place_and_its_data() -> None:
    assert set(DATA_COUNT) == set(EventType)
    assert set(FOLLOWS) == {None, *EventType}
    assert {kind for kinds in FOLLOWS.values() for kind in kinds} == set(EventType)
