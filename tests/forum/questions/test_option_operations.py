"""Options are seconded; the first ten name spokespersons; these add one trustee and one observer until the call."""

import re
from datetime import datetime

import pytest
from flask import Flask

from forum.bodies.models import BodyAct
from forum.kernel.database import db, transaction
from forum.kernel.errors import Invalid, Missing, Refused
from forum.questions import naming_queries, option_operations, queries
from forum.questions.models import Option, Question
from forum.roll.models import Local, Member
from tests.build_questions import make_question
from tests.people import Cast, actor, holding, make_member, sign_in


@pytest.fixture
def debating(cast: Cast, ground: Flask, now: datetime) -> Question:
    return make_question(cast, state="debating", now=now)


@pytest.fixture
def accept(debating: Question) -> Option:
    return queries.option_by_letter(debating.id, "A")


def crowd(cast: Cast, size: int) -> list[int]:
    local = db.session.get_one(Local, cast.local)
    return [make_member(f"70{number:02d}", f"Member {number}", local) for number in range(size)]


def test_a_member_seconds_and_names_who_speaks(cast: Cast, debating: Question, accept: Option, now: datetime) -> None:
    option_operations.second_option(actor(cast.member), debating, accept, "1004", now=now)
    assert queries.spokespersons(debating)[accept.id] == (cast.elsewhere,)


def test_seconding_without_a_name_is_fine_and_a_name_may_follow_once(
    cast: Cast, debating: Question, accept: Option, now: datetime
) -> None:
    option_operations.second_option(actor(cast.member), debating, accept, "", now=now)
    option_operations.name_spokesperson(actor(cast.member), debating, accept, "1004")
    assert queries.spokespersons(debating)[accept.id] == (cast.elsewhere,)
    with pytest.raises(Refused, match="already"):
        option_operations.name_spokesperson(actor(cast.member), debating, accept, "1002")


def test_a_member_seconds_an_option_once(cast: Cast, debating: Question, accept: Option, now: datetime) -> None:
    option_operations.second_option(actor(cast.member), debating, accept, "", now=now)
    with pytest.raises(Refused, match="already"):
        option_operations.second_option(actor(cast.member), debating, accept, "", now=now)


def test_retired_members_second_and_suspended_ones_do_not(
    cast: Cast, debating: Question, accept: Option, now: datetime
) -> None:
    option_operations.second_option(actor(cast.retired), debating, accept, "", now=now)
    with pytest.raises(Refused, match="good standing"):
        option_operations.second_option(actor(cast.suspended), debating, accept, "", now=now)


@pytest.mark.parametrize("role", ["teller", "observer"])
def test_tellers_and_observers_of_the_question_take_no_side(
    cast: Cast, debating: Question, accept: Option, now: datetime, role: str
) -> None:
    impartial = holding(actor(cast.tellers[0]), role, debating.id)
    with pytest.raises(Refused, match="not tellers or observers"):
        option_operations.second_option(impartial, debating, accept, "", now=now)


def test_options_are_seconded_between_charge_and_close(cast: Cast, ground: Flask, now: datetime) -> None:
    for state in ("published", "closed"):
        question = make_question(cast, state=state, now=now)
        with pytest.raises(Refused, match="from the charge"):
            option_operations.second_option(actor(cast.member), question, queries.options(question.id)[0], "", now=now)


def test_a_spokesperson_is_named_by_full_name_too_unless_two_bear_it(
    cast: Cast, debating: Question, accept: Option, now: datetime
) -> None:
    option_operations.second_option(actor(cast.member), debating, accept, "Priya Nand", now=now)
    assert queries.spokespersons(debating)[accept.id] == (cast.elsewhere,)
    make_member("7999", "Priya Nand", db.session.get_one(Local, cast.local))
    with pytest.raises(Invalid, match="Nothing is lost") as refusal:
        option_operations.second_option(actor(cast.seconder), debating, accept, "Priya Nand", now=now)
    assert "Several" in refusal.value.problems[0].text


