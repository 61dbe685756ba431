import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity

from forum.arguments.likeness import Likeness

WORDS = ["night", "Night", "shift", "premium", "Überstunden", "don't", "a", "$15", "naïve", "工会", "2,50"]
claims = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join), min_size=2, max_size=8
)


@settings(max_examples=60)
@given(claims)
def test_it_agrees_with_scikit_learn(texts: list[str]) -> None:
    ours = Likeness(dict(enumerate(texts)))
    try:
        theirs = cosine_similarity(TfidfVectorizer().fit_transform(texts))
    except ValueError:
        theirs = [[0.0] * len(texts)] * len(texts)
    for one in range(len(texts)):
        for other in range(len(texts)):
            assert ours.similarity(one, other) == pytest.approx(theirs[one][other], abs=1e-8)


def test_a_claim_repeats_itself_and_no_stranger() -> None:
    likeness = Likeness(
        {1: "Night shifts need a premium", 2: "night SHIFTS need premium!", 3: "Pensions come first"}
    )
    assert likeness.near_duplicates(1, 2)
    assert not likeness.near_duplicates(1, 3)


def test_claims_without_a_word_are_like_nothing() -> None:
    assert not Likeness({1: "?", 2: "?"}).near_duplicates(1, 2)
