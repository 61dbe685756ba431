"""Parts of the count, keys and messages as pages and programs hand them in; whatever else came is refused in words."""

import json

import pytest

from forum.kernel.errors import Invalid
from referendum.trustees.forms import (
    LARGEST_FILE,
    SentPart,
    read_key_file,
    read_message,
    read_message_file,
    read_part,
    read_part_file,
)

PART = {"owner": 2, "partial_decryption": '{"a":1}', "second_proof": {"b": 2}}


def test_a_part_is_its_exact_bytes_with_whose_it_is_and_its_second_proof() -> None:
    assert read_part(PART) == SentPart(2, b'{"a":1}', {"b": 2})
    assert read_part({"partial_decryption": "x"}) == SentPart(None, b"x", None)
    assert read_part({"owner": 1, "partial_decryption": ["x", "y"]}) == SentPart(1, b'["x", "y"]', None)


@pytest.mark.parametrize("sent", [None, [], "x", 7, {}, {"partial_decryption": 7}, {"partial_decryption": {}}])
def test_what_is_no_part_is_refused(sent: object) -> None:
    for read in (lambda: read_part(sent), lambda: read_part_file(json.dumps(sent).encode())):
        with pytest.raises(Invalid) as refused:
            read()
        assert [each.field for each in refused.value.problems] == ["part"]


def test_a_file_is_our_command_s_in_one_line_or_many_or_the_two_lines_of_the_outside_tool() -> None:
    for text in (json.dumps(PART, separators=(",", ":")), json.dumps(PART), json.dumps(PART, indent=1)):
        assert read_part_file(text.encode()) == SentPart(2, b'{"a":1}', {"b": 2})
    assert read_part_file(b'{"part":1}\n{"owner":3,"payload":"x"}\n') == SentPart(3, b'{"part":1}', None)


def test_a_file_that_is_too_long_is_not_read() -> None:
    text = json.dumps(PART, separators=(",", ":")).encode()
    assert read_part_file(text, len(text)).owner == 2
    with pytest.raises(Invalid):
        read_part_file(text, len(text) - 1)
    assert LARGEST_FILE == 700_000
    assert read_key_file(b" " * (LARGEST_FILE - 1) + b"7") == 7
    assert read_key_file(b" " * LARGEST_FILE + b"7") is None
    assert [read_key_file(each) for each in (b"{", b"[" * 100_000, b'{"a":1}')] == [None, None, {"a": 1}]


def test_a_message_is_a_text_from_a_page_or_a_file() -> None:
    assert read_message({"message": "m"}) == "m"
    assert read_message_file(b" m\n") == "m"
    for read in (lambda: read_message({"message": 7}), lambda: read_message(["m"]), lambda: read_message_file(b"\xff")):
        with pytest.raises(Invalid) as refused:
            read()
        assert [each.field for each in refused.value.problems] == ["message"]
