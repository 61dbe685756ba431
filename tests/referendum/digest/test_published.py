"""The exported file: it holds, every alteration is told in words, and no stranger's file makes it stumble."""

import hashlib
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.opinion.rules import Counts
from referendum.crypto.canonical import Malformed, canonical_bytes, read_json
from referendum.digest.differences import letter
from referendum.digest.document import ROOM, GuideArgument, GuideStatement, guide, shortened
from referendum.digest.published import check, exported, publish
from referendum.digest.record import PublicRecord, to_json
from referendum.digest.rules import select
from tests.referendum.digest.records import argument, debates, record


def groups(number: int) -> dict[int, Counts]:
    return {0: Counts(20 + number, 3, 0), 1: Counts(4, 9, 0)}


DEBATE = record(
    *(argument(n, 10 + n, option=n % 2, groups=groups(n)) for n in range(1, 16)),
    argument(16, merged_into=1), argument(17, hidden_by=4), argument(18, withdrawn=True), argument(19, 1, 0, text="x"),
    argument(20, 3, 20, groups={0: Counts(2, 40, 0), 1: Counts(9, 0, 0)}),
    groups={0: 300, 1: 50},
)  # fmt: skip
STATEMENTS = [GuideStatement(n, "leadership", f"Statement {n}", "Words.", "") for n in (1, 2, 3)]


def whole(debate: PublicRecord = DEBATE, statements: list[GuideStatement] = STATEMENTS) -> dict[str, Any]:
    selection = select(debate)
    arguments = [
        GuideArgument(a.number, "AB"[a.option], a.side, a.claim, "Grounds.", 1, "0" * 64)
        for a in debate.arguments
        if a.number in selection.numbers
    ]
    told = {"id": debate.question, "number": 14, "title": "Shall we?", "options": []}
    document = guide(told, debate, selection, arguments, statements)
    published = canonical_bytes(publish(debate, selection)).decode()
    value: dict[str, Any] = read_json(exported(published, document.decode(), hashlib.sha256(document).hexdigest()))
    return value


def faults(value: object) -> list[str]:
    return check(canonical_bytes(value))[1]


def rehashed(value: dict[str, Any]) -> dict[str, Any]:
    """With the hash that fits the guide, as somebody would leave it who alters the guide with care."""
    return {**value, "hash": hashlib.sha256(canonical_bytes(value["guide"])).hexdigest()}


def test_an_exported_file_holds() -> None:
    assert faults(whole()) == []
    assert 20 in select(DEBATE).numbers


def left_out(value: dict[str, Any], number: int) -> dict[str, Any]:
    return next(row for row in value["selection"]["left_out"] if row["number"] == number)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (lambda v: left_out(v, 16).update(other=2), "A-16: by the rule left out, merged into A-01; the file"),
        (lambda v: left_out(v, 17).update(other=5), "hidden by ruling 4; the file says left out, hidden by ruling 5"),
        (lambda v: left_out(v, 18).update(reason="outscored"), "left out, withdrawn; the file says left out, outs"),
        (lambda v: left_out(v, 18).update(reason=["x"]), "A-18: by the rule left out, withdrawn; the file says"),
        (lambda v: left_out(v, 18).update(reason="%s%d"), "the file says “%s%d”"),
        (lambda v: v["selection"].update(lot="0" * 64), "the lot is not the one"),
        (lambda v: v["selection"]["sections"].reverse(), "in another order"),
        (lambda v: v["selection"].update(more=1), "the selection has a field that no rule knows: more"),
        (lambda v: v.update(selection=3), "the published selection is not an object"),
        (lambda v: v.update(extra=1), "the file has a field that no rule knows: extra"),
        (lambda v: v["record"]["groups"][0].update(size=299), "the guide rests on another record"),
        (lambda v: v["record"]["arguments"][0]["groups"][1].update(counts=[0, 9, 0]), "A-01: by the rule"),
        (lambda v: v["guide"].update(statements=v["guide"]["statements"][::-1]), "not stand in the order of the lot"),
        (lambda v: v["guide"]["statements"][0].update(text="x" * (ROOM + 1)), "longer than the 3000 characters"),
        (lambda v: v["guide"]["statements"][0].update(number=[]), "no number of its own"),
        (lambda v: v["guide"]["sections"][0]["arguments"][0].update(claim="Other"), "other words, or another side"),
        (lambda v: v["guide"]["sections"][0]["arguments"].pop(), "does not show the arguments that the rule selects"),
        (lambda v: v["guide"]["question"].update(id="q15"), "of another question"),
        (lambda v: v.update(guide=[]), "the guide is not an object"),
    ],
)  # fmt: skip
def test_every_alteration_is_named(alter: Callable[[dict[str, Any]], object], told: str) -> None:
    value = deepcopy(whole())
    alter(value)
    assert any(told in each for each in faults(rehashed(value))), faults(rehashed(value))


