from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.questions.facts import UnansweredReach
from forum.questions.floor import LocalFacts, Opener
from forum.questions.process import DebateStage, MandateStage, MembersVoteStage, RollCallStage, VotingRule
from forum.questions.rules import (
    MOVES,
    HallFacts,
    QuestionFacts,
    QuestionMove,
    QuestionState,
    WithdrawalGround,
    may_draft,
    may_second_option,
    next_state,
    obstacles_to,
    obstacles_to_open_hall,
    proof_of_floor,
    reply_has_standing,
    reply_signatures_needed,
)
from forum.questions.templates import load_shipped
from forum.questions.timetable import Timetable, propose
from tests.forum.questions.facts import CLOSES, HONOURED, READY, START, TIMETABLE

DEBATING = replace(READY, state=QuestionState.DEBATING)
SURVEY = load_shipped("iam-2015")


def codes(move: QuestionMove, facts: QuestionFacts, now=START) -> set[str]:  # type: ignore[no-untyped-def]
    return {obstacle.code for obstacle in obstacles_to(move, facts, now)}


@pytest.mark.parametrize(("state", "move"), list(product(QuestionState, QuestionMove)))
def test_every_move_that_is_not_in_the_table_is_refused(state: QuestionState, move: QuestionMove) -> None:
    found = codes(move, replace(READY, state=state))
    assert ("wrong_state" in found) == ((state, move) not in MOVES)


def test_nothing_brings_a_withdrawn_question_back() -> None:
    assert all(next_state(QuestionState.WITHDRAWN, move) is None for move in QuestionMove)


def test_a_question_is_charged_when_all_is_there() -> None:
    assert obstacles_to(QuestionMove.CHARGE, READY, START) == []


@pytest.mark.parametrize(
    ("slates", "missing"), [(("Blue", "Red"), set()), (("Blue", ""), {"slates"}), (("Blue", "Blue"), {"slates"})]
)
def test_a_process_that_goes_by_slates_asks_one_of_every_option_and_two_in_all(
    slates: tuple[str, ...], missing: set[str]
) -> None:
    stages = tuple(
        replace(each, rule=VotingRule.DUAL) if isinstance(each, MembersVoteStage) else each
        for each in READY.process.stages
    )
    facts = replace(READY, process=replace(READY.process, stages=stages), slates=slates)
    assert codes(QuestionMove.CHARGE, facts) == missing
    assert codes(QuestionMove.CHARGE, replace(facts, replayed=True)) == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"option_count": 1}, "options"),
        ({"option_count": 13}, "too_many_options"),
        ({"process_published": False}, "process"),
        ({"timetable_published": False}, "timetable"),
        ({"timetable": None}, "timetable"),
        ({"timetable": replace(TIMETABLE, debate_closes_at=START + timedelta(days=27))}, "timetable_faults"),
        ({"obligations_published": False}, "obligations"),
        ({"roll_count": 0}, "roll"),
        ({"pledge_signers": frozenset({1, 2})}, "pledge_unsigned"),
        ({"pledge_signers": frozenset({1, 2, 99})}, "pledge_unsigned"),
        ({"charge_signers": frozenset()}, "charge_unsigned"),
        ({"tellers": frozenset({11, 12})}, "tellers"),
        ({"trustees": frozenset()}, "trustees"),
        ({"observers": frozenset()}, "observers"),
        ({"trustees": frozenset({5, 21})}, "officer_in_committee"),
        ({"observers": frozenset({1})}, "officer_in_committee"),
    ],
)
def test_the_charge_names_each_thing_it_lacks(change: dict[str, object], code: str) -> None:
    assert codes(QuestionMove.CHARGE, replace(READY, **change)) == {code}  # type: ignore[arg-type]


def test_twelve_options_are_debated_and_no_more() -> None:
    assert codes(QuestionMove.CHARGE, replace(READY, option_count=12)) == set()


