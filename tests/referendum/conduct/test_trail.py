"""The public log of a whole vote: every step of power, in its order, by whose office, with what can be checked."""

from datetime import datetime, timedelta

import pytest

from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from referendum.conduct import act_operations, clock_operations
from referendum.conduct.facts_queries import ballot_hash, gather_facts
from referendum.conduct.forms import NewExtension
from referendum.electorate.queries import electorate
from referendum.mandate import queries as mandates
from referendum.mandate.forms import NewAct, NewDisputeRuling
from referendum.mandate.operations import dispute, file_act, propose_dispute_ruling, tend_mandates
from referendum.process.challenge_operations import file_challenge, propose_ruling
from referendum.process.forms import NewChallenge, NewRuling
from tests.build_questions import sign_all
from tests.build_referendum import break_tie, certify, make_closed, make_counted, make_open
from tests.people import Cast, actor
from tests.trail import height, trail

pytestmark = pytest.mark.usefixtures("ground")

SIGNING = {"propose_act", "sign_act", "complete_act"}
CITED = (4, 1, 4, 2, 4, 2)


def steps(since: int = -1) -> list[tuple[str, str]]:
    """Act and office of each step, the signing of bodies' acts apart."""
    return [(act, office) for act, office, _ in trail(since=since) if act not in SIGNING]


def facts_of(act: str) -> list[dict[str, object]]:
    return [facts for _, _, facts in trail(act)]


def test_a_vote_leaves_every_step_in_the_log_from_its_setting_up_to_the_count(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 4, "B": 4}, cited=CITED)
    said = steps()
    assert said[said.index(("set_up_vote", "clock")) :] == [
        ("set_up_vote", "clock"), ("freeze_digest", "clock"), ("freeze_roll", "clock"),
        ("upload_teller_key", "teller"), ("upload_teller_key", "teller"),
        ("upload_trustee_key", "trustee"), ("upload_trustee_key", "trustee"),
        ("prove_trustee_key", "trustee"), ("prove_trustee_key", "trustee"),
        ("issue_call", "officer"), ("set_up_sealed_list", "clock"), ("store_spares", "clock"),
        ("finish_codes", "clock"), ("freeze_ballot", "clock"), ("seal_credentials", "clock"), ("open_vote", "teller"),
        ("close_vote", "clock"), ("publish_result", "clock"), ("publish_citations", "clock"),
        ("publish_count", "clock"),
    ]  # fmt: skip
    about = db.session.scalars(db.select(AuditEntry.subject).where(AuditEntry.act == "issue_call")).one()
    assert about == f"vote:{made.vote.public_id}"


def test_what_the_log_says_of_a_vote_is_what_stands(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 4, "B": 4}, cited=CITED)
    vote, roll = made.vote, electorate(made.vote.id)
    assert roll is not None
    facts = gather_facts(vote)
    (digest,), (frozen,), (list_,) = (facts_of(each) for each in ("freeze_digest", "freeze_roll", "set_up_sealed_list"))
    assert digest == {"arguments": len(made.arguments), "hash": facts.digest_hash}
    assert (frozen["roll_hash"], frozen["size"]) == (roll.roll_hash, roll.size)
    assert frozen["record_at"] == roll.record_at.isoformat()
    assert (list_["tellers"], list_["needed"]) == (2, 2)
    (codes,), (sealed,) = facts_of("finish_codes"), facts_of("seal_credentials")
    assert codes == {"deliveries": {"sent": roll.size}, "spares": 20, "sealed_list_hash": roll.sealed_hash}
    assert sealed == {"credentials": roll.size + 20, "sealed_list_hash": roll.sealed_hash}
    assert facts_of("issue_call") == [{"document_hash": vote.params["call_hash"]}]
    assert facts_of("freeze_ballot") == [{"ballot_hash": ballot_hash(vote)}]
    assert facts_of("publish_result") == facts_of("publish_citations") == [{"ballots": 8}]
    moved = [(facts["before"], facts["after"]) for facts in facts_of("open_vote") + facts_of("publish_count")]
    assert moved == [("set_up", "open"), ("counting", "challengeable")]
    assert facts_of("set_up_vote") == [{"kind": "members", "number": 1, "question": made.question.number}]


