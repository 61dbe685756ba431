from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from forum.opinion.rules import Counts
from referendum.digest.record import PublicRecord
from referendum.digest.rules import (
    Reason,
    Selection,
    draw_order,
    has_floor,
    in_words,
    sections_of,
    select,
    voices,
)
from tests.referendum.digest.records import argument, debates, record

FEW = settings(max_examples=60)


def reasons(selection: Selection) -> dict[int, Reason]:
    return {row.number: row.reason for row in selection.left_out}


def sentences(selection: Selection) -> dict[int, str]:
    """The recorded reason of every argument of the debate, in words."""
    taken = {line.number: str(in_words(line.reason)) for section in selection.sections for line in section.lines}
    return taken | {row.number: str(in_words(row.reason, row.other)) for row in selection.left_out}


def test_the_best_of_each_option_are_taken_until_its_slots_are_full() -> None:
    selection = select(record(*(argument(n, 10 + n) for n in range(1, 9))))
    assert selection.numbers == (8, 7, 6, 5, 4, 3)
    assert reasons(selection) == {1: Reason.OUTSCORED, 2: Reason.OUTSCORED}


def test_with_two_options_an_argument_against_one_is_for_the_other() -> None:
    selection = select(record(argument(1, option=0, side="against"), argument(2, option=1, side="for")))
    (both,) = [section for section in selection.sections if section.lines]
    assert both.option == 1
    assert {line.number for line in both.lines} == {1, 2}


def test_with_more_options_half_the_slots_are_for_what_speaks_against() -> None:
    many = [argument(n, option=n % 3, side="for" if n % 2 else "against") for n in range(1, 40)]
    sections = {(s.option, s.side): len(s.lines) for s in select(record(*many, options=(0, 1, 2))).sections}
    assert sections == {(option, side): 2 for option in range(3) for side in ("for", "against")}


def test_slots_that_do_not_divide_stay_empty_and_the_odd_one_is_drawn() -> None:
    slots = [sections_of(record(options=tuple(range(4)), head=f"{n:02x}" * 32)) for n in range(16)]
    assert {sum(section.slots for section in sections) for sections in slots} == {12}
    assert {sections[0].slots for sections in slots} == {1, 2}
    five = sections_of(record(options=tuple(range(5))))
    assert sum(section.slots for section in five) == 10


def test_a_repetition_is_left_out_in_favour_of_the_one_it_repeats() -> None:
    text = "The night shift premium disappears for everyone hired after May"
    selection = select(record(argument(3, 30, text=text), argument(4, 20, text=text + " 1"), argument(5, 10)))
    assert selection.numbers == (3, 5)
    assert sentences(selection)[4] == "Not in the digest: says nearly the same as A-3."


def test_the_same_words_on_the_other_side_are_no_repetition() -> None:
    text = "The night shift premium disappears for everyone hired after May"
    selection = select(record(argument(3, text=text), argument(4, option=1, text=text)))
    assert set(selection.numbers) == {3, 4}


def test_the_reader_floor_is_five_readers_from_three_locals() -> None:
    whole = argument(1)
    assert has_floor(replace(whole, readers=5, locals=3), 9)
    assert not has_floor(replace(whole, readers=4, locals=3), 9)
    assert not has_floor(replace(whole, readers=5, locals=2), 9)
    assert has_floor(replace(whole, readers=5, locals=2), 2)


def test_what_is_merged_hidden_or_withdrawn_is_named_with_its_reason() -> None:
    selection = select(
        record(argument(1), argument(2, merged_into=1), argument(3, hidden_by=7), argument(4, withdrawn=True))
    )
    assert selection.numbers == (1,)
    assert sentences(selection)[2] == "Not in the digest: merged into A-1."
    assert sentences(selection)[3] == "Not in the digest: hidden by ruling 7."
    assert sentences(selection)[4] == "Not in the digest: withdrawn by its mover."
    assert 5 not in sentences(selection)


def _divided(minority: int) -> PublicRecord:
    """Seven arguments for one option: six the many agree on, and the seventh that only the few do."""
    many = [argument(n, 20 + n, groups={0: Counts(40, 2, 0), 1: Counts(1, 9, 0)}) for n in range(1, 7)]
    few = argument(9, 3, 20, groups={0: Counts(2, 40, 0), 1: Counts(10, 0, 0)})
    return record(*many, few, groups={0: 400 - minority, 1: minority})


