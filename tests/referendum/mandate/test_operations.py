"""A mandate from the certificate to its end: quotes, acts, disputes, and the clock."""

from datetime import datetime, timedelta

import pytest

from forum.kernel.database import db
from forum.kernel.errors import Invalid, Refused
from referendum.count.models import Tally
from referendum.mandate import queries
from referendum.mandate.forms import NewAct, NewDisputeRuling
from referendum.mandate.models import Mandate
from referendum.mandate.operations import dispute, file_act, open_mandate, propose_dispute_ruling, tend_mandates
from referendum.mandate.rules import awaited_citations
from tests.build_questions import sign_all
from tests.build_referendum import Referendum, certify, make_closed, make_counted, make_open, open_citations
from tests.people import Cast, actor

pytestmark = pytest.mark.usefixtures("ground")


@pytest.fixture
def bound(ground: object, cast: Cast, now: datetime) -> Referendum:
    """A vote certified for B; A-02 speaks for B, A-01 and A-03 for A. C's places are pairs in the digest's order."""
    made = make_open(make_closed(cast, now=now))
    return certify(make_counted(made, {"A": 3, "B": 8}, cited=(4, 1, 4, 2, 4, 2)))


def mandate_of(made: Referendum) -> Mandate:
    found = queries.mandate_of(made.question.id)
    assert found is not None
    return found


def answers(made: Referendum) -> dict[int, str]:
    return {each.argument.number: "We heard this." for each in queries.quoted(mandate_of(made))}


def test_the_mandate_quotes_what_moved_and_what_weighed_and_dates_every_duty(bound: Referendum) -> None:
    mandate = mandate_of(bound)
    assert bound.vote.certified_at is not None
    assert [each.due_at - bound.vote.certified_at for each in mandate.duties] == [timedelta(days=30)]
    kinds = {each.argument.number: each.kind for each in queries.quoted(mandate)}
    assert kinds == {2: "moved", 1: "weighed", 3: "weighed"}
    assert open_mandate(bound.vote, bound.at) is mandate


def test_citations_opened_after_certification_are_quoted_while_the_mandate_is_due(cast: Cast, now: datetime) -> None:
    made = certify(make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}))
    mandate, first = mandate_of(made), mandate_of(made).duties[0].due_at
    assert queries.quoted(mandate) == []
    made.at = first - timedelta(days=1)
    file_act(actor(cast.officer), mandate.duties[0].id, NewAct("Done.", {}), now=made.at)
    open_citations(made, (4, 1, 4, 2, 4, 2))
    kinds = {each.argument.number: each.kind for each in queries.quoted(mandate)}
    assert kinds == {2: "moved", 1: "weighed", 3: "weighed"}
    assert mandate.duties[0].due_at == made.at + timedelta(days=14)
    tend_mandates(first + timedelta(days=1))
    assert mandate.state == "due"
    file_act(actor(cast.officer), mandate.duties[0].id, NewAct("This is why.", answers(made)), now=made.at)
    tend_mandates(made.at + timedelta(days=15))
    assert mandate.state == "discharged"


def test_a_mandate_is_not_discharged_while_the_citations_are_sealed_and_then_its_acts_must_answer_them(
    cast: Cast, now: datetime
) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
    db.session.get_one(Tally, (made.vote.id, "C")).withheld = ""  # enough ballots: the trustees are still to open it
    mandate = mandate_of(certify(made))
    duty = mandate.duties[0]
    file_act(actor(cast.officer), duty.id, NewAct("Done.", {}), now=made.at)
    made.at += timedelta(days=60)
    tend_mandates(made.at)
    assert mandate.state == "due"
    assert [each.code for each in awaited_citations(queries.facts_of(mandate))] == ["citations_sealed"]
    open_citations(made, (4, 1, 4, 2, 4, 2))
    tend_mandates(made.at)
    assert (mandate.state, len(queries.quoted(mandate))) == ("due", 3)
    assert awaited_citations(queries.facts_of(mandate)) == []
    file_act(actor(cast.officer), duty.id, NewAct("This is why.", answers(made)), now=made.at + timedelta(days=13))
    tend_mandates(made.at + timedelta(days=27))
    assert mandate.state == "discharged"


def test_citations_that_nobody_marked_end_the_wait_too(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
    db.session.get_one(Tally, (made.vote.id, "C")).withheld = ""
    mandate = mandate_of(certify(made))
    file_act(actor(cast.officer), mandate.duties[0].id, NewAct("Done.", {}), now=made.at)
    made.at += timedelta(days=60)
    open_citations(made, (0, 0, 0, 0, 0, 0))
    tend_mandates(made.at)
    assert mandate.state == "discharged"


def test_a_mandate_that_has_ended_quotes_nothing_any_more(cast: Cast, now: datetime) -> None:
    made = certify(make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}))
    mandate = mandate_of(made)
    made.at = mandate.duties[0].due_at + timedelta(seconds=1)
    open_citations(made, (4, 1, 4, 2, 4, 2))
    assert (mandate.state, queries.quoted(mandate)) == ("breached", [])