@pytest.mark.parametrize(
    ("slates", "lacking"),
    [(("Blue", "Red"), False), (("Blue", "Red", "Blue"), False), (("Blue", "Blue"), True), (("Blue", ""), True),
     (("Blue", "Red", ""), True), ((), True)],
)  # fmt: skip
def test_where_it_goes_by_slate_every_option_has_one_and_not_all_the_same(
    slates: tuple[str, ...], lacking: bool
) -> None:
    by_slate = replace(READY, process=load_shipped("iam-2024"), slates=slates)
    assert ("slates" in codes(QuestionMove.PUBLISH, by_slate)) is lacking
    assert "slates" not in codes(QuestionMove.PUBLISH, replace(by_slate, replayed=True))
    assert "slates" not in codes(QuestionMove.CHARGE, replace(READY, slates=slates))


def test_all_that_is_missing_to_charge_is_said_at_once_each_with_its_remedy() -> None:
    bare = QuestionFacts(QuestionState.DRAFTED, READY.process)
    found = obstacles_to(QuestionMove.CHARGE, bare, START)
    assert len(found) == 10
    assert all(obstacle.remedy for obstacle in found)
    assert all(obstacle.text % obstacle.facts for obstacle in found)


def test_a_process_without_debate_is_closed_by_publication_and_cannot_be_charged() -> None:
    plain = replace(READY, process=SURVEY, timetable=Timetable())
    assert codes(QuestionMove.PUBLISH, plain) == set()
    assert codes(QuestionMove.CHARGE, plain) == {"no_debate"}
    assert codes(QuestionMove.PUBLISH, READY) == {"has_debate"}


def test_without_a_debate_too_who_binds_itself_signs_and_who_counts_is_named() -> None:
    stages = tuple(each for each in READY.process.stages if not isinstance(each, DebateStage))
    undebated = replace(READY.process, stages=stages)
    bare = replace(
        READY, process=undebated, timetable=propose(undebated, START), obligations_published=False,
        pledge_signers=frozenset({1}), tellers=frozenset({1, 2}), trustees=frozenset(), observers=frozenset(),
    )  # fmt: skip
    committees = {"tellers", "trustees", "observers", "officer_in_committee"}
    assert codes(QuestionMove.PUBLISH, bare) == committees | {"obligations", "pledge_unsigned"}
    unbound = replace(undebated, stages=tuple(each for each in stages if not isinstance(each, MandateStage)))
    assert codes(QuestionMove.PUBLISH, replace(bare, process=unbound)) == committees
    by_name = replace(unbound, stages=(RollCallStage(body="Presidents"),))
    assert codes(QuestionMove.PUBLISH, replace(bare, process=by_name)) == {"tellers", "officer_in_committee"}


def test_the_debate_begins_at_its_published_moment() -> None:
    charged = replace(READY, state=QuestionState.CHARGED)
    assert codes(QuestionMove.BEGIN, charged, START - timedelta(seconds=1)) == {"too_early"}
    assert codes(QuestionMove.BEGIN, charged, START) == set()


def test_the_debate_closes_when_its_floor_is_met_and_not_a_second_before() -> None:
    assert codes(QuestionMove.CLOSE, DEBATING, CLOSES) == set()
    assert codes(QuestionMove.CLOSE, DEBATING, CLOSES - timedelta(seconds=1)) == {"too_early", "floor_days"}


def test_one_local_that_has_not_honoured_the_charge_keeps_the_debate_open() -> None:
    missing = (*HONOURED, LocalFacts(9, "Local 9", Opener.TELLERS, sessions_held=3))
    obstacles = obstacles_to(QuestionMove.CLOSE, replace(DEBATING, locals=missing), CLOSES)
    assert [o.code for o in obstacles] == ["floor_locals"]
    assert obstacles[0].facts == {"honoured": 4, "counted": 5, "names": ["Local 9"]}
    not_asked = LocalFacts(10, "Local 10", exemption="Its hall burnt down."), LocalFacts(11, "Local 11", empty=True)
    (told,) = obstacles_to(QuestionMove.CLOSE, replace(DEBATING, locals=(*missing, *not_asked)), CLOSES)
    assert told.facts == obstacles[0].facts, "who is exempt or has no member is not asked"


