"""The ceremony of a threshold group: taken together, step by step; what is wrong is refused and named."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.errors import Refused
from forum.kernel.languages import say
from forum.kernel.mail import Outgoing
from forum.questions.models import Appointment
from forum.questions.queries import question_by_id
from forum.roll.models import Member
from referendum.conduct import clock_operations
from referendum.crypto.ceremony import make_cert, new_seed, private_part
from referendum.crypto.group import G, P, power_of_g
from referendum.crypto.joint import joint_key, read_trustees, trustees_bytes
from referendum.crypto.threshold import ThresholdGroup
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate.queries import fingerprint
from referendum.trustees import ceremony_operations, operations, queries
from referendum.trustees.page_queries import panel
from referendum.trustees.views import facts_for_the_label
from tests.people import Cast, actor
from tests.referendum.trustees.conftest import Group, make_group
from tests.trail import trail


def reasons(act: str) -> list[str]:
    """The public reasons of the acts of this kind, in their order."""
    query = db.select(AuditEntry.body).where(AuditEntry.act == act).order_by(AuditEntry.height)
    return [json.loads(body)["facts"]["reason"] for body in db.session.scalars(query)]


def test_three_trustees_make_a_key_of_which_two_are_enough(group: Group) -> None:
    group.join(0, 1, 2)
    group.share(0, 1, 2)
    group.finish(0, 1)
    assert queries.keys_ready(group.vote) == set(group.members[:2])
    assert queries.rehearsal_of(group.vote.id) is None
    group.finish(2)
    (item,) = queries.items(group.vote)
    assert isinstance(item, ThresholdGroup)
    assert (item.threshold, len(item.keys)) == (2, 3)
    rehearsal = queries.rehearsal_of(group.vote.id)
    assert rehearsal is not None
    assert rehearsal.trustees == trustees_bytes(queries.items(group.vote)).decode()
    assert joint_key(read_trustees(rehearsal.trustees.encode())) == item.sub_key
    said = [act for act, office, _ in trail("begin_ceremony", "send_certificate", "send_shares", "send_key")]
    assert said == ["begin_ceremony", *["send_certificate"] * 3, *["send_shares"] * 3, *["send_key"] * 3]
    assert len({facts["message_hash"] for _, _, facts in trail("send_shares", "send_key")}) == 6
    for place, member in enumerate(group.members):
        key = queries.key_of(group.vote.id, member)
        assert key is not None
        assert str(power_of_g(private_part(group.seeds[place], key.sealed))) == key.public_key["public_key"]


def test_whose_turn_it_is_is_told_by_mail_once_all_have_done_the_step_before(group: Group) -> None:
    def told() -> int:
        return len(db.session.scalars(db.select(Outgoing.id).where(Outgoing.name == "ceremony_step")).all())

    group.join(0, 1)
    assert told() == 0
    group.join(2)
    assert told() == 3
    group.share(0, 1, 2)
    assert told() == 6
    group.finish(0, 1, 2)
    assert told() == 9


def test_nobody_begins_a_step_before_all_have_done_the_one_before(group: Group) -> None:
    group.join(0, 1)
    for early in (ceremony_operations.send_shares, ceremony_operations.send_key):
        with pytest.raises(Refused, match="finished the step before"):
            early(group.trustee(0), group.vote, "{}", group.now)
    group.join(2)
    group.share(0, 1)
    with pytest.raises(Refused, match="finished the step before"):
        ceremony_operations.send_key(group.trustee(0), group.vote, "{}", group.now)


def test_what_was_sent_is_sent_once_and_stays(group: Group) -> None:
    group.join(0, 1, 2)
    group.join(0)
    group.share(0)
    first = queries.shares(group.ceremony)
    group.share(0)
    assert queries.shares(group.ceremony) == first
    assert group.ceremony.round == 1


def test_nonsense_is_refused_at_every_step(group: Group) -> None:
    def refused(send: Callable[..., None]) -> None:
        for text in ("", "[]", "{}", "{" * 9_000, '{"message":"{}","signature":{}}', "x" * 700_000):
            with pytest.raises(Refused, match=r"refused|too long"):
                send(group.trustee(0), group.vote, text, group.now)

    refused(ceremony_operations.send_certificate)
    group.join(0, 1, 2)
    refused(ceremony_operations.send_shares)
    group.share(0, 1, 2)
    refused(ceremony_operations.send_key)
    assert queries.keys_ready(group.vote) == set()


def test_a_false_share_and_a_false_key_are_refused_and_their_trustee_named(group: Group) -> None:
    group.join(0, 1, 2)
    shares = json.loads(group.shares_of(1))
    shares["coefexps"]["message"] = shares["coefexps"]["message"].replace("coefexps", "coefexpz")
    with pytest.raises(Refused) as refused:
        ceremony_operations.send_shares(group.trustee(1), group.vote, json.dumps(shares), group.now)
    problem = refused.value.facts["problem"]
    assert (problem.text, problem.facts["problem"].text) == (
        "trustee %(number)s: %(problem)s", "the signature under %(what)s does not hold"
    ), "each piece is translated by itself"
    assert "refused: trustee 2: the signature under the coefficients does not hold. Noth" in say(refused.value)
    with pytest.raises(Refused, match="refused"):
        ceremony_operations.send_shares(group.trustee(1), group.vote, group.shares_of(0), group.now)
    group.share(0, 1, 2)
    key = json.loads(group.key_of(2))
    key["public_key"] = public_key_of(new_private_key()).as_json()
    with pytest.raises(Refused) as refused:
        ceremony_operations.send_key(group.trustee(2), group.vote, json.dumps(key), group.now)
    assert say(refused.value).startswith("This message is refused: trustee 3: the verification key is not")
    key["public_key"]["public_key"] = str(int(key["public_key"]["public_key"]) * int(G) % int(P))
    with pytest.raises(Refused, match="refused"):
        ceremony_operations.send_key(group.trustee(2), group.vote, json.dumps(key), group.now)
    assert queries.keys_ready(group.vote) == set()


def test_a_certificate_is_one_trustee_s_own(group: Group) -> None:
    group.join(0)
    with pytest.raises(Refused, match="Another trustee"):
        ceremony_operations.send_certificate(group.trustee(1), group.vote, make_cert(group.seeds[0]).text, group.now)


def test_only_members_of_the_group_take_part_and_they_hand_in_no_key_of_their_own(group: Group, cast: Cast) -> None:
    stranger = make_cert(new_seed()).text
    with pytest.raises(Refused, match="Only the trustees"):
        ceremony_operations.send_certificate(actor(cast.member), group.vote, stranger, group.now)
    with pytest.raises(Refused, match="make a key together"):
        operations.upload_trustee_key(
            group.trustee(0), group.vote, public_key_of(new_private_key()).as_json(), group.now
        )


def test_another_key_of_a_member_begins_the_ceremony_anew(group: Group) -> None:
    group.join(0, 1, 2)
    group.share(0, 1, 2)
    group.finish(0, 1, 2)
    group.seeds[1] = new_seed()
    group.join(1)
    assert group.ceremony.round == 2
    assert queries.keys_ready(group.vote) == set()
    assert queries.shares(group.ceremony) == []
    assert len(queries.certificates(group.ceremony)) == 3
    assert reasons("begin_ceremony") == ["", "a trustee made another key"]


def test_where_a_trustee_gives_the_office_back_those_who_remain_begin_anew(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    group = make_group(cast, now, more=1)
    group.join(0, 1, 2, 3)
    assert group.ceremony.threshold == 3
    group.share(0, 1, 2, 3)
    group.finish(0, 1, 2)
    ceremony_operations.step_down(group.trustee(3), group.vote, "I am moving away.", now)
    assert (group.ceremony.round, group.ceremony.threshold, group.ceremony.members) == (2, 2, group.members[:3])
    assert reasons("begin_ceremony") == ["", "the trustees have changed"]
    assert reasons("give_office_back") == ["I am moving away."]
    group.share(0, 1, 2)
    group.finish(0, 1, 2)
    assert queries.keys_ready(group.vote) == set(group.members[:3])
    assert queries.rehearsal_of(group.vote.id) is not None


def test_the_clock_lets_those_who_remain_begin_anew_after_a_trustee_has_left(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    group = make_group(cast, now, more=1)
    group.join(0, 1, 2, 3)
    db.session.get_one(Member, group.members[3]).left_at = now
    clock_operations.tend_ceremonies(now)
    assert reasons("begin_ceremony") == ["", "the trustees have changed"]


def test_of_two_who_remain_each_makes_a_key_alone(group: Group) -> None:
    group.join(0, 1, 2)
    ceremony_operations.step_down(group.trustee(2), group.vote, "No time.", group.now)
    assert queries.ceremony_of(group.vote.id) is None
    for place in (0, 1):
        operations.upload_trustee_key(
            group.trustee(place), group.vote, public_key_of(new_private_key()).as_json(), group.now
        )
    assert queries.keys_ready(group.vote) == set(group.members[:2])
    ceremony_operations.step_down(group.trustee(1), group.vote, "No time either.", group.now)
    with pytest.raises(Refused, match="only trustee"):
        ceremony_operations.step_down(group.trustee(0), group.vote, "Nor I.", group.now)


def test_who_joins_later_makes_a_group_of_those_who_had_keys_alone(group: Group) -> None:
    late = db.session.scalars(db.select(Appointment).where(Appointment.member_id == group.members[2])).one()
    db.session.delete(late)
    db.session.flush()
    for place in (0, 1):
        operations.upload_trustee_key(
            group.trustee(place), group.vote, public_key_of(new_private_key()).as_json(), group.now
        )
    db.session.add(
        Appointment(question_id=group.vote.question_id, member_id=group.members[2], role="trustee", named_at=group.now)
    )
    db.session.flush()
    assert queries.keys_ready(group.vote) == set()
    ceremony_operations.keep_up(group.vote, group.now)
    assert queries.all_keys(group.vote.id) == []
    assert group.ceremony.members == group.members


def test_who_is_needed_stands_beside_the_group(cast: Cast, ground: Flask, now: datetime) -> None:
    group = make_group(cast, now, more=1)
    needed = db.session.scalars(db.select(Appointment).where(Appointment.member_id == group.members[3])).one()
    needed.needed = True
    db.session.flush()
    key = public_key_of(new_private_key()).as_json()
    operations.upload_trustee_key(group.trustee(3), group.vote, key, now)
    group.join(0, 1, 2)
    apart, joined = panel(group.trustee(3), group.vote), panel(group.trustee(0), group.vote)
    assert (apart.in_group, [row["state"] for row in apart.rows]) == (False, ["done", "next"])
    assert (joined.in_group, [row["state"] for row in joined.rows]) == (True, ["done", "now", "next", "next"])
    assert [(each.together, each.you, each.keyed) for each in apart.people] == [
        (False, True, True), *[(True, False, False)] * 3
    ]  # fmt: skip
    assert apart.people[0].mark == fingerprint(str(key["public_key"]))
    assert (joined.needed, joined.waiting) == ([apart.people[0].name], [each.name for each in apart.people[1:]])
    group.share(0, 1, 2)
    group.finish(0, 1, 2)
    assert queries.numbers_of(group.vote) == {group.members[3]: 1, **{group.members[at]: at + 2 for at in range(3)}}
    assert [type(item).__name__ for item in queries.items(group.vote)] == ["TrusteeKey", "ThresholdGroup"]


def test_the_question_s_label_says_how_many_suffice_before_and_after_the_ballot_is_made(group: Group) -> None:
    question = question_by_id(group.vote.question_id)
    assert facts_for_the_label(question) == {"trustees_enough": 2}
    group.join(0, 1, 2)
    group.share(0, 1, 2)
    group.finish(0, 1, 2)
    for owner, key in enumerate(queries.trustee_keys(group.vote), start=1):
        key.owner = owner
    group.vote.election_v = "frozen"
    db.session.execute(db.delete(Appointment).where(Appointment.member_id == group.members[0]))
    assert facts_for_the_label(question) == {"trustees_enough": 2}
    assert queries.division(group.vote).group == tuple(group.members)


def test_a_member_begins_anew_for_a_reason_that_is_public(group: Group) -> None:
    group.join(0, 1, 2)
    with pytest.raises(Refused, match="nothing to begin anew"):
        ceremony_operations.begin_anew_for(group.trustee(0), group.vote, "A false share.", group.now)
    group.share(0, 1, 2)
    ceremony_operations.begin_anew_for(group.trustee(0), group.vote, "A false share.", group.now)
    assert queries.shares(group.ceremony) == []
    assert reasons("begin_ceremony")[-1] == "A false share."


def test_once_the_ballot_s_text_is_fixed_nothing_of_the_ceremony_changes(group: Group) -> None:
    group.join(0, 1, 2)
    group.vote.election_v = "frozen"
    for act in (
        lambda: group.join(0), lambda: group.share(0),
        lambda: ceremony_operations.begin_anew_for(group.trustee(0), group.vote, "Why not.", group.now),
        lambda: ceremony_operations.step_down(group.trustee(0), group.vote, "No time.", group.now),
    ):  # fmt: skip
        with pytest.raises(Refused, match="frozen"):
            act()
