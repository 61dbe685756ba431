"""One vote from the call to its certificate, with what each step refuses."""

from datetime import datetime, timedelta

import pytest
from flask import current_app

from forum.arguments.models import Reading
from forum.bodies import operations as bodies
from forum.kernel.database import db
from forum.kernel.errors import Invalid, Obstructed, Refused, Stale
from forum.questions.derived_queries import holders
from forum.questions.facts_queries import gather_facts as question_facts
from forum.roll.models import Member
from referendum.conduct import (
    act_operations,
    call_operations,
    certificate_operations,
    clock_operations,
)  # fmt: skip
from referendum.conduct.facts_queries import gather_facts, running_votes
from referendum.conduct.forms import NewCall, NewExtension
from referendum.crypto.election import read_election
from referendum.electorate import sealed_file
from referendum.electorate.queries import electorate
from referendum.mandate.models import Mandate
from referendum.process.challenge_operations import file_challenge, propose_ruling
from referendum.process.facts import VoteMove as Move
from referendum.process.forms import NewChallenge, NewRuling
from referendum.process.models import Vote, VoteMove
from referendum.process.operations import move_vote, set_up_vote
from referendum.process.queries import current_vote, votes_in
from tests.build_questions import sign_all
from tests.build_referendum import (
    TIE_BREAK,
    Referendum,
    call,
    certify,
    make_closed,
    make_codes,
    make_counted,
    make_open,
    make_undebated,
    prepare,
)  # fmt: skip
from tests.people import Cast, actor

pytestmark = pytest.mark.usefixtures("ground")


def codes_of(refusal: pytest.ExceptionInfo[Obstructed]) -> set[str]:
    return {each.code for each in refusal.value.obstacles}


def test_the_close_of_the_debate_sets_a_vote_up_with_the_published_dates(cast: Cast, now: datetime) -> None:
    made = make_closed(cast, now=now)
    assert made.vote.state == "set_up"
    assert (made.vote.opens_at, made.vote.closes_at) == (made.question.vote_opens_at, made.question.vote_closes_at)
    assert made.vote.params["rule"] == "majority"
    with pytest.raises(Refused, match="already"):
        set_up_vote(made.question, made.at)


def test_the_call_names_everything_missing_at_once(cast: Cast, now: datetime) -> None:
    made = make_closed(cast, now=now)
    with pytest.raises(Obstructed) as refusal:
        call_operations.propose_call(actor(cast.officer), made.vote, NewCall(TIE_BREAK), made.at)
    assert codes_of(refusal) == {"roll", "teller_keys"}
    with pytest.raises(Refused, match="executive council"):
        call_operations.propose_call(made.teller(), made.vote, NewCall(TIE_BREAK), made.at)


def test_a_call_never_opens_before_the_published_day_or_shortens_the_vote(cast: Cast, now: datetime) -> None:
    made = prepare(make_closed(cast, now=now))
    early = NewCall(TIE_BREAK, made.vote.opens_at - timedelta(hours=1), made.vote.opens_at)
    with pytest.raises(Invalid) as refusal:
        call_operations.propose_call(actor(cast.officer), made.vote, early, made.at)
    assert {each.field for each in refusal.value.problems} == {"opens_at", "closes_at"}


def test_the_call_takes_effect_with_more_than_half_of_the_officers(cast: Cast, now: datetime) -> None:
    made = prepare(make_closed(cast, now=now))
    act = call_operations.propose_call(actor(cast.officer), made.vote, NewCall(TIE_BREAK), made.at)
    roll = f"{gather_facts(made.vote).eligible_count} members on the frozen roll"
    for part in (TIE_BREAK, made.question.title, "Below 2 ballots", roll, "any two tellers"):
        assert part in act.document
    sign_all(cast.officers[:2], act, now=made.at)
    assert made.vote.called_at is None
    sign_all(cast.officers[2:], act, now=made.at)
    assert made.vote.called_at == made.at
    assert made.vote.params["tie_break"] == TIE_BREAK
    db.session.info.pop("on_commit", None)


