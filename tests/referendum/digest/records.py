"""Debates for tests of the digest: few locals, few groups, every count invented by hand or by hypothesis."""

from hypothesis import strategies as st

from forum.opinion.rules import Counts
from referendum.digest.record import PublicRecord, RecordedArgument, record_argument

MEMBERS = {"1": 120, "2": 80, "3": 60, "4": 20}
TOPICS = [
    "wages",
    "pensions",
    "shifts",
    "safety",
    "hours",
    "leave",
    "overtime",
    "travel",
    "training",
    "tools",
    "seniority",
    "transfers",
]


def claim(number: int) -> str:
    """Claims that share few words, so that none is a near-duplicate of another."""
    first, second = TOPICS[number % 12], TOPICS[(number * 5 + 1) % 12]
    return f"Point {number}x concerning {first}{number} before {second}{number} deserves attention{number}"


def argument(
    number: int,
    agree: int = 20,
    disagree: int = 4,
    *,
    option: int = 0,
    side: str = "for",
    text: str | None = None,
    groups: dict[int, Counts] | None = None,
    **more: object,
) -> RecordedArgument:
    """An argument read alike in three locals."""
    return record_argument(
        number=number,
        option=option,
        side=side,
        claim=claim(number) if text is None else text,
        by_local={local: Counts(agree, disagree, 1) for local in "123"},
        members=MEMBERS,
        by_group=groups,
        **more,  # type: ignore[arg-type]
    )


def record(
    *arguments: RecordedArgument,
    options: tuple[int, ...] = (0, 1),
    head: str = "ab" * 32,
    size: int = 12,
    groups: dict[int, int] | None = None,
) -> PublicRecord:
    return PublicRecord("q14", head, size, 4, 400, options, arguments, groups or {}, "cd" * 32 if groups else "")


def _three(readers: int) -> st.SearchStrategy[Counts]:
    return st.builds(Counts, st.integers(0, readers), st.integers(0, readers), st.integers(0, readers))


@st.composite
def debates(draw: st.DrawFn) -> PublicRecord:
    """Any debate of two to five options with up to twenty arguments and two opinion groups."""
    options = tuple(range(draw(st.integers(2, 5))))
    numbers = draw(st.lists(st.integers(1, 99), unique=True, max_size=20))
    arguments = []
    for number in numbers:
        by_local = draw(st.dictionaries(st.sampled_from("1234"), _three(9), max_size=4))
        readers = sum(counts.seen for counts in by_local.values())
        by_group = {
            0: Counts(readers // 3, 0, 0),
            1: Counts(draw(st.integers(0, readers // 3)), draw(st.integers(0, readers // 3)), 0),
        }
        arguments.append(
            record_argument(
                number=number,
                option=draw(st.sampled_from(options)),
                side=draw(st.sampled_from(["for", "against"])),
                claim=draw(
                    st.sampled_from(
                        [claim(number), claim(1), "We lose", "Überstunden müssen freiwillig sein"]
                    )
                ),
                by_local=by_local,
                members=MEMBERS,
                by_group=by_group,
                merged_into=draw(st.sampled_from([None, None, None, 1])),
                hidden_by=draw(st.sampled_from([None, None, None, 4])),
                withdrawn=draw(st.sampled_from([False, False, True])),
            )
        )
    head = draw(st.sampled_from(["00", "ab", "cd", "ef"])) * 32
    return PublicRecord("q14", head, 12, 4, 400, options, tuple(arguments), {0: 300, 1: 80}, "cd" * 32)