@pytest.mark.parametrize("number", ["9999", "1006", "3001", "5001", "1001 OR 1=1", "😀"])
def test_only_somebody_who_may_speak_can_be_named(
    cast: Cast, debating: Question, accept: Option, now: datetime, number: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        option_operations.second_option(actor(cast.member), debating, accept, number, now=now)
    assert [each.field for each in refusal.value.problems] == ["names-A"]
    assert accept.second_count == 0


def test_the_eleventh_names_nobody(cast: Cast, debating: Question, accept: Option, now: datetime) -> None:
    for member_id in crowd(cast, 10):
        option_operations.second_option(actor(member_id), debating, accept, "1004", now=now)
    with pytest.raises(Refused, match="Ten members"):
        option_operations.second_option(actor(cast.member), debating, accept, "1002", now=now)
    option_operations.second_option(actor(cast.member), debating, accept, "", now=now)
    assert [each.second_count for each in debating.options] == [11, 0]
    with pytest.raises(Refused, match="first ten"):
        option_operations.name_spokesperson(actor(cast.member), debating, accept, "1002")
    assert queries.spokespersons(debating)[accept.id] == (cast.elsewhere,)


def test_one_who_has_not_seconded_names_nobody(cast: Cast, debating: Question, accept: Option) -> None:
    with pytest.raises(Refused, match="Second the option first"):
        option_operations.name_spokesperson(actor(cast.member), debating, accept, "1002")


@pytest.fixture
def speaking(cast: Cast, debating: Question, accept: Option, now: datetime) -> None:
    option_operations.second_option(actor(cast.seconder), debating, accept, "1001", now=now)


def test_spokespersons_add_one_trustee_and_one_observer(
    cast: Cast, debating: Question, accept: Option, now: datetime, speaking: None
) -> None:
    speaker = actor(cast.member)
    option_operations.add_by_option(speaker, debating, accept, "trustee", "1004", now=now)
    option_operations.add_by_option(speaker, debating, accept, "observer", "1002", now=now)
    assert cast.elsewhere in queries.appointments(debating.id, "trustee")
    with pytest.raises(Refused, match="its own already"):
        option_operations.add_by_option(speaker, debating, accept, "trustee", "1003", now=now)


@pytest.fixture
def two_speak(speaking: None, cast: Cast, debating: Question, accept: Option, now: datetime) -> None:
    """Marta Quill and Len Fairweather speak for the first option."""
    option_operations.second_option(actor(cast.host), debating, accept, "1002", now=now)
    assert set(queries.spokespersons(debating)[accept.id]) == {cast.member, cast.seconder}


def test_where_two_speak_both_name_the_same_member(
    cast: Cast, debating: Question, accept: Option, now: datetime, two_speak: None
) -> None:
    marta, len_ = actor(cast.member), actor(cast.seconder)
    assert option_operations.add_by_option(marta, debating, accept, "trustee", "1004", now=now) is None
    assert option_operations.add_by_option(len_, debating, accept, "trustee", "1007", now=now) is None
    assert not set(queries.appointments(debating.id, "trustee")) & {cast.elsewhere, cast.retired}
    assert option_operations.add_by_option(len_, debating, accept, "observer", "1004", now=now) is None
    named = option_operations.add_by_option(marta, debating, accept, "trustee", "1007", now=now)
    assert named is not None
    assert (named.member_id, named.option_id) == (cast.retired, accept.id)
    with pytest.raises(Refused, match="its own already"):
        option_operations.add_by_option(len_, debating, accept, "trustee", "1004", now=now)


def test_the_other_spokesperson_agrees_with_one_step_and_nobody_else_does(
    cast: Cast, debating: Question, accept: Option, now: datetime, two_speak: None
) -> None:
    option_operations.add_by_option(actor(cast.member), debating, accept, "observer", "1004", now=now)
    naming, other = naming_queries.namings(accept.id)[0].id, queries.option_by_letter(debating.id, "B")
    with pytest.raises(Refused, match="spokespersons"):
        option_operations.agree_to_add(actor(cast.host), debating, accept, naming, now=now)
    with pytest.raises(Missing):
        option_operations.agree_to_add(actor(cast.seconder), debating, other, naming, now=now)
    assert option_operations.agree_to_add(actor(cast.member), debating, accept, naming, now=now) is None
    wanted = naming_queries.wanted_for(actor(cast.seconder), debating, accept)
    assert [(each.name, each.by, each.mine) for each in wanted] == [("Priya Nand", "Marta Quill", False)]
    assert naming_queries.wanted_for(actor(cast.host), debating, accept) == []
    named = option_operations.agree_to_add(actor(cast.seconder), debating, accept, naming, now=now)
    assert named is not None
    assert named.member_id == cast.elsewhere
    assert naming_queries.wanted_for(actor(cast.seconder), debating, accept) == []


def test_who_became_unsuitable_meanwhile_is_not_agreed_to(
    cast: Cast, debating: Question, accept: Option, now: datetime, two_speak: None
) -> None:
    option_operations.add_by_option(actor(cast.member), debating, accept, "trustee", "1004", now=now)
    naming = naming_queries.namings(accept.id)[0].id
    db.session.get_one(Member, cast.elsewhere).office = "officer"
    with pytest.raises(Invalid):
        option_operations.agree_to_add(actor(cast.seconder), debating, accept, naming, now=now)


def test_a_spokesperson_who_left_the_union_is_not_waited_for(
    cast: Cast, debating: Question, accept: Option, now: datetime, two_speak: None
) -> None:
    db.session.get_one(Member, cast.seconder).left_at = now
    db.session.flush()
    named = option_operations.add_by_option(actor(cast.member), debating, accept, "trustee", "1004", now=now)
    assert named is not None


def test_the_other_spokesperson_meets_it_on_the_question_page(app: Flask, cast: Cast, now: datetime) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        question = make_question(cast, state="debating", now=now)
        option, number = queries.option_by_letter(question.id, "A"), question.number
        option_operations.second_option(actor(cast.member), question, option, "1001", now=now)
        option_operations.second_option(actor(cast.host), question, option, "1002", now=now)
    marta, len_ = sign_in(app, cast.member), sign_in(app, cast.seconder)
    page, sent = f"/q/{number}", {"role-A": "trustee", "number-A": "1004"}
    assert marta.post(f"{page}/options/A/add", data=sent).status_code == 302
    assert "agree on a trustee or an observer" in len_.get(page).text
    assert "agree on a trustee or an observer" not in marta.get(page).text
    found = re.search(r"/options/A/namings/\d+/agree", len_.get(page).text)
    assert found is not None
    assert found[0] not in sign_in(app, cast.host).get(page).text
    assert len_.post(page + found[0]).status_code == 302
    assert "added by option A" in sign_in(app, cast.host).get(page).text


def test_only_spokespersons_add_and_ask(
    cast: Cast, debating: Question, accept: Option, now: datetime, speaking: None
) -> None:
    for stranger in (cast.seconder, cast.officer):
        with pytest.raises(Refused, match="spokespersons"):
            option_operations.add_by_option(actor(stranger), debating, accept, "trustee", "1004", now=now)
        with pytest.raises(Refused, match="spokespersons"):
            option_operations.ask_withdrawal(actor(stranger), debating, accept, now=now)


@pytest.mark.parametrize(("role", "number"), [("trustee", "2001"), ("observer", "2001"), ("trustee", "3001"),
                                              ("trustee", "4001"), ("observer", "5001"), ("trustee", "0")])  # fmt: skip
def test_officers_tellers_and_those_already_named_are_not_added(
    cast: Cast, debating: Question, accept: Option, now: datetime, speaking: None, role: str, number: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        option_operations.add_by_option(actor(cast.member), debating, accept, role, number, now=now)
    assert [each.field for each in refusal.value.problems] == ["number-A"]


def test_nobody_is_added_after_the_call(
    cast: Cast, debating: Question, accept: Option, now: datetime, speaking: None
) -> None:
    call = BodyAct(question_id=debating.id, body="council", act="call", document="", document_hash="", facts={},
                   proposed_at=now, proposed_by_id=cast.officer, took_effect_at=now)  # fmt: skip
    db.session.add(call)
    db.session.flush()
    with pytest.raises(Refused, match="the call"):
        option_operations.add_by_option(actor(cast.member), debating, accept, "trustee", "1004", now=now)


def test_withdrawal_is_asked_once(
    cast: Cast, debating: Question, accept: Option, now: datetime, speaking: None
) -> None:
    option_operations.ask_withdrawal(actor(cast.member), debating, accept, now=now)
    with pytest.raises(Refused, match="already"):
        option_operations.ask_withdrawal(actor(cast.member), debating, accept, now=now)


def test_an_officer_speaks_for_one_option_only(cast: Cast, debating: Question, now: datetime) -> None:
    accept, reject = queries.options(debating.id)
    option_operations.second_option(actor(cast.member), debating, accept, "2001", now=now)
    option_operations.second_option(actor(cast.member), debating, reject, "2001", now=now)
    speaking = [option for option, members in queries.spokespersons(debating).items() if cast.officer in members]
    assert len(speaking) == 1


def test_a_member_who_left_the_union_is_not_named(
    cast: Cast, debating: Question, accept: Option, now: datetime
) -> None:
    db.session.get_one(Member, cast.elsewhere).left_at = now
    db.session.flush()
    with pytest.raises(Invalid):
        option_operations.second_option(actor(cast.member), debating, accept, "1004", now=now)
