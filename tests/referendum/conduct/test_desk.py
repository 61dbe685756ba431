"""What the desk and the docket say at each step of a vote: what is done, what runs, what is missing, and for whom."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from forum.kernel import clock
from referendum.conduct import act_operations, desk_views
from referendum.conduct.clock_operations import close_votes
from referendum.conduct.facts_queries import gather_facts
from referendum.conduct.page_queries import steps_of, vote_page
from referendum.process.challenge_operations import file_challenge
from referendum.process.forms import NewChallenge
from tests.build_questions import sign_all
from tests.build_referendum import (
    Referendum,
    break_tie,
    call,
    certify,
    make_closed,
    make_codes,
    make_counted,
    make_open,
    make_undebated,
    prepare,
)
from tests.people import Cast, actor

pytestmark = pytest.mark.usefixtures("ground")
SetClock = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Set the clock of the edges."""

    def set_to(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    return set_to


def standing(made: Referendum) -> tuple[list[str], str]:
    """The steps that are done, and the one that runs."""
    steps = steps_of(made.vote, gather_facts(made.vote))
    running = [each.what for each in steps if each.state == "now"]
    assert len(running) <= 1
    assert not any(each.state == "next" for each in steps) or running
    return [each.what for each in steps if each.state == "done"], "".join(running)


def note(made: Referendum, what: str) -> str:
    found = next(each.note for each in steps_of(made.vote, gather_facts(made.vote)) if each.what == what)
    return str(found or "")


def test_the_steps_are_done_one_after_the_other(cast: Cast, now: datetime) -> None:
    made = make_closed(cast, now=now)
    assert standing(made) == (["The digest is frozen"], "The record date has come")
    assert note(made, "The roll is frozen") == ""
    prepare(made)
    done, running = standing(made)
    assert (len(done), running) == (5, "The call is issued")
    call(made)
    assert standing(made)[1] == "The voting codes are out"
    size = gather_facts(made.vote).eligible_count
    assert note(made, "The voting codes are out") == f"{size} members have none yet."
    assert note(made, "The roll is frozen") == f"{size} members may vote."
    assert note(made, "Every trustee has made a key") == "2 of 2"
    make_codes(made)
    assert standing(made)[1] == "Voting is open"
    assert note(made, "The voting codes are out") == ""


def test_the_last_step_is_the_certificate(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
    assert standing(made)[1] == "The result is certified"
    assert standing(certify(made))[1] == ""


def test_a_vote_without_a_debate_waits_for_no_digest(cast: Cast, now: datetime) -> None:
    assert standing(make_undebated(cast, now=now)) == ([], "The record date has come")


def headings(made: Referendum) -> tuple[str, set[str]]:
    page = vote_page(made.vote, made.at)
    return page.heading, {each.code for each in page.missing}


def test_the_page_says_what_comes_next_and_all_that_is_missing(cast: Cast, now: datetime) -> None:
    made = make_closed(cast, now=now)
    assert headings(made) == ("Before the call can be issued", {"roll", "teller_keys"})
    assert vote_page(made.vote, made.at).may_call
    call(prepare(made))
    assert headings(made)[0] == "Before voting can open"
    page = vote_page(made.vote, made.at)
    assert (page.may_call, page.turnout, page.tie_until) == (False, 0, None)
    missed = vote_page(made.vote, made.vote.closes_at)
    assert missed.may_call
    assert missed.heading == "Voting was not opened in time. Before another call can be issued"


def test_the_page_says_what_keeps_voting_from_closing_and_the_count_from_being_published(
    cast: Cast, now: datetime
) -> None:
    made = make_open(make_closed(cast, now=now))
    assert headings(made) == ("Before voting closes", {"too_early"})
    close_votes(made.vote.closes_at)
    assert headings(made)[0] == "Before the count can be published"


def test_while_the_box_is_in_other_hands_the_page_waits_for_it(cast: Cast, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    close_votes(made.vote.closes_at)
    made.vote.params = {**made.vote.params, "box": {"url": "https://box.example.org"}}
    assert headings(made) == ("Before the count can be published", {"box_away"})


def test_a_tie_is_on_the_page_for_seven_days(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 4, "B": 4})
    until = made.at + timedelta(days=7)
    assert (made.vote.counted_at, vote_page(made.vote, made.at).tie_until) == (made.at, until)
    assert sorted(vote_page(made.vote, until - timedelta(seconds=1)).tied) == ["A", "B"]
    assert vote_page(made.vote, until).tied == []
    assert vote_page(break_tie(made, "B").vote, made.at).tied == []


def desk(who: Any) -> list[tuple[str, str, int, bool]]:
    items = desk_views.on_the_desk(who)
    return [(str(each["what"]), str(each["why"]), each["order"], each["done"]) for each in items]


def test_the_officers_desk_asks_for_the_call_with_what_is_missing(cast: Cast, now: datetime, at: SetClock) -> None:
    made = make_closed(cast, now=now)
    at(made.at)
    assert desk(actor(cast.officer)) == [("Call the vote on question 1", "2 things are missing.", 12, False)]
    assert desk(made.teller()) == desk(made.trustee()) == []


def test_the_officers_desk_asks_for_the_call_until_it_is_issued_and_again_where_the_opening_is_missed(
    cast: Cast, now: datetime, at: SetClock
) -> None:
    made = prepare(make_closed(cast, now=now))
    officer = actor(cast.officer)
    ready = "Everything is there. Write who breaks a tie, and how, and sign it."
    assert desk(officer) == [("Call the vote on question 1", ready, 12, False)]
    call(made)
    at(made.at)
    assert desk(officer) == [("The call on question 1 is issued", "", 30, True)]
    assert desk(made.teller()) == []
    at(made.vote.closes_at)
    assert desk(officer)[0][0] == "Call the vote on question 1"


def test_the_tellers_desk_asks_for_the_opening_once_all_is_there_and_until_it_is_signed(
    cast: Cast, now: datetime, at: SetClock
) -> None:
    made = prepare(make_closed(cast, now=now))
    call(made)
    make_codes(made)
    at(made.at)
    asked = [("Sign the opening of the vote on question 1", "Everything is ready.", 11, False)]
    assert (desk(made.teller()), desk(made.trustee())) == (asked, [])
    act = act_operations.propose_opening(made.teller(), made.vote, made.at)
    assert desk(made.teller()) == asked
    sign_all(cast.tellers, act, now=made.at)
    assert desk(made.teller()) == []


def test_while_votes_come_in_no_desk_asks_for_anything(cast: Cast, now: datetime, at: SetClock) -> None:
    made = make_open(make_closed(cast, now=now))
    at(made.at)
    assert desk(made.teller()) == desk(actor(cast.officer)) == []


def test_after_the_count_tellers_are_asked_for_the_tie_the_challenges_and_then_the_certificate(
    cast: Cast, now: datetime, at: SetClock
) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 4, "B": 4})
    at(made.at)
    assert [each[0] for each in desk(made.teller())] == ["Break the tie in the vote on question 1"]
    break_tie(made, "B")
    assert desk(made.teller()) == []
    plain = file_challenge(actor(cast.member), made.vote, NewChallenge("No letters."), eligible=True, now=made.at)
    to_tellers = NewChallenge("A teller opened letters.", to_tellers=True)
    file_challenge(actor(cast.host), made.vote, to_tellers, eligible=True, now=made.at)
    assert [each[1] for each in desk(made.teller())] == ["No letters."]
    assert [each[1] for each in desk(made.observer())] == ["A teller opened letters."]
    plain.ruling = "dismissed"
    at((made.vote.challenges_end_at or made.at) - timedelta(seconds=1))
    assert desk(made.teller()) == []
    at(made.vote.challenges_end_at or made.at)
    assert desk(made.teller()) == [
        ("Certify the result of question 1", "The time for challenges is over.", 11, False)
    ]