def test_the_ballot_says_what_must_not_change_and_its_minimums(cast: Cast, now: datetime) -> None:
    made = prepare(make_closed(cast, now=now, minimum=11, citations=30))
    assert clock_operations.freeze_ballots(made.at) == 0
    call(made)
    make_codes(made)
    v, c = (read_election(text.encode()) for text in (made.vote.election_v, made.vote.election_c))
    assert (v.minimum_ballots, c.minimum_ballots) == (11, 30)
    digest = gather_facts(made.vote).digest_hash
    assert digest
    for part in (digest, gather_facts(made.vote).roll_hash, made.question.title, "secrecy"):
        assert part in v.description
    assert len(c.questions[0].answers) == 2 * len(made.arguments)
    before = made.vote.election_v
    clock_operations.freeze_ballots(made.at)
    assert made.vote.election_v == before


def test_voting_opens_by_the_clock_after_the_tellers_signed_and_not_before(cast: Cast, now: datetime) -> None:
    made = prepare(make_closed(cast, now=now))
    call(made)
    with pytest.raises(Obstructed) as refusal:
        act_operations.propose_opening(made.teller(), made.vote, made.at)
    assert codes_of(refusal) == {"codes", "ballot"}
    make_codes(made)
    act = act_operations.propose_opening(made.teller(), made.vote, made.at)
    opens_at = made.vote.opens_at
    clock_operations.open_votes(opens_at)
    assert made.vote.state == "set_up"
    sign_all(cast.tellers, act, now=made.at)
    clock_operations.open_votes(opens_at - timedelta(seconds=1))
    assert made.vote.state == "set_up"
    path = sealed_file.path_of(current_app.config["HUSTINGS"].instance, made.vote.uuid_v)
    whole = path.read_bytes()
    path.write_bytes(b"x" + whole[1:])
    assert gather_facts(made.vote).sealed_list_stored, "a page asks only whether it is there"
    clock_operations.open_votes(opens_at)
    assert made.vote.state == "set_up"
    assert not gather_facts(made.vote).sealed_list_stored, "and shows what the clock found"
    path.write_bytes(whole)
    clock_operations.open_votes(opens_at)
    assert made.vote.state == "open"
    assert made.vote.opened_at == opens_at
    assert question_facts(made.question).voting_opened


def miss_the_opening(cast: Cast, now: datetime) -> Referendum:
    """Called, coded, its opening signed too late: the closing that the call names has passed."""
    made = prepare(make_closed(cast, now=now))
    call(made)
    make_codes(made)
    made.at = made.vote.closes_at
    return made


def test_while_a_call_stands_nobody_issues_another(cast: Cast, now: datetime) -> None:
    made = prepare(make_closed(cast, now=now))
    waiting = call_operations.propose_call(actor(cast.officer), made.vote, NewCall("The president decides."), made.at)
    call(made)
    later = made.vote.opens_at + timedelta(days=2)
    with pytest.raises(Refused, match="There is a call already"):
        call(made, NewCall(TIE_BREAK, later, later + timedelta(days=9)))
    with pytest.raises(Refused):
        sign_all(cast.officers, waiting, now=made.at)
    made.at = made.vote.closes_at - timedelta(seconds=1)
    with pytest.raises(Refused, match="There is a call already"):
        call(made, NewCall(TIE_BREAK, later, later + timedelta(days=9)))


def test_a_first_call_neither_postpones_nor_stretches_the_vote(cast: Cast, now: datetime) -> None:
    made = prepare(make_closed(cast, now=now))
    late = made.vote.opens_at + timedelta(days=7, seconds=1)
    with pytest.raises(Invalid) as refusal:
        call(made, NewCall(TIE_BREAK, late, late + timedelta(days=300)))
    assert {each.field for each in refusal.value.problems} == {"opens_at", "closes_at"}
    last = made.vote.opens_at + timedelta(days=7)
    call(made, NewCall(TIE_BREAK, last, last + timedelta(days=9)))
    assert made.vote.opens_at == last


