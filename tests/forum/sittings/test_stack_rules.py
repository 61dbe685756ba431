"""The order of speakers."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from forum.sittings.stack_rules import Heard, Waiting, in_order, next_on_stack

START = datetime(2026, 11, 10, 19, 0, tzinfo=UTC)


def waiting(turn: int, option: int | None = 1, *, remote: bool = True, first: bool = True) -> Waiting:
    return Waiting(turn, option, remote, first, START + timedelta(seconds=turn))


stacks = st.lists(
    st.builds(
        lambda option, remote, first: (option, remote, first),
        st.sampled_from([1, 2, None]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
).map(lambda rows: [waiting(n, option, remote=remote, first=first) for n, (option, remote, first) in enumerate(rows)])
histories = st.lists(st.builds(Heard, st.sampled_from([1, 2, None]), st.booleans()), max_size=6)


def test_nobody_is_next_when_nobody_waits() -> None:
    assert next_on_stack([], []) is None


def test_who_asked_first_speaks_first_when_nothing_else_tells_them_apart() -> None:
    assert [each.turn_id for each in in_order([waiting(3), waiting(1), waiting(2)], [])] == [1, 2, 3]


def test_options_alternate_while_both_wait() -> None:
    stack = [waiting(n, option=1) for n in range(4)] + [waiting(n, option=2) for n in range(4, 6)]
    assert [each.option for each in in_order(stack, [])] == [1, 2, 1, 2, 1, 1]


def test_hall_and_remote_alternate_within_an_option() -> None:
    stack = [waiting(n, remote=True) for n in range(3)] + [waiting(n, remote=False) for n in range(3, 5)]
    assert [each.remote for each in in_order(stack, [])] == [True, False, True, False, True]


def test_first_time_speakers_come_before_repeat_speakers() -> None:
    stack = [waiting(1, first=False), waiting(2), waiting(3, first=False), waiting(4)]
    assert [each.turn_id for each in in_order(stack, [])] == [2, 4, 1, 3]


def test_the_last_speaker_s_option_waits_for_the_other() -> None:
    chosen = next_on_stack([waiting(1, option=1), waiting(2, option=2)], [Heard(1, True)])
    assert chosen is not None
    assert chosen.option == 2


@given(stacks, histories)
def test_everybody_is_called_once(stack: list[Waiting], history: list[Heard]) -> None:
    order = in_order(stack, history)
    assert sorted(each.turn_id for each in order) == sorted(each.turn_id for each in stack)


@given(stacks, histories, st.randoms())
def test_the_order_does_not_depend_on_how_the_stack_was_read(stack, history, chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(stack)
    chance.shuffle(shuffled)
    assert in_order(shuffled, history) == in_order(stack, history)


@given(stacks, histories)
def test_no_option_is_called_twice_while_another_waits_unheard_between(
    stack: list[Waiting], history: list[Heard]
) -> None:
    order = in_order(stack, history)
    for place, one in enumerate(order[:-1]):
        rest = {each.option for each in order[place + 1 :]}
        if order[place + 1].option == one.option:
            assert rest == {one.option}, "the other option waited and was passed over"


@given(stacks, histories)
def test_who_asked_later_is_never_called_before_an_equal_who_asked_earlier(
    stack: list[Waiting], history: list[Heard]
) -> None:
    kinds: dict[tuple[object, ...], int] = {}
    for each in in_order(stack, history):
        kind = (each.option, each.remote, each.first)
        assert kinds.get(kind, -1) < each.turn_id
        kinds[kind] = each.turn_id