def test_a_minority_has_its_most_representative_argument_in() -> None:
    selection = select(_divided(40))
    assert 9 in selection.numbers
    assert len(selection.numbers) == 6
    (gone,) = selection.left_out
    assert (gone.reason, gone.other) == (Reason.GAVE_WAY, 9)
    line = next(line for section in selection.sections for line in section.lines if line.number == 9)
    assert (line.reason, line.group) == (Reason.MINORITY, 1)


def test_a_group_under_a_tenth_of_the_readers_has_no_such_right() -> None:
    selection = select(_divided(39))
    assert 9 not in selection.numbers
    assert reasons(selection) == {9: Reason.OUTSCORED}


def test_equal_scores_are_ordered_by_the_lot_and_not_by_number() -> None:
    alike = [argument(n) for n in range(1, 13)]
    firsts = {select(record(*alike, head=f"{n:02x}" * 32)).numbers[0] for n in range(30)}
    assert len(firsts) > 5


@FEW
@given(debates(), st.randoms(use_true_random=False))
def test_the_order_of_input_changes_nothing(debate: PublicRecord, random: object) -> None:
    shuffled = list(debate.arguments)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    groups = dict(reversed(list(debate.groups.items())))
    assert select(replace(debate, arguments=tuple(shuffled), groups=groups)) == select(debate)


@FEW
@given(debates())
def test_every_argument_is_taken_or_has_its_reason_and_never_both(debate: PublicRecord) -> None:
    selection = select(debate)
    left_out = [row.number for row in selection.left_out]
    assert sorted([*selection.numbers, *left_out]) == sorted(a.number for a in debate.arguments)
    assert sentences(selection).keys() == {a.number for a in debate.arguments}


@FEW
@given(debates())
def test_no_section_has_more_arguments_than_slots_and_all_have_the_floor(debate: PublicRecord) -> None:
    by_number = {a.number: a for a in debate.arguments}
    selection = select(debate)
    assert len(selection.numbers) <= 12
    for section in selection.sections:
        assert len(section.lines) <= section.slots
        assert all(has_floor(by_number[line.number], debate.locals_count) for line in section.lines)


@FEW
@given(debates())
def test_a_group_with_a_tenth_of_the_readers_is_heard_unless_other_voices_fill_its_side(
    debate: PublicRecord,
) -> None:
    selection = select(debate)
    kept = {
        row.number for row in selection.left_out if row.reason in (Reason.OUTSCORED, Reason.NEAR_DUPLICATE)
    }
    candidates = {a.number: a for a in debate.arguments if a.number in kept | set(selection.numbers)}
    gone = {row.number: row for row in selection.left_out if row.reason is Reason.GAVE_WAY}
    candidates |= {a.number: a for a in debate.arguments if a.number in gone}
    heard = voices(debate, candidates)
    assert not set(heard.values()) & set(gone)
    missing = [number for number in heard.values() if number not in selection.numbers]
    assert len(missing) <= max(0, len(set(heard.values())) - 1)


@FEW
@given(debates())
def test_another_numbering_of_the_groups_changes_no_argument(debate: PublicRecord) -> None:
    swapped = replace(
        debate,
        groups={1 - group: size for group, size in debate.groups.items()},
        arguments=tuple(
            replace(a, groups={1 - group: counts for group, counts in a.groups.items()})
            for a in debate.arguments
        ),
    )
    before, after = set(voices(debate, {}).values()), set(voices(swapped, {}).values())
    assert before == after
    scores = {line.number: line.billionths for s in select(debate).sections for line in s.lines}
    again = {line.number: line.billionths for s in select(swapped).sections for line in s.lines}
    assert all(again[number] == value for number, value in scores.items() if number in again)


@given(st.frozensets(st.integers(0, 30), max_size=8), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_the_lot_orders_things_and_not_the_way_they_come(things: frozenset[int], lot: str) -> None:
    assert draw_order(lot, "option", sorted(things)) == draw_order(
        lot, "option", sorted(things, reverse=True)
    )