def test_the_tie_the_certificate_and_the_whole_mandate_stand_in_the_log(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 4, "B": 4}, cited=CITED)
    since = height()
    certify(break_tie(made, "B", how="A coin, before both sides."))
    mandate = mandates.mandate_of(made.question.id)
    assert mandate is not None
    answers = {each.argument.number: "Heard." for each in mandates.quoted(mandate)}
    act = file_act(actor(cast.officer), mandate.duties[0].id, NewAct("Done.", answers), now=made.at)
    objection = dispute(actor(cast.member), act.id, "Nothing was done.", now=made.at)
    ruling = propose_dispute_ruling(made.teller(), objection.id, NewDisputeRuling(False, "It was."), now=made.at)
    sign_all(cast.tellers, ruling, now=made.at)
    tend_mandates(made.at + timedelta(days=14))
    assert steps(since) == [
        ("break_tie", "teller"), ("certify_vote", "teller"), ("open_mandate", "clock"), ("file_act", "officer"),
        ("file_dispute", "member"), ("rule_dispute", "teller"), ("move_mandate", "clock"),
    ]  # fmt: skip
    (broken,) = facts_of("break_tie")
    assert (broken["letters"], broken["how"]) == ("B", "A coin, before both sides.")
    assert facts_of("open_mandate") == [{"question": made.question.number, "duties": 1}]
    assert facts_of("file_act") == [{"duty": mandate.duties[0].id, "filed": act.id, "answers": sorted(answers)}]
    assert facts_of("file_dispute") == [{"filed": act.id}]
    assert facts_of("rule_dispute") == [{"ruling": "dismissed", "reason": "It was."}]
    assert facts_of("move_mandate") == [{"move": "discharge", "after": "discharged"}]


def test_an_extension_a_challenge_and_the_annulment_stand_in_the_log_with_their_reasons(
    cast: Cast, now: datetime
) -> None:
    made = make_open(make_closed(cast, now=now))
    since = height()
    later = NewExtension(made.vote.closes_at + timedelta(days=2), "The post was late.")
    sign_all(cast.tellers, act_operations.propose_extension(made.teller(), made.vote, later, made.at), now=made.at)
    make_counted(made, {"A": 3, "B": 8})
    challenge = file_challenge(actor(cast.member), made.vote, NewChallenge("No letters."), eligible=True, now=made.at)
    ruling = propose_ruling(made.teller(), challenge.id, NewRuling(True, "Two locals got none.", True), now=made.at)
    sign_all(cast.tellers, ruling, now=made.at)
    annulment = act_operations.propose_annulment(made.teller(), made.vote, "So be it.", made.at)
    sign_all(cast.tellers, annulment, now=made.at)
    wanted = ("extend_vote", "file_challenge", "rule_challenge", "annul_vote", "set_up_vote")
    told = [(act, office, facts.get("reason")) for act, office, facts in trail(*wanted, since=since)]
    assert told == [
        ("extend_vote", "teller", "The post was late."), ("file_challenge", "member", None),
        ("rule_challenge", "teller", "Two locals got none."), ("annul_vote", "teller", "So be it."),
        ("set_up_vote", "clock", None),
    ]  # fmt: skip
    assert facts_of("set_up_vote")[-1]["number"] == 2


def test_a_count_that_lapsed_stands_in_the_log_as_the_clock_s(cast: Cast, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    clock_operations.close_votes(made.vote.closes_at)
    assert clock_operations.lapse_votes(made.vote.closes_at + timedelta(days=7)) == 1
    assert [(act, office) for act, office, _ in trail("lapse_vote")] == [("lapse_vote", "clock")]
    assert facts_of("lapse_vote")[0]["reason"] == "The trustees did not open the count within seven days."
