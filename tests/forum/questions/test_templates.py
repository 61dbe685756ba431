from fractions import Fraction

import pytest
from flask import Flask

from forum.kernel.errors import Invalid
from forum.kernel.languages import say
from forum.kernel.quick import words
from forum.questions.process import OptionSource, StageKind, VotingRule
from forum.questions.templates import (
    as_tables,
    load_shipped,
    read_template,
    shipped_names,
    shipped_text,
    stored_process,
)

HEAD = 'name = "own"\ntitle = "Our own way"\n'
VOTE = '[[stages]]\nkind = "members_vote"\n'
TWO_ROUNDS = VOTE + 'rule = "majority_run_off"\n[[stages]]\nkind = "run_off"\n'


def faults(text: str, union_size: int = 5000) -> list[str]:
    with pytest.raises(Invalid) as refused:
        read_template(text, union_size=union_size)
    assert all(problem.text % problem.facts for problem in refused.value.problems)
    return [problem.field for problem in refused.value.problems]


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_template_reads_and_survives_storage(name: str) -> None:
    process = load_shipped(name)
    assert process.name == name
    assert stored_process(as_tables(process)) == process


def test_the_shipped_templates_are_those_of_the_constitution() -> None:
    assert shipped_names() == ["iam-2015", "iam-2024", "ratification", "weiner"]
    kinds = {name: [stage.kind for stage in load_shipped(name).stages] for name in shipped_names()}
    assert kinds["weiner"] == kinds["ratification"] == [StageKind.DEBATE, StageKind.MEMBERS_VOTE, StageKind.MANDATE]
    assert kinds["iam-2024"] == [StageKind.REGISTRATION, StageKind.MEMBERS_VOTE, StageKind.ROLL_CALL]
    assert kinds["iam-2015"] == [StageKind.SURVEY, StageKind.COUNCIL_DECISION]
    assert load_shipped("iam-2024").stages[2].options_from is OptionSource.LEADING_OF_EACH_SLATE  # type: ignore[union-attr]


def test_a_unions_own_words_stay_as_it_wrote_them_also_where_they_are_ours(ground: Flask) -> None:
    own = read_template(shipped_text("iam-2015").replace("iam-2015", "ours"), union_size=9)
    ours = load_shipped("iam-2015")
    with ground.test_request_context(headers={"Accept-Language": "es"}):
        for text, translated in ((ours.title, True), (own.title, False), (stored_process(as_tables(own)).title, False)):
            assert (say(text) != str(text), words(text) != str(text)) == (translated, translated)


def test_an_unknown_name_is_not_looked_up_as_a_path() -> None:
    with pytest.raises(KeyError):
        load_shipped("../templates/weiner")


def test_what_a_template_leaves_out_has_the_constitutions_default() -> None:
    vote = read_template(HEAD + VOTE, union_size=5000).members_vote
    assert vote is not None
    assert (vote.rule, vote.blank, vote.min_ballots, vote.citations_min) == (
        VotingRule.PLURALITY,
        True,
        20,
        100,
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [("", "majority"), ('opening = "majority"', "majority"), ('opening = "all"', "all"), ("opening = 2", "2")],
)
def test_a_majority_of_the_trustees_opens_the_count_unless_the_template_says_otherwise(written: str, read: str) -> None:
    process = read_template(f"{HEAD}{VOTE}{written}\n", union_size=5000)
    again = stored_process(as_tables(process)).members_vote
    assert again is not None
    assert again.opening == read


@pytest.mark.parametrize(("written", "read"), [("0.02", (1, 50)), ('"2/3"', (2, 3)), ('"50 %"', (1, 2)), ("1", (1, 1))])
def test_shares_are_read_exactly(written: str, read: tuple[int, int]) -> None:
    vote = read_template(f"{HEAD}{VOTE}quorum = {written}\n", union_size=5000).members_vote
    assert vote is not None
    assert vote.quorum == Fraction(*read)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("days = 0", "stages.1.days"),
        ("days = true", "stages.1.days"),
        ('days = "ten"', "stages.1.days"),
        ('rule = "ranked"', "stages.1.rule"),
        ("rule = []", "stages.1.rule"),
        ('blank = "no"', "stages.1.blank"),
        ("quorum = 1.5", "stages.1.quorum"),
        ('quorum = "1/0"', "stages.1.quorum"),
        ("min_ballots = 9", "stages.1.min_ballots"),
        ("citations_min = 99", "stages.1.citations_min"),
        ("opening = 1", "stages.1.opening"),
        ("opening = true", "stages.1.opening"),
        ('opening = "two"', "stages.1.opening"),
        ("surprise = 1", "stages.1.surprise"),
        ("reporting = 3", "stages.1.reporting"),
        ("[stages.reporting]\ndecimals = 7", "stages.1.reporting.decimals"),
        ('[stages.reporting]\nrounding = "up"', "stages.1.reporting.rounding"),
    ],
)
def test_a_fault_is_named_by_its_key(line: str, key: str) -> None:
    assert faults(f"{HEAD}{VOTE}{line}\n") == [key]


