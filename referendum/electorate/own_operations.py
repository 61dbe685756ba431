"""Codes that the tellers make themselves: taking names and addresses away, handing in the list, saying that all is out.

Names and addresses leave the site only by an act that more than half of the tellers sign, with a reason; who takes the
files stands in the log, and every member's own page says so.
"""

from datetime import datetime

from forum.bodies import operations as bodies
from forum.bodies.acts import Body
from forum.bodies.models import BodyAct
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused, refuse_unless
from forum.questions.queries import question_by_id
from referendum.electorate import own_queries, queries
from referendum.electorate.code_list import ListHeader, PartFile
from referendum.electorate.list_check import check_header
from referendum.electorate.list_models import CodeList
from referendum.electorate.operations import ONLY_TELLERS
from referendum.electorate.sealing import NEEDED
from referendum.electorate.way_rules import refuse_other_ways
from referendum.process.models import Vote
from referendum.process.queries import locked, subject_of, vote_by_public_id

NOT_A_PART = N_("This is not a part of a list of codes, or it was cut off on its way. Nothing was taken.")
NOT_YET = N_("Voting codes are made when the executive council has issued the call.")


class Act(audit.Act):
    """Acts of power over codes that the tellers make."""

    TAKE_ADDRESSES = "take_addresses"
    TAKE_FILE = "take_file"
    RECEIVE_LIST = "receive_list"
    ACCEPT_LIST = "accept_list"
    REFUSE_LIST = "refuse_list"
    CODES_OUT = "codes_out"


def refuse_unless_ready(actor: Actor, vote: Vote) -> None:
    """Whether this teller may make codes now, on a machine of their own."""
    refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
    refuse_other_ways(vote.params)
    refuse_unless(vote.called_at is not None, NOT_YET)
    refuse_unless(vote.state == "set_up", N_("Voting has opened. No code is made any more."))
    queries.frozen_electorate(vote.id)
    refuse_unless(
        len(queries.teller_keys(vote.id)) >= NEEDED,
        N_("The sealed list needs the keys of at least two tellers before codes are made."),
    )


def propose_taking(actor: Actor, vote: Vote, reason: str, now: datetime) -> BodyAct:
    """Put before the tellers that names and addresses of the roll leave the site, sealed to their keys."""
    refuse_unless_ready(actor, vote)
    question, roll = question_by_id(vote.question_id), queries.frozen_electorate(vote.id)
    document = (
        f"# Taking the addresses of the roll, question {question.number}, vote {vote.number}\n\n{question.title}\n\n"
        f"Names, e-mail addresses, languages and locals of the {roll.size} members on the frozen roll leave the site, "
        "sealed to the tellers’ keys, so that the tellers can make and send the voting codes.\n\n"
        f"Public reason: {reason}\n"
    )
    return bodies.propose(
        actor, vote.question_id, Body.TELLERS, own_queries.TAKE, document, {"reason": reason}, now,
        about=subject_of(vote),
    )  # fmt: skip


def taken_by_act(act: BodyAct, now: datetime) -> Vote:
    """More than half of the tellers have signed."""
    vote = vote_by_public_id(act.facts["about"].removeprefix("vote:"))
    refuse_other_ways(vote.params)
    refuse_unless(vote.state == "set_up", N_("Voting has opened. No code is made any more."))
    audit.record(
        None, Act.TAKE_ADDRESSES, subject_of(vote), now=now, office="teller", reason=act.facts["reason"],
        members=queries.frozen_electorate(vote.id).size,
    )  # fmt: skip
    return vote


def take_file(actor: Actor, vote: Vote, which: str, now: datetime) -> None:
    """A teller takes the roll or the addresses; who took them stands in the log."""
    refuse_unless_ready(actor, vote)
    refuse_unless(own_queries.taking_act(vote), N_("More than half of the tellers sign first that this is taken."))
    audit.record(actor, Act.TAKE_FILE, subject_of(vote), now=now, office="teller", file=which)