def test_a_town_hall_that_was_promised_keeps_the_debate_open_until_it_was_held() -> None:
    debate = replace(DebateStage(), town_halls=2)
    process = replace(DEBATING.process, stages=(debate, *DEBATING.process.stages[1:]))
    for held, missing in ((1, ["floor_town_halls"]), (2, []), (3, [])):
        facts = replace(DEBATING, process=process, town_halls=held)
        assert [o.code for o in obstacles_to(QuestionMove.CLOSE, facts, CLOSES)] == missing
        proof = proof_of_floor(facts, CLOSES)
        assert proof is not None
        assert proof.met is (not missing)


def test_an_unanswered_imbalance_keeps_the_debate_open_until_its_offer_lapses() -> None:
    mail = UnansweredReach("mail", "B", "A", Fraction(1, 3), CLOSES + timedelta(hours=5))
    floor = UnansweredReach("floor", "A", "B", Fraction(1), CLOSES + timedelta(hours=6))
    facts = replace(DEBATING, unanswered_reach=(mail, floor))
    assert codes(QuestionMove.CLOSE, facts, CLOSES) == {"reach_mail_b", "reach_floor_a"}
    assert codes(QuestionMove.CLOSE, facts, CLOSES + timedelta(hours=5)) == {"reach_floor_a"}
    told = obstacles_to(QuestionMove.CLOSE, facts, CLOSES)[0]
    assert told.facts == {"option": "B", "ahead": "A", "share": "33 %", "until": CLOSES + timedelta(hours=5)}


def test_tellers_close_anyway_or_extend_once_only_on_the_last_day_and_below_the_floor() -> None:
    below = replace(DEBATING, locals=(*HONOURED, LocalFacts(9, "Local 9")))
    last_day = CLOSES - timedelta(hours=5)
    for move in (QuestionMove.CLOSE_ANYWAY, QuestionMove.EXTEND):
        assert codes(move, below, last_day) == set()
        assert codes(move, below, CLOSES - timedelta(days=1, seconds=1)) == {"too_early"}
        assert codes(move, below, CLOSES - timedelta(days=1)) == set()
        assert codes(move, DEBATING, last_day) == {"floor_met"}
        assert codes(move, replace(below, override_reason=" "), last_day) == {"reason"}
        assert codes(move, replace(below, override_signers=frozenset({11})), last_day) == {"override_unsigned"}
    again = replace(below, extended=True)
    assert codes(QuestionMove.EXTEND, again, last_day) == {"extended"}
    assert codes(QuestionMove.CLOSE_ANYWAY, again, last_day) == set()


def test_before_the_charge_the_council_withdraws_and_afterwards_the_tellers() -> None:
    council = replace(READY, withdrawal_signers=frozenset({1, 2, 3}))
    tellers = replace(DEBATING, withdrawal_signers=frozenset({11, 12}), withdrawal_ground=WithdrawalGround.IMPOSSIBLE)
    assert codes(QuestionMove.WITHDRAW, council) == set()
    assert codes(QuestionMove.WITHDRAW, replace(council, withdrawal_reason=" ")) == {"reason"}
    assert codes(QuestionMove.WITHDRAW, replace(tellers, withdrawal_signers=frozenset({1, 2, 3}))) == {
        "withdrawal_unsigned"
    }
    assert codes(QuestionMove.WITHDRAW, tellers) == set()


def test_after_the_charge_a_question_is_withdrawn_only_when_impossible_or_every_option_asks() -> None:
    asked = replace(DEBATING, withdrawal_ground=WithdrawalGround.ASKED)
    assert codes(QuestionMove.WITHDRAW, DEBATING) == {"ground"}
    assert codes(QuestionMove.WITHDRAW, asked) == {"ground"}
    assert codes(QuestionMove.WITHDRAW, replace(asked, every_option_asks=True)) == set()


def test_a_question_on_which_members_vote_is_not_withdrawn() -> None:
    closed = replace(
        READY,
        state=QuestionState.CLOSED,
        voting_opened=True,
        withdrawal_ground=WithdrawalGround.IMPOSSIBLE,
    )
    assert codes(QuestionMove.WITHDRAW, closed) == {"voting_opened"}


