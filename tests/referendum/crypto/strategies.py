"""Elections and choices for property tests: small, so that a proof takes a millisecond."""

from functools import lru_cache

from hypothesis import strategies as st

from referendum.crypto.ballot import Choices
from referendum.crypto.credentials import new_code
from referendum.crypto.election import Election, Question, make_election, new_uuid
from referendum.crypto.group import power_of_g, seeded_draw

PRIVATE = 1234567890123456789012345678901234567890
CODE = new_code(seeded_draw("strategies"))
OTHER_CODE = new_code(seeded_draw("other"))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    count = draw(st.integers(1, 4))
    most = draw(st.integers(0, count))
    least = draw(st.integers(0, most))
    return Question("¿?", tuple(f"a{n}" for n in range(count)), least, most, draw(st.booleans()))


@st.composite
def answers(draw: st.DrawFn, question: Question) -> list[int] | None:
    if question.blank and draw(st.booleans()):
        return None
    number = draw(st.integers(question.min, question.max))
    chosen = draw(st.permutations(range(len(question.answers))))[:number]
    return [int(place in chosen) for place in range(len(question.answers))]


@lru_cache(maxsize=64)
def election_of(asked: tuple[Question, ...], seed: str = "election") -> Election:
    return make_election(
        uuid=new_uuid(seeded_draw(seed)),
        name="n",
        description="d",
        public_key=power_of_g(PRIVATE),
        questions=asked,
    )


@st.composite
def votes(draw: st.DrawFn) -> tuple[Election, Choices]:
    """An election and one voter's choices in it."""
    asked = tuple(draw(st.lists(questions(), min_size=1, max_size=2)))
    return election_of(asked), [draw(answers(question)) for question in asked]


VOTE = Question("Ratify?", ("Accept", "Reject"), 1, 1, blank=True)