def test_only_an_officer_just_signed_in_files_an_act_and_answers_only_what_is_quoted(bound: Referendum) -> None:
    duty = mandate_of(bound).duties[0]
    for person, sentence in (
        (actor(bound.cast.member), "officers"), (actor(bound.cast.officer, fresh=False), "once more"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=sentence):
            file_act(person, duty.id, NewAct("Done.", {}), now=bound.at)
    with pytest.raises(Refused, match="does not quote"):
        file_act(actor(bound.cast.officer), duty.id, NewAct("Done.", {9: "?"}), now=bound.at)


def test_an_act_that_answers_everything_discharges_after_the_dispute_window(bound: Referendum) -> None:
    mandate = mandate_of(bound)
    duty = mandate.duties[0]
    officer = actor(bound.cast.officer)
    file_act(officer, duty.id, NewAct("We went back to the table.", {2: "Tabled."}), now=bound.at)
    assert queries.duty_rows(mandate, queries.facts_of(mandate), bound.at)[0].unanswered == (1, 3)
    filed = bound.at + timedelta(days=1)
    file_act(officer, duty.id, NewAct("And wrote to the sister unions.", answers(bound)), now=filed)
    tend_mandates(filed + timedelta(days=13))
    assert mandate.state == "due"
    tend_mandates(filed + timedelta(days=14))
    assert mandate.state == "discharged"
    with pytest.raises(Refused, match="already ended"):
        file_act(officer, duty.id, NewAct("More.", {}), now=filed + timedelta(days=15))


def test_a_day_that_passes_without_an_act_breaches_by_the_clock(bound: Referendum) -> None:
    mandate = mandate_of(bound)
    tend_mandates(mandate.duties[0].due_at)
    assert mandate.state == "due"
    late = mandate.duties[0].due_at + timedelta(seconds=1)
    tend_mandates(late)
    assert (mandate.state, mandate.ended_at) == ("breached", late)
    assert mandate.duties[0].breached_at == late


def test_an_act_that_leaves_an_argument_unanswered_does_not_save_the_mandate(bound: Referendum) -> None:
    mandate = mandate_of(bound)
    file_act(actor(bound.cast.officer), mandate.duties[0].id, NewAct("Done.", {2: "Yes."}), now=bound.at)
    tend_mandates(mandate.duties[0].due_at + timedelta(seconds=1))
    assert mandate.state == "breached"


def test_a_dispute_holds_the_discharge_until_the_tellers_rule(bound: Referendum) -> None:
    mandate = mandate_of(bound)
    officer = actor(bound.cast.officer)
    act = file_act(officer, mandate.duties[0].id, NewAct("Done.", answers(bound)), now=bound.at)
    objection = dispute(actor(bound.cast.member), act.id, "One meeting is not a fight.", now=bound.at)
    with pytest.raises(Refused, match="already"):
        dispute(actor(bound.cast.member), act.id, "Again.", now=bound.at)
    over = bound.at + timedelta(days=14)
    tend_mandates(over)
    assert mandate.state == "due"
    with pytest.raises(Refused, match="over"):
        dispute(actor(bound.cast.host), act.id, "Late.", now=over)
    ruling = propose_dispute_ruling(bound.teller(), objection.id, NewDisputeRuling(False, "It was tabled."), now=over)
    sign_all(bound.cast.tellers, ruling, now=over)
    assert objection.ruling == "dismissed"
    tend_mandates(over)
    assert mandate.state == "discharged"


@pytest.mark.parametrize(("mended", "ends"), [(True, "discharged"), (False, "breached")])
def test_an_upheld_dispute_is_mended_in_time_or_breaches(bound: Referendum, mended: bool, ends: str) -> None:
    mandate = mandate_of(bound)
    officer, duty = actor(bound.cast.officer), mandate.duties[0]
    act = file_act(officer, duty.id, NewAct("Done.", answers(bound)), now=bound.at)
    objection = dispute(actor(bound.cast.member), act.id, "Nothing was tabled.", now=bound.at)
    with pytest.raises(Invalid):
        propose_dispute_ruling(bound.teller(), objection.id, NewDisputeRuling(True, "True.", bound.at), now=bound.at)
    mend_by = bound.at + timedelta(days=16)
    ruling = NewDisputeRuling(True, "The minutes show nothing.", mend_by)
    proposed = propose_dispute_ruling(bound.teller(), objection.id, ruling, now=bound.at)
    sign_all(bound.cast.tellers, proposed, now=bound.at)
    tend_mandates(bound.at + timedelta(days=14))
    assert mandate.state == "due"
    if mended:
        file_act(officer, duty.id, NewAct("Tabled now.", {}), now=mend_by - timedelta(days=1))
        assert objection.mended_at is not None
    tend_mandates(mend_by + timedelta(seconds=1))
    assert mandate.state == ends


def test_an_undecided_vote_opens_no_mandate(cast: Cast, now: datetime) -> None:
    made = certify(make_counted(make_open(make_closed(cast, now=now, rule="two_thirds")), {"A": 3, "B": 3}))
    assert open_mandate(made.vote, made.at) is None
    assert db.session.scalars(db.select(Mandate)).all() == []