def docket(who: Any, made: Referendum) -> list[str]:
    return [str(each["what"]) for each in desk_views.what_to_do_now(who, made.question)]


def test_the_docket_asks_a_voter_to_vote_and_then_whether_something_was_not_right(
    ground: Flask, cast: Cast, now: datetime, at: SetClock
) -> None:
    made = make_open(make_closed(cast, now=now))
    voter = actor(cast.member)
    for instant, said in ((made.at, ["Vote"]), (made.vote.closes_at, [])):
        at(instant)
        assert docket(voter, made) == said
    make_counted(made, {"A": 3, "B": 8})
    ends_at = made.vote.challenges_end_at or made.at
    for instant, said in ((made.at, ["Challenge the vote"]), (ends_at, [])):
        at(instant)
        assert docket(voter, made) == said
    at(made.at)
    assert docket(actor(cast.suspended), made) == docket(actor(0), made) == []


def test_a_matter_that_waits_for_a_signature_stands_once_with_what_it_is_about() -> None:
    matter = ("call", "vote:x")
    items: list[dict[str, Any]] = [
        {"what": "Call the vote", "why": "", "order": 12, "about": matter},
        {"what": "To sign", "why": "Two of four have.", "order": 3, "signs": matter},
        {"what": "Other", "why": "", "order": 1, "about": ("certify", "vote:x")},
    ]
    assert [(each["what"], each["why"]) for each in desk_views.once_each(items, {matter})] == [
        ("Other", ""), ("To sign", "Call the vote. Two of four have."),
    ]  # fmt: skip