@pytest.mark.parametrize("rule", ["ranked", "ranked_choice"])
def test_ranked_choice_is_refused_with_the_reason_and_what_comes_near(rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_template(f'{HEAD}{VOTE}rule = "{rule}"\n', union_size=5000)
    assert [each.field for each in refused.value.problems] == ["stages.1.rule"]
    assert "majority_run_off and approval" in refused.value.problems[0].text


def test_a_template_that_asks_for_votes_by_local_is_told_why_it_is_refused() -> None:
    asked = "votes_by_unit = true\npublish_each_local = true\n"
    with pytest.raises(Invalid) as refused:
        read_template(f"{HEAD}{VOTE}{asked}", union_size=5000)
    assert all("whole union only" in each.text for each in refused.value.problems)
    written = read_template(f"{HEAD}{VOTE}publish_each_local = false\n", union_size=5000)
    assert written == read_template(f"{HEAD}{VOTE}", union_size=5000)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "name"),
        (HEAD, "stages"),
        (HEAD + "stages = 3\n", "stages"),
        (HEAD + "colour = 1\n" + VOTE, "colour"),
        (HEAD + '[[stages]]\nkind = "lottery"\n', "stages.1.kind"),
        (HEAD + '[[stages]]\nkind = ["debate"]\n', "stages.1.kind"),
        (HEAD + '[[stages]]\nkind = "debate"\n', "stages"),
        (HEAD + VOTE + '[[stages]]\nkind = "debate"\n', "stages.2"),
        (HEAD + VOTE + VOTE, "stages.2"),
        (HEAD + VOTE + '[[stages]]\nkind = "run_off"\n', "stages.1"),
        (HEAD + VOTE + 'rule = "majority_run_off"\n', "stages.1"),
        (HEAD + TWO_ROUNDS + 'options_from = "all_options"\n', "stages.2.options_from"),
        (HEAD + '[[stages]]\nkind = "roll_call"\n', "stages.1.body"),
        (HEAD + '[electorate]\nstandings = ["rich"]\n' + VOTE, "electorate.standings"),
        (HEAD + "[electorate]\nstandings = []\n" + VOTE, "electorate.standings"),
        (HEAD + '[[stages]]\nkind = "debate"\ndigest_size = 20\n' + VOTE, "stages.2"),
        ("name = ", ""),
        ("x = 1e999999999", ""),
        ("x = nan", ""),
        ("x = " + "[" * 5000, ""),
        ("#" * 70_000, ""),
    ],
)
def test_a_broken_file_is_refused_at_its_fault(text: str, key: str) -> None:
    assert key in faults(text)


def test_every_fault_of_a_file_is_listed_at_once() -> None:
    text = HEAD + VOTE + 'days = 0\nrule = "ranked"\nmin_ballots = 5\nwhat = 1\n[[stages]]\nkind = "debate"\n'
    found = faults(text)
    assert found == ["stages.1.days", "stages.1.rule", "stages.1.min_ballots", "stages.1.what", "stages.2"]


def test_only_a_small_union_opens_citations_at_thirty_ballots() -> None:
    text = HEAD + VOTE + "citations_min = 30\n"
    assert faults(text, union_size=400) == ["stages.1.citations_min"]
    vote = read_template(text, union_size=399).members_vote
    assert vote is not None
    assert vote.citations_min == 30
    assert faults(HEAD + VOTE + "citations_min = 29\n", union_size=399) == ["stages.1.citations_min"]


def test_a_survey_may_stand_before_and_after_the_debate() -> None:
    survey = '[[stages]]\nkind = "survey"\n'
    debate = '[[stages]]\nkind = "debate"\n'
    kinds = [s.kind for s in read_template(HEAD + survey + debate + survey + VOTE, union_size=500).stages]
    assert kinds == [StageKind.SURVEY, StageKind.DEBATE, StageKind.SURVEY, StageKind.MEMBERS_VOTE]
    assert faults(HEAD + survey + survey + VOTE) == ["stages.2"]
