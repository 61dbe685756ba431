from dataclasses import replace
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from forum.opinion.rules import Counts
from referendum.digest.record import PublicRecord, RecordedArgument
from referendum.digest.rules import (
    Reason,
    Section,
    Selection,
    draw_order,
    has_floor,
    in_words,
    score,
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
    assert sentences(selection)[4] == "Not in the digest: says nearly the same as A-03."


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
    assert sentences(selection)[2] == "Not in the digest: merged into A-01."
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


def test_a_group_that_read_nothing_of_an_argument_counts_as_one_half() -> None:
    both = argument(1, groups={0: Counts(9, 0, 0), 1: Counts(0, 0, 0)})
    one = argument(2, groups={0: Counts(9, 0, 0)})
    assert score(both, (0, 1)) == score(one, (0, 1))
    assert score(both, (0, 1)) < score(one, (0,))


def test_a_voice_takes_the_other_side_s_place_where_its_own_side_has_none() -> None:
    """Twelve options have one slot each, so one side of every option has none."""
    options = tuple(range(12))
    slots = {section.side: section.slots for section in sections_of(record(options=options)) if section.option == 0}
    full, empty = sorted(slots, key=lambda side: -slots[side])
    assert (slots[full], slots[empty]) == (1, 0)
    liked = argument(1, 40, side=full, groups={0: Counts(40, 0, 0), 1: Counts(9, 0, 0)})
    few = argument(2, 5, 20, side=empty, groups={0: Counts(2, 30, 0), 1: Counts(10, 0, 0)})
    many = [argument(n, option=1, side=side, groups={0: Counts(60, 0, 0), 1: Counts(0, 20, 0)})
            for n, side in ((3, "for"), (4, "against"))]  # fmt: skip
    unheard = select(record(liked, few, *many, options=options, groups={0: 361, 1: 39}))
    heard = select(record(liked, few, *many, options=options, groups={0: 360, 1: 40}))
    assert 1 in unheard.numbers
    assert 2 not in unheard.numbers
    assert 2 in heard.numbers
    assert reasons(heard)[1] is Reason.GAVE_WAY
    assert {each.side: (each.slots, len(each.lines)) for each in heard.sections if each.option == 0} == {
        full: (0, 0), empty: (1, 1),
    }  # fmt: skip


@FEW
@given(debates())
def test_a_group_with_a_tenth_of_the_readers_is_heard_unless_voices_hold_every_place_of_the_option(
    debate: PublicRecord,
) -> None:
    selection = select(debate)
    taken = set(selection.numbers)
    by_number = {a.number: a for a in debate.arguments}
    spoken = set(voices(debate, standing(debate)).values())
    for number in spoken - taken:
        option = home_of(debate, by_number[number])
        places = [line.number for each in selection.sections if each.option == option for line in each.lines]
        assert set(places) <= spoken
    for row in selection.left_out:
        if row.reason is Reason.GAVE_WAY:
            assert row.number not in spoken
            assert row.other in spoken & taken


def standing(debate: PublicRecord) -> dict[int, RecordedArgument]:
    """What the rule may take, by its own words: readers enough, and neither hidden, merged nor withdrawn."""
    return {
        a.number: a
        for a in debate.arguments
        if a.hidden_by is None and a.merged_into is None and not a.withdrawn and has_floor(a, debate.locals_count)
    }


def home_of(debate: PublicRecord, of: RecordedArgument) -> int:
    """The option whose places an argument may take."""
    return of.option if len(debate.options) > 2 or of.side == "for" else 1 - of.option


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
    before, after = select(debate), select(swapped)
    assert before.left_out == after.left_out
    assert [without_group(section) for section in before.sections] == [without_group(s) for s in after.sections]


def without_group(section: Section) -> Section:
    return replace(section, lines=tuple(replace(line, group=None) for line in section.lines))


@FEW
@given(debates(), st.permutations("1234"))
def test_other_names_of_the_locals_change_nothing(debate: PublicRecord, names: list[str]) -> None:
    called = dict(zip("1234", names, strict=True)) | {"": ""}
    renamed = replace(
        debate,
        arguments=tuple(
            replace(a, units=tuple(replace(unit, local=called[unit.local]) for unit in reversed(a.units)))
            for a in debate.arguments
        ),
    )
    assert select(renamed) == select(debate)


@FEW
@given(debates())
def test_in_a_section_every_line_stands_above_what_it_outscored(debate: PublicRecord) -> None:
    selection = select(debate)
    by_number = {a.number: a for a in debate.arguments}
    outscored = {row.number: row.billionths for row in selection.left_out if row.reason is Reason.OUTSCORED}
    for section in selection.sections:
        scores = [line.billionths for line in section.lines]
        assert scores == sorted(scores, reverse=True)
        own = [line for line in section.lines if line.reason is Reason.SCORE]
        for number, beaten in outscored.items():
            same = home_of(debate, by_number[number]) == section.option and section.side in ("", by_number[number].side)
            assert not same or all(line.billionths >= (beaten or 0) for line in own)


@FEW
@given(debates(), st.randoms(use_true_random=False))
def test_another_numbering_of_the_arguments_decides_ties_and_nothing_else(debate: PublicRecord, random: Random) -> None:
    numbers = [a.number for a in debate.arguments]
    called = dict(zip(numbers, random.sample(range(1, 200), len(numbers)), strict=True))
    ungrouped = replace(debate, groups={}, arguments=tuple(replace(a, groups={}) for a in debate.arguments))
    assume(len({score(a) for a in standing(ungrouped).values()}) == len(standing(ungrouped)))
    renamed = replace(ungrouped, arguments=tuple(replace(a, number=called[a.number]) for a in ungrouped.arguments))
    after = select(renamed)
    assert [called[number] for number in select(ungrouped).numbers] == list(after.numbers)


@FEW
@given(debates(), st.sampled_from(["11", "77", "ee"]))
def test_the_head_of_the_log_which_every_act_of_power_moves_decides_ties_and_nothing_else(
    debate: PublicRecord, head: str
) -> None:
    """Between two options: with more, the lot also says which side of an option has its odd slot."""
    two = replace(
        debate, options=(0, 1), groups={},
        arguments=tuple(replace(a, option=a.option % 2, groups={}) for a in debate.arguments),
    )  # fmt: skip
    assume(len({score(a) for a in standing(two).values()}) == len(standing(two)))
    before, after = select(two), select(replace(two, audit_head=head * 32))
    assert before.left_out == after.left_out
    assert {s.option: s.lines for s in before.sections} == {s.option: s.lines for s in after.sections}


@given(st.frozensets(st.integers(0, 30), max_size=8), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_the_lot_orders_things_and_not_the_way_they_come(things: frozenset[int], lot: str) -> None:
    assert draw_order(lot, "option", sorted(things)) == draw_order(
        lot, "option", sorted(things, reverse=True)
    )