def test_after_a_missed_opening_another_call_comes_within_three_weeks_with_the_same_way_to_break_a_tie(
    cast: Cast, now: datetime
) -> None:
    made = miss_the_opening(cast, now)
    late = made.at + timedelta(days=21, seconds=1)
    with pytest.raises(Invalid) as refusal:
        call(made, NewCall("The president decides.", late, late + timedelta(days=9)))
    assert {each.field for each in refusal.value.problems} == {"opens_at", "tie_break"}
    soon = made.at + timedelta(days=2)
    call(made, NewCall(TIE_BREAK, soon, soon + timedelta(days=9)))
    assert (made.vote.opens_at, made.vote.params["tie_break"]) == (soon, TIE_BREAK)


def test_the_ballot_names_the_call_that_is_in_force(cast: Cast, now: datetime) -> None:
    made = miss_the_opening(cast, now)
    first, soon = made.vote.params["call_hash"], made.at + timedelta(days=2)
    assert first in made.vote.election_v
    call(made, NewCall(TIE_BREAK, soon, soon + timedelta(days=9)))
    assert made.vote.election_v == ""
    clock_operations.freeze_ballots(made.at)
    assert first not in made.vote.election_v
    for text in (made.vote.election_v, made.vote.election_c):
        assert made.vote.params["call_hash"] in text
    sign_all(cast.tellers, act_operations.propose_opening(made.teller(), made.vote, made.at), now=made.at)
    clock_operations.open_votes(soon)
    assert made.vote.state == "open"


def test_an_opening_signed_for_other_dates_opens_nothing(cast: Cast, now: datetime) -> None:
    made = prepare(make_closed(cast, now=now))
    call(made)
    make_codes(made)
    sign_all(cast.tellers, act_operations.propose_opening(made.teller(), made.vote, made.at), now=made.at)
    made.at, later = made.vote.closes_at, made.vote.closes_at + timedelta(days=2)
    call(made, NewCall(TIE_BREAK, later, later + timedelta(days=9)))
    clock_operations.freeze_ballots(made.at)
    clock_operations.open_votes(later)
    assert made.vote.state == "set_up"


def test_a_teller_who_puts_another_opening_forward_takes_the_signed_one_nothing_away(cast: Cast, now: datetime) -> None:
    made = prepare(make_closed(cast, now=now))
    call(made)
    make_codes(made)
    sign_all(cast.tellers, act_operations.propose_opening(made.teller(), made.vote, made.at), now=made.at)
    act_operations.propose_opening(made.teller(2), made.vote, made.at)
    clock_operations.open_votes(made.vote.opens_at)
    assert made.vote.state == "open"


def test_voting_is_extended_with_a_reason_and_never_shortened(cast: Cast, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    until = made.vote.closes_at
    shorter = NewExtension(until - timedelta(hours=1), " ")
    with pytest.raises(Obstructed) as refusal:
        act_operations.propose_extension(made.teller(), made.vote, shorter, made.at)
    assert codes_of(refusal) == {"not_later", "reason"}
    new = NewExtension(until + timedelta(days=1), "The post was late.")
    sign_all(cast.tellers, act_operations.propose_extension(made.teller(), made.vote, new, made.at), now=made.at)
    assert made.vote.closes_at == until + timedelta(days=1)
    clock_operations.close_votes(until)
    assert made.vote.state == "open"
    clock_operations.close_votes(made.vote.closes_at)
    assert made.vote.state == "counting"


def test_a_certified_vote_elects_binds_and_forgets_who_read(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}, blanks=1, cited=(4, 1, 6, 2, 0, 0))
    assert made.vote.state == "challengeable"
    with pytest.raises(Obstructed) as refusal:
        certificate_operations.propose_certificate(made.teller(), made.vote, made.at)
    assert codes_of(refusal) == {"too_early"}
    certify(made)
    assert (made.vote.state, made.vote.outcome) == ("certified", "elected")
    assert "B Reject: 8 ballots, 73%" in made.vote.certificate
    mandate = db.session.scalars(db.select(Mandate)).one()
    assert [each.id for each in mandate.options] == [each.id for each in made.vote.elected]
    readings = db.session.scalars(db.select(Reading)).all()
    assert readings
    assert all(each.member_id is None for each in readings)
    moves = db.session.scalars(db.select(VoteMove.move).order_by(VoteMove.id)).all()
    assert list(moves) == ["open", "close", "count", "certify"]


