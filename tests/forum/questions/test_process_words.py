"""What a body signs names every rule of the process in sentences, with no key of the program in them."""

from fractions import Fraction

import pytest

from forum.questions import process as p
from forum.questions.process_words import electorate_in_words, stage_in_words
from forum.questions.templates import load_shipped, shipped_names


@pytest.mark.parametrize("name", shipped_names())
def test_no_key_of_the_program_stands_in_the_words_of_a_template(name: str) -> None:
    for stage in load_shipped(name).stages:
        words = stage_in_words(stage)
        assert words.endswith(".")
        assert not any(key in words for key in vars(stage) if "_" in key)
        assert "True" not in words
        assert "None" not in words


def test_a_debate_says_its_floor() -> None:
    words = stage_in_words(p.DebateStage(min_days=1, min_sessions=2, share_of_locals=Fraction(2, 3)))
    assert "at least 1 day." in words
    assert "In at least 2/3 of the locals at least 2 live sessions must be held." in words


def test_a_vote_says_how_it_is_decided_and_when_it_is_not() -> None:
    stage = p.MembersVoteStage(days=9, rule=p.VotingRule.TWO_THIRDS, blank=False, quorum=Fraction(1, 2), min_ballots=25)
    words = stage_in_words(stage)
    wanted = ("for 9 days", "two thirds or more", "no blank ballots", "Quorum: 50 % of the frozen roll.", "25 ballots")
    assert [each for each in wanted if each not in words] == []


def test_who_may_vote_is_named_with_every_limit() -> None:
    assert electorate_in_words(p.Electorate()) == "Every member whose standing is good."
    limited = p.Electorate(frozenset({"good", "retired"}), countries=frozenset({"US", "CA"}))
    assert electorate_in_words(limited) == "Every member whose standing is good or retired, of these countries: CA, US."