def receive_part(actor: Actor, vote: Vote, part: PartFile, now: datetime) -> CodeList:
    """Take one part of a list in. With another list's part a new list begins, as long as none was accepted."""
    refuse_unless_ready(actor, vote)
    header = part.header
    locked(vote)  # two parts at once are one after the other
    roll = queries.frozen_electorate(vote.id)
    check_header(
        header, (vote.public_id, vote.uuid_v, vote.uuid_c), roll.size, own_queries.tellers_keys(vote.id)
    )
    held = own_queries.code_list(vote.id)
    if held is None or held.list_id != header.list_id or held.state == "refused":
        refuse_unless(
            held is None or held.state in ("receiving", "refused"),
            N_("Another list is checked or accepted already. Nothing was taken."),
        )
        held = _begin(actor, vote, header, now)
    refuse_unless(held.state == "receiving", N_("This list is complete already."))
    if as_header(held) != header:
        raise Refused(N_("This part says something else about the list than the parts before it. Nothing was taken."))
    held.received = sorted({*held.received, part.part})
    if len(held.received) == header.parts:
        held.state = "checking"
    db.session.flush()
    return held


def _begin(actor: Actor, vote: Vote, header: ListHeader, now: datetime) -> CodeList:
    old = own_queries.code_list(vote.id)
    if old is not None:
        db.session.delete(old)
        db.session.flush()
    made = CodeList(
        vote_id=vote.id, list_id=header.list_id, state="receiving", header=_as_json(header), received=[], problem="",
        problem_facts={}, sent_by_id=actor.member_id, at=now,
    )  # fmt: skip
    db.session.add(made)
    audit.record(
        actor, Act.RECEIVE_LIST, subject_of(vote), now=now, office="teller", list_id=header.list_id,
        sealed_list_hash=header.sealed_hash, codes=header.size, spares=header.spares,
    )  # fmt: skip
    return made


def _as_json(header: ListHeader) -> dict[str, object]:
    return {name: getattr(header, name) for name in ListHeader.__slots__} | {"shares": list(header.shares)}


def as_header(held: CodeList) -> ListHeader:
    """What every part of a list says of the whole."""
    return ListHeader(**{**held.header, "shares": tuple(held.header["shares"])})


def refuse_list(vote: Vote, refusal: Refused, now: datetime) -> None:
    """A check found that the list is wrong; the tellers read why."""
    held = own_queries.code_list(vote.id)
    if held is not None and held.state == "checking":
        held.state, held.problem, held.problem_facts = "refused", refusal.reason, dict(refusal.facts)
        audit.record(
            None, Act.REFUSE_LIST, subject_of(vote), now=now, office="clock", list_id=held.list_id,
            reason=str(refusal),
        )  # fmt: skip


def accept_list(vote: Vote, now: datetime) -> None:
    """Every credential stands in the list of this vote; the tellers' shares and the sealed list are in place."""
    held, roll = own_queries.code_list(vote.id), queries.locked_electorate(vote.id)
    if held is None or held.state != "checking":
        return
    header = as_header(held)
    for key, share in zip(queries.teller_keys(vote.id), header.shares, strict=True):
        key.share = {name: share[name] for name in ("place", "public", "sealed")}
    roll.list_key, roll.sealed_hash, roll.spare_count = header.list_key, header.sealed_hash, header.spares
    roll.codes, held.state = "making", "accepted"
    db.session.flush()
    audit.record(
        None, Act.ACCEPT_LIST, subject_of(vote), now=now, office="clock", list_id=header.list_id,
        sealed_list_hash=header.sealed_hash, codes=header.size, spares=header.spares,
    )  # fmt: skip


def say_codes_out(actor: Actor, vote: Vote, now: datetime) -> None:
    """A teller says that every message was sent and every letter posted."""
    refuse_unless_ready(actor, vote)
    locked(vote)
    roll = queries.frozen_electorate(vote.id)
    held = own_queries.code_list(vote.id)
    refuse_unless(held is not None and held.state == "accepted", N_("No list of codes was accepted yet."))
    refuse_unless(roll.codes == "making", N_("A teller has said already that every code is out."))
    roll.codes = "sent"
    audit.record(
        actor, Act.CODES_OUT, subject_of(vote), now=now, office="teller", codes=roll.size,
        sealed_list_hash=roll.sealed_hash,
    )  # fmt: skip