@pytest.mark.parametrize(
    ("changes", "counts", "withheld", "reason"),
    [
        ({"quorum": "1/1"}, {"A": 3, "B": 2}, "", "quorum_missed"),
        ({"min_ballots": 12}, {"A": 3, "B": 2}, "too_few", "below_minimum"),
        ({"rule": "two_thirds"}, {"A": 3, "B": 2}, "", "threshold_missed"),
        ({}, {"A": 0, "B": 0}, "", "nothing_named"),
    ],
)
def test_an_undecided_vote_is_certified_and_binds_nobody(
    cast: Cast, now: datetime, changes: dict[str, object], counts: dict[str, int], withheld: str, reason: str
) -> None:
    made = make_open(make_closed(cast, now=now, **changes))
    certify(make_counted(made, counts, blanks=0 if sum(counts.values()) else 4, withheld=withheld))
    assert (made.vote.outcome, made.vote.outcome_reason) == ("undecided", reason)
    assert holders(made.at) == []
    assert made.vote.elected == []
    assert db.session.scalars(db.select(Mandate)).all() == []
    assert "Nobody is bound" in made.vote.certificate


def test_challenges_hold_the_certificate_and_one_that_counts_annuls_the_vote(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
    with pytest.raises(Refused, match="could vote"):
        file_challenge(actor(cast.suspended), made.vote, NewChallenge("Why not me?"), eligible=False, now=made.at)
    first = file_challenge(actor(cast.member), made.vote, NewChallenge("No letters came."), eligible=True, now=made.at)
    with pytest.raises(Refused, match="body"):
        propose_ruling(made.observer(), first.id, NewRuling(True, "They did not."), now=made.at)
    made.at = made.vote.challenges_end_at or made.at
    with pytest.raises(Refused, match="until the window"):
        file_challenge(actor(cast.host), made.vote, NewChallenge("Late."), eligible=True, now=made.at)
    with pytest.raises(Obstructed) as refusal:
        certificate_operations.propose_certificate(made.teller(), made.vote, made.at)
    assert codes_of(refusal) == {"challenges"}
    ruling = propose_ruling(made.teller(), first.id, NewRuling(True, "Two locals got none.", True), now=made.at)
    sign_all(cast.tellers, ruling, now=made.at)
    assert (first.ruling, first.changes_outcome) == ("upheld", True)
    with pytest.raises(Obstructed) as refusal:
        certificate_operations.propose_certificate(made.teller(), made.vote, made.at)
    assert codes_of(refusal) == {"annul"}
    annulment = act_operations.propose_annulment(made.teller(), made.vote, "Two locals got no letters.", made.at)
    sign_all(cast.tellers, annulment, now=made.at)
    again = current_vote(made.question.id)
    assert made.vote.state == "annulled"
    assert again is not None
    assert (again.number, again.state, again.called_at) == (2, "set_up", None)
    assert again.opens_at > made.at
    assert {*cast.tellers, *cast.trustees} <= set(holders(made.at))


def test_a_challenge_to_the_tellers_is_ruled_on_by_the_observers(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
    new = NewChallenge("A teller opened letters.", to_tellers=True)
    challenge = file_challenge(actor(cast.member), made.vote, new, eligible=True, now=made.at)
    with pytest.raises(Refused, match="body"):
        propose_ruling(made.teller(), challenge.id, NewRuling(False, "No."), now=made.at)
    ruling = propose_ruling(made.observer(), challenge.id, NewRuling(False, "The letters were sealed."), now=made.at)
    bodies.sign(actor(cast.observer), ruling.id, ruling.document_hash, made.at)
    assert challenge.ruling == "dismissed"
    with pytest.raises(Refused, match="already"):
        propose_ruling(made.observer(), challenge.id, NewRuling(False, "Again."), now=made.at)


def test_a_question_is_withdrawn_also_before_a_vote_held_again_has_opened(cast: Cast, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    assert question_facts(made.question).voting_opened
    clock_operations.due(made.vote.closes_at)
    clock_operations.due(made.vote.closes_at + timedelta(days=7))
    again = current_vote(made.question.id)
    assert again is not None
    assert again.number == 2
    assert not question_facts(made.question).voting_opened


def test_the_vote_of_a_withdrawn_question_is_moved_by_no_clock_and_stands_on_no_desk(cast: Cast, now: datetime) -> None:
    made = make_closed(cast, now=now)
    assert [made.vote] == running_votes() == votes_in("set_up")
    made.question.state = "withdrawn"
    db.session.flush()
    clock_operations.due(made.vote.opens_at)
    assert electorate(made.vote.id) is None
    assert running_votes() == []


def test_annulling_without_a_ground_is_refused(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
    with pytest.raises(Obstructed) as refusal:
        act_operations.propose_annulment(made.teller(), made.vote, "We do not like it.", made.at)
    assert codes_of(refusal) == {"no_ground"}


def test_a_count_unopened_for_seven_days_is_held_again(cast: Cast, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    closes_at = made.vote.closes_at
    clock_operations.due(closes_at)
    clock_operations.due(closes_at + timedelta(days=6))
    assert made.vote.state == "counting"
    clock_operations.due(closes_at + timedelta(days=7))
    assert made.vote.state == "annulled"
    again = current_vote(made.question.id)
    assert again is not None
    assert again.number == 2


def test_a_trustee_who_left_after_giving_the_part_annuls_nothing(cast: Cast, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    db.session.get_one(Member, cast.trustees[0]).left_at = made.at
    db.session.flush()
    make_counted(made, {"A": 3, "B": 8})
    assert made.vote.state == "challengeable"


def test_a_vote_without_a_debate_runs_without_digest_citations_or_mandate(cast: Cast, now: datetime) -> None:
    db.session.execute(db.update(Member).values(country="US"))
    made = make_open(make_undebated(cast, now=now))
    assert made.vote.election_c == ""
    assert not gather_facts(made.vote).digest_hash
    certify(make_counted(made, {"A": 6, "B": 2}))
    assert made.vote.outcome == "elected"
    assert db.session.scalars(db.select(Mandate)).all() == []


def test_a_vote_that_somebody_moved_meanwhile_is_not_moved_over_it(cast: Cast, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    facts = gather_facts(made.vote)
    elsewhere = db.update(Vote).where(Vote.id == made.vote.id).values(version=Vote.version + 1)
    db.session.execute(elsewhere, execution_options={"synchronize_session": False})
    with pytest.raises(Stale):
        move_vote(made.vote, Move.CLOSE, facts, made.vote.closes_at)


def test_no_move_is_made_from_a_state_where_it_does_not_exist(cast: Cast, now: datetime) -> None:
    made = make_closed(cast, now=now)
    with pytest.raises(Obstructed) as refusal:
        move_vote(made.vote, Move.CERTIFY, gather_facts(made.vote), made.at)
    assert codes_of(refusal) == {"wrong_state"}