HALL = HallFacts(
    state=QuestionState.CHARGED,
    charged_at=START - timedelta(days=3),
    by=Opener.HOST,
    agenda="1. The offer 2. Questions",
    first_session_at=START + timedelta(days=2),
    timetable=TIMETABLE,
)


def hall_codes(facts: HallFacts, now=START) -> set[str]:  # type: ignore[no-untyped-def]
    return {obstacle.code for obstacle in obstacles_to_open_hall(facts, now)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": QuestionState.CLOSED}, "wrong_state"),
        ({"already_open": True}, "open"),
        ({"agenda": "  "}, "agenda"),
        ({"first_session_at": None}, "first_session"),
        ({"first_session_at": START - timedelta(seconds=1)}, "first_session_outside"),
        ({"first_session_at": CLOSES}, "first_session_outside"),
        ({"by": Opener.TELLERS}, "host_has_time"),
    ],
)
def test_opening_a_hall_names_what_it_lacks(change: dict[str, object], code: str) -> None:
    assert hall_codes(HALL) == hall_codes(replace(HALL, first_session_at=START)) == set()
    assert hall_codes(replace(HALL, **change)) == {code}  # type: ignore[arg-type]


def test_the_tellers_open_a_hall_seven_days_after_the_charge() -> None:
    by_tellers = replace(HALL, by=Opener.TELLERS, charged_at=START - timedelta(days=7))
    assert hall_codes(by_tellers) == set()
    assert hall_codes(by_tellers, START - timedelta(seconds=1)) == {"host_has_time"}


@dataclass(frozen=True)
class Somebody:
    local_id: int = 1
    standing: str = "good"
    office: str = ""
    appointments: frozenset[tuple[str, int]] = frozenset()


def test_tellers_and_observers_second_nothing_on_their_own_question_alone() -> None:
    for role in ("teller", "observer"):
        person = Somebody(appointments=frozenset({(role, 7)}))
        assert not may_second_option(person, 7, QuestionState.DEBATING)
        assert may_second_option(person, 8, QuestionState.DEBATING)
    assert may_second_option(Somebody(appointments=frozenset({("trustee", 7)})), 7, QuestionState.DEBATING)


@pytest.mark.parametrize(
    ("standing", "may"), [("good", True), ("retired", True), ("lapsed", False), ("suspended", False)]
)
def test_standing_decides_who_seconds(standing: str, may: bool) -> None:
    assert may_second_option(Somebody(standing=standing), 7, QuestionState.CHARGED) is may


def test_options_are_seconded_from_the_charge_to_the_close() -> None:
    open_states = {state for state in QuestionState if may_second_option(Somebody(), 7, state)}
    assert open_states == {QuestionState.CHARGED, QuestionState.DEBATING}


def test_only_officers_draft() -> None:
    assert may_draft(Somebody(office="officer"))
    assert not may_draft(Somebody(office="host"))


@pytest.mark.parametrize(("roll", "needed"), [(50, 2), (201, 3), (400, 4), (901, 10), (1000, 10), (600_000, 10)])
def test_a_reply_needs_ten_members_or_one_in_a_hundred(roll: int, needed: int) -> None:
    assert reply_signatures_needed(roll) == needed


@given(st.lists(st.integers(1, 3), max_size=14), st.integers(1, 5000))
def test_a_reply_never_stands_on_one_local_alone(signers: list[int], roll: int) -> None:
    expected = len(signers) >= reply_signatures_needed(roll) and len(set(signers)) >= 2
    assert reply_has_standing(signers, roll) == expected


@given(st.sampled_from(["weiner", "ratification", "iam-2024", "iam-2015"]))
def test_a_proposed_timetable_fits_its_process(name: str) -> None:
    process = load_shipped(name)
    facts = replace(READY, process=process, timetable=propose(process, START))
    move = QuestionMove.CHARGE if process.debate else QuestionMove.PUBLISH
    assert "timetable_faults" not in codes(move, facts)