def test_a_difference_says_where_an_argument_stands_by_the_rule_and_in_the_file_and_with_which_score() -> None:
    value = whole()
    section = value["selection"]["sections"][0]
    lines, option = section["lines"], "AB"[section["option"]]
    first, second = lines[0]["number"], lines[1]["number"]
    lines[0], lines[1] = lines[1], lines[0]
    lines[2]["billionths"] += 1
    third = lines[2]

    def at(place: int, billionths: int) -> str:
        score = f"{billionths / 10**9:.9f}"
        return f"in for its score, in place {place} of option {option}, with a score of {score}"

    best, next_, worse = lines[1]["billionths"], lines[0]["billionths"], third["billionths"]
    told = {
        first: (at(1, best), at(2, best)),
        second: (at(2, next_), at(1, next_)),
        third["number"]: (at(3, worse - 1), at(3, worse)),
    }
    assert faults(value) == [
        f"A-{number:02d}: by the rule {rule}; the file says {file}" for number, (rule, file) in sorted(told.items())
    ]


def test_an_argument_that_stands_twice_or_at_no_option_is_told() -> None:
    value = whole()
    lines = value["selection"]["sections"][0]["lines"]
    value["selection"]["left_out"].append({**lines[0], "reason": "outscored"})
    value["selection"]["sections"][1]["option"] = "B"
    found = faults(value)
    assert any(each.endswith("(and there twice)") for each in found)
    assert any("of option 0" in each.partition("the file says")[2] for each in found)


def test_an_argument_of_nobody_s_is_told_and_one_that_the_file_forgets() -> None:
    value = whole()
    value["selection"]["left_out"].append({"number": 77, "reason": "withdrawn", "other": None, "billionths": None})
    del value["selection"]["left_out"][0]
    found = faults(value)
    assert "A-77: by the rule nothing of it; the file says left out, withdrawn" in found
    assert sum(each.endswith("the file says nothing of it") for each in found) == 1


def test_an_option_is_called_by_its_letter_while_there_are_letters() -> None:
    assert [letter(place) for place in (0, 25, 26, -1)] == ["A", "Z", "27", "0"]


def test_what_a_stranger_wrote_is_cut_so_that_the_report_stays_readable() -> None:
    value = whole()
    left_out(value, 18)["reason"] = "x" * 1000
    left_out(value, 16)["other"] = "y" * 1000
    value["z" * 1000] = value["selection"]["z" * 1000] = 1
    assert max(map(len, faults(value))) < 200


@pytest.mark.parametrize("statements", [[], [STATEMENTS[0]]])
def test_a_guide_with_no_statement_or_a_whole_one_holds(statements: list[GuideStatement]) -> None:
    full = [replace(each, source="x" * ROOM) for each in statements]
    assert faults(whole(statements=full)) == []


def test_two_statements_of_one_number_are_told_and_their_texts_are_no_longer_than_all_have() -> None:
    value = whole()
    rows = value["guide"]["statements"]
    rows[1]["number"] = rows[0]["number"]
    assert faults(rehashed(value)) == ["a statement of the guide has no number of its own"]


def test_a_guide_with_other_words_has_another_hash() -> None:
    value = whole()
    value["guide"]["sections"][0]["arguments"][0]["grounds"] = "Others."
    assert faults(value) == ["the guide does not have the hash that stands beside it: its words were changed"]


def test_a_digest_frozen_before_there_were_groups_still_holds() -> None:
    ungrouped = record(*(argument(n, 10 + n, option=n % 2) for n in range(1, 16)))
    old = PublicRecord(**{**vars(ungrouped), "version": 1})
    assert "matrix" not in to_json(old)
    value = whole(old)
    assert faults({"record": value["record"], "selection": value["selection"]}) == []
    value["guide"]["version"] = 1
    for statement in value["guide"]["statements"]:
        del statement["number"]
    assert faults(rehashed(value)) == []


def test_a_text_that_is_no_unicode_is_refused_and_not_stumbled_over() -> None:
    raw = json.dumps({**to_json(DEBATE), "question": "\ud800"}).encode()
    with pytest.raises(Malformed, match="Unicode"):
        check(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["lot", "sections", "left_out", "lines", "number", "reason", "other", "option", "side", "record", "question",
         "statements", "arguments", "text", "version"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=80)
@given(JSON, JSON)
def test_no_selection_and_no_guide_of_a_stranger_makes_it_stumble(selection: object, told: object) -> None:
    value = {"record": to_json(DEBATE), "selection": selection, "guide": told, "hash": ""}
    assert check(canonical_bytes(value))[1]


@settings(max_examples=30)
@given(debates())
def test_whatever_the_debate_its_file_holds(debate: PublicRecord) -> None:
    assert faults(read_json(canonical_bytes(publish(debate)))) == []


@pytest.mark.parametrize(("room", "told"), [(12, "abc def ghij"), (11, "abc def…"), (8, "abc…"), (9, "abc def…")])
def test_a_long_statement_is_cut_at_the_end_of_a_word_and_no_shorter_than_it_must_be(room: int, told: str) -> None:
    assert shortened("abc def ghij", room) == told
