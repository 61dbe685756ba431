"""Who is needed, who makes a group, and what is asked of whom next."""

import pytest

from referendum.trustees.rules import Division, Progress, Step, awaited, divide, step_of

GROUP = (4, 5, 6)


@pytest.mark.parametrize(
    ("trustees", "needed", "opening", "wanted"),
    [
        ({4, 5, 6}, (), "majority", Division((), (4, 5, 6), 2)),
        ({4, 5, 6, 7}, (), "majority", Division((), (4, 5, 6, 7), 3)),
        ({4, 5, 6, 7, 8}, (), "majority", Division((), (4, 5, 6, 7, 8), 3)),
        ({4, 5, 6, 7}, (7,), "majority", Division((7,), (4, 5, 6), 2)),
        ({4, 5, 6}, (6,), "majority", Division((4, 5, 6))),
        ({4, 5}, (), "majority", Division((4, 5))),
        ({4}, (), "majority", Division((4,))),
        ({4, 5, 6}, (), "all", Division((4, 5, 6))),
        ({4, 5, 6, 7, 8}, (), "2", Division((), (4, 5, 6, 7, 8), 2)),
        ({4, 5, 6}, (), "1", Division((), (4, 5, 6), 2)),
        ({4, 5, 6}, (), "3", Division((4, 5, 6))),
        ({4, 5, 6}, (), "9", Division((4, 5, 6))),
        ({4, 5, 6}, (9,), "majority", Division((), (4, 5, 6), 2)),
    ],
)
def test_trustees_are_divided_into_those_who_are_needed_and_a_group(
    trustees: set[int], needed: tuple[int, ...], opening: str, wanted: Division
) -> None:
    assert divide(trustees, needed, opening) == wanted


def done(joined: str = "", shared: str = "", keyed: str = "", proved: str = "") -> Progress:
    return Progress(*(frozenset(map(int, each)) for each in (joined, shared, keyed, proved)))


@pytest.mark.parametrize(
    ("member", "progress", "step"),
    [
        (4, done(), Step.JOIN),
        (4, done("4"), Step.WAIT),
        (4, done("456"), Step.SHARES),
        (4, done("456", "4"), Step.WAIT),
        (4, done("456", "456"), Step.KEY),
        (4, done("456", "456", "4"), Step.WAIT),
        (7, done("456", "456", "456"), Step.JOIN),
        (4, done("456", "456", "456"), Step.WAIT),
        (4, done("456", "456", "4567"), Step.PROVE),
        (7, done("456", "456", "4567"), Step.PROVE),
        (4, done("456", "456", "4567", "4"), Step.DONE),
    ],
)
def test_everybody_does_a_step_before_anybody_begins_the_next(member: int, progress: Progress, step: Step) -> None:
    assert step_of(member, GROUP, (*GROUP, 7), progress) is step


@pytest.mark.parametrize(
    ("progress", "waited"),
    [
        (done("4"), {5, 6, 7}),
        (done("456", "45", "7"), {6}),
        (done("456", "456", "7"), {4, 5, 6}),
        (done("456", "456", "456"), {7}),
        (done("456", "456", "4567", "47"), {5, 6}),
        (done("456", "456", "4567", "4567"), set()),
    ],
)
def test_those_are_named_for_whom_the_others_wait(progress: Progress, waited: set[int]) -> None:
    assert awaited(GROUP, (*GROUP, 7), progress) == waited
