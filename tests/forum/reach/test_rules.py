"""Equal reach, pure: how far an option is behind, and which offers still wait."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.questions.rules import QuestionState
from forum.reach import rules
from forum.reach.rules import Kind, OfferFacts, Standing

NOW = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
LIMIT = Fraction(1, 5)
S = QuestionState

reached = st.dictionaries(st.integers(1, 12), st.integers(0, 10**9), min_size=2, max_size=12)
answers = st.sampled_from(["", "taken", "declined"])
offers = st.lists(
    st.builds(
        OfferFacts, kind=st.sampled_from(list(Kind)), option_id=st.integers(1, 12), answer=answers,
        made_at=st.integers(0, 200).map(lambda hours: NOW - timedelta(hours=hours)), lead=st.integers(0, 10**9),
    ),
    max_size=12,
)  # fmt: skip
silent = st.dictionaries(
    st.tuples(st.sampled_from(list(Kind)), st.integers(1, 12)),
    st.integers(0, 200).map(lambda hours: NOW - timedelta(hours=hours)),
    max_size=12,
)


@dataclass(frozen=True)
class Somebody:
    member_id: int = 1
    local_id: int = 1
    standing: str = "good"
    office: str = ""
    appointments: frozenset[tuple[str, int]] = field(default_factory=frozenset)


def offer(kind: Kind = Kind.MAIL, option: int = 2, *, hours: float = 1, answer: str = "", lead: int = 0) -> OfferFacts:
    return OfferFacts(kind, option, NOW - timedelta(hours=hours), answer, lead)


def test_three_to_two_is_one_fifth_behind_and_silence_is_wholly_behind() -> None:
    assert rules.behind({1: 300, 2: 200, 3: 0}) == {1: Fraction(0), 2: Fraction(1, 5), 3: Fraction(1)}
    assert set(rules.behind({1: 0, 2: 0}).values()) == {Fraction(0)}
    assert rules.behind({}) == {}


@given(reached)
def test_whoever_is_ahead_is_behind_nobody_and_equal_options_are_equally_behind(totals: dict[int, int]) -> None:
    found = rules.behind(totals)
    assert found[rules.ahead(totals)] == 0
    assert all(0 <= share <= 1 for share in found.values())
    assert all(found[a] == found[b] for a in totals for b in totals if totals[a] == totals[b])


@given(reached, st.integers(1, 10**6), st.data())
def test_more_for_an_option_never_puts_it_further_behind_and_never_brings_another_nearer(
    totals: dict[int, int], more: int, data: st.DataObject
) -> None:
    option = data.draw(st.sampled_from(sorted(totals)))
    before, after = rules.behind(totals), rules.behind({**totals, option: totals[option] + more})
    assert after[option] <= before[option]
    assert all(after[each] >= before[each] for each in totals if each != option)


@given(st.dictionaries(st.sampled_from(list(Kind)), reached, max_size=3), silent, st.permutations(range(1, 13)))
def test_relabelling_the_options_relabels_what_is_unanswered_and_changes_nothing_else(
    totals: dict[Kind, dict[int, int]], made: dict[tuple[Kind, int], datetime], names: list[int]
) -> None:
    called = dict(zip(range(1, 13), names, strict=True))
    others = {kind: {called[option]: units for option, units in found.items()} for kind, found in totals.items()}
    renamed = {(kind, called[option]): at for (kind, option), at in made.items()}
    here = {(e.kind, called[e.option_id], e.share, e.until) for e in rules.unanswered(totals, made, LIMIT)}
    there = {(e.kind, e.option_id, e.share, e.until) for e in rules.unanswered(others, renamed, LIMIT)}
    assert here == there


@given(st.dictionaries(st.sampled_from(list(Kind)), reached, max_size=3), silent)
def test_nothing_waits_longer_than_three_days_from_when_it_was_offered(
    totals: dict[Kind, dict[int, int]], made: dict[tuple[Kind, int], datetime]
) -> None:
    found = rules.unanswered(totals, made, LIMIT)
    assert all(each.until == made[each.kind, each.option_id] + timedelta(days=3) for each in found)
    assert all(each.share > LIMIT and each.ahead_id != each.option_id for each in found)


@given(st.integers(0, 10**9), silent, offers)
def test_equal_reach_asks_for_nothing(
    units: int, made: dict[tuple[Kind, int], datetime], earlier: list[OfferFacts]
) -> None:
    totals = {kind: dict.fromkeys(range(1, 13), units) for kind in Kind}
    assert rules.unanswered(totals, made, Fraction(0)) == []
    assert not any(rules.wants_offer(totals[Kind.FLOOR], option, earlier, Fraction(0)) for option in range(1, 13))


@pytest.mark.parametrize(
    ("made", "standing"),
    [
        (offer(hours=71.9), Standing.OPEN), (offer(hours=72), Standing.LAPSED), (offer(hours=500), Standing.LAPSED),
        (offer(answer="taken"), Standing.TAKEN), (offer(hours=500, answer="declined"), Standing.DECLINED),
    ],
)  # fmt: skip
def test_an_offer_waits_for_three_days_and_an_answer_lasts(made: OfferFacts, standing: Standing) -> None:
    assert made.standing(NOW) is standing


def test_only_a_silent_offer_beyond_the_limit_holds_the_close_up_until_it_lapses() -> None:
    totals = {Kind.MAIL: {1: 400, 2: 0, 3: 300}}
    (found,) = rules.unanswered(totals, {(Kind.MAIL, 2): NOW, (Kind.MAIL, 3): NOW}, LIMIT)
    assert (found.option_id, found.ahead_id, found.share) == (2, 1, Fraction(1))
    assert found.until == NOW + timedelta(days=3)
    assert rules.unanswered(totals, {(Kind.PIN, 2): NOW}, LIMIT) == []
    assert rules.unanswered({Kind.MAIL: {1: 300, 2: 200}}, {(Kind.MAIL, 2): NOW}, LIMIT) == []


def test_the_floor_is_offered_when_the_limit_is_passed_and_again_when_the_lead_has_doubled() -> None:
    held = {1: 150, 2: 50}
    assert rules.wants_offer(held, 2, [], LIMIT)
    assert not rules.wants_offer(held, 1, [], LIMIT)
    assert not rules.wants_offer(held, 2, [offer(Kind.FLOOR, lead=60)], LIMIT)
    assert rules.wants_offer(held, 2, [offer(Kind.FLOOR, lead=50)], LIMIT)
    assert rules.wants_offer(held, 2, [offer(Kind.FLOOR, option=1, lead=90)], LIMIT)
    assert not rules.wants_offer({1: 60, 2: 40}, 2, [], LIMIT)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (3600, 60)])
def test_minutes_of_floor_are_rounded_half_up(seconds: int, minutes: int) -> None:
    assert rules.minutes(seconds) == minutes


@pytest.mark.parametrize("office", ["", "officer", "host"])
@pytest.mark.parametrize("kind", rules.WRITTEN)
def test_officers_speak_by_office_and_hosts_by_mail_and_pin(office: str, kind: Kind) -> None:
    may = office == "officer" or (office == "host" and kind is not Kind.BANNER)
    person, closes = Somebody(office=office), NOW + timedelta(days=4)
    assert bool(rules.why_not_favour(person, kind, S.DEBATING, closes, NOW)) is not may
    assert rules.why_not_favour(person, kind, S.CLOSED, closes, NOW)
    assert rules.why_not_favour(person, kind, S.DRAFTED, None, NOW)
    assert rules.why_not_favour(person, kind, S.DEBATING, NOW, NOW)
    assert rules.why_not_favour(Somebody(office=office, standing="suspended"), kind, S.DEBATING, closes, NOW)


def test_only_its_spokespersons_answer_an_open_offer_while_the_debate_is_open() -> None:
    speaker = Somebody(member_id=2)
    assert rules.why_not_answer(offer(), (1, 2), speaker, S.DEBATING, NOW) == ""
    refusals = {
        rules.why_not_answer(offer(), (1, 2), Somebody(member_id=3), S.DEBATING, NOW),
        rules.why_not_answer(offer(), (1, 2), Somebody(member_id=2, standing="suspended"), S.DEBATING, NOW),
        rules.why_not_answer(offer(hours=72), (1, 2), speaker, S.DEBATING, NOW),
        rules.why_not_answer(offer(answer="taken"), (1, 2), speaker, S.DEBATING, NOW),
        rules.why_not_answer(offer(), (1, 2), speaker, S.CLOSED, NOW),
    }
    assert len(refusals) == 5
    assert all(refusals)
