"""Questions for tests, brought to a state by the real operations."""

from datetime import datetime, timedelta

from forum.bodies import operations as bodies
from forum.bodies.models import BodyAct
from forum.kernel.database import db
from forum.questions import act_operations, draft_operations, operations
from forum.questions.facts_queries import gather_facts
from forum.questions.floor import LocalFacts, Opener
from forum.questions.forms import Draft, DraftOption, Duty
from forum.questions.models import Question
from forum.questions.process import Process
from forum.questions.templates import load_shipped, read_template
from forum.questions.timetable import Timetable, propose
from forum.roll.models import Local, Member
from tests.people import Cast, actor
from tests.scenes import remembered

STARTS = {"drafted": 7.0, "published": 7.0, "pledged": 7.0, "charged": 2.0, "debating": -3.0}

# A process of the union's own: a members' vote and nothing before or after it.
PLAIN = """
name = "plain"
title = "A members’ vote without a debate"

[[stages]]
kind = "members_vote"
"""


def make_draft(
    cast: Cast, process: Process, timetable: Timetable, options: tuple[str, ...], *, version: int = 1,
    template: str = "ratification", title: str = "Shall we accept the Meridian agreement?",
) -> Draft:  # fmt: skip
    """A draft with everything that the charge asks for."""
    return Draft(
        title=title, template=template, process=process, background="The offer of *9 October*.", timetable=timetable,
        options=tuple(
            DraftOption(title, slate=slate, duties=(Duty(f"Carry out “{title}”.", 30),))
            for title, _, slate in (each.partition(" | ") for each in options)
        ),
        people={
            "teller": tuple(_number(each) for each in cast.tellers),
            "trustee": tuple(_number(each) for each in cast.trustees),
            "observer": (_number(cast.observer),),
        },
        version=version,
    )  # fmt: skip


@remembered
def make_question(
    cast: Cast,
    *,
    state: str = "drafted",
    now: datetime,
    options: tuple[str, ...] = ("Accept", "Reject"),
    template: str = "ratification",
    own: str = "",
    **changes: object,
) -> Question:
    """A question that stands in `state` at `now`: drafted, published, pledged, charged, debating or closed.

    The debate opened three days ago (debating), opens in two days (charged), or has just closed with every
    local having honoured the charge. `changes` are set on the row at the end. Needs an open write
    transaction. Template "plain" is a vote without a debate, `own` a process's TOML. "Title | slate" is an
    option with a slate.
    """
    own = own or (PLAIN if template == "plain" else "")
    process = read_template(own, union_size=50) if own else load_shipped(template)
    span = timedelta(days=process.debate.min_days) if process.debate else timedelta()
    opens_at = now + timedelta(days=STARTS[state]) if state in STARTS else now - span
    began = min(now, opens_at) - timedelta(days=9)
    question = draft_operations.create_question(_officer(cast, 0), "Draft", "weiner", now=began)
    draft = make_draft(cast, process, propose(process, opens_at), options, version=question.version, template=template)
    draft_operations.save_draft(_officer(cast, 0), question, draft, now=began)
    if state != "drafted":
        draft_operations.publish_question(_officer(cast, 0), question, now=began)
    if process.debate is None and process.mandate is not None and state != "drafted":
        sign_all(cast.officers, act_operations.propose_pledge(_officer(cast, 0), question, now=began), now=began)
    if process.debate is not None and state not in ("drafted", "published"):
        _carry_on(cast, question, state, began, now)
    for name, value in changes.items():
        setattr(question, name, value)
    db.session.flush()
    return question


def _carry_on(cast: Cast, question: Question, state: str, began: datetime, now: datetime) -> None:
    sign_all(cast.officers, act_operations.propose_pledge(_officer(cast, 0), question, now=began), now=began)
    if state == "pledged":
        return
    sign_all(cast.officers, act_operations.propose_charge(_officer(cast, 0), question, now=began), now=began)
    if state in ("debating", "closed"):
        opens_at = question.debate_opens_at
        assert opens_at is not None
        operations.begin_due(opens_at)
    if state == "closed":
        operations.close_debate(question, now, gather_facts(question, locals=all_honoured()))


def sign_all(members: tuple[int, ...], act: BodyAct, *, now: datetime) -> BodyAct:
    """Let members sign an act until it takes effect."""
    for member_id in members:
        if act.took_effect_at is None:
            bodies.sign(actor(member_id), act.id, act.document_hash, now)
    return act


def all_honoured() -> tuple[LocalFacts, ...]:
    """Every local as having honoured the charge."""
    rows = db.session.scalars(db.select(Local).order_by(Local.id))
    return tuple(LocalFacts(row.id, row.name, Opener.HOST, sessions_held=1) for row in rows)


def _officer(cast: Cast, place: int):  # type: ignore[no-untyped-def]
    return actor(cast.officers[place])


def _number(member_id: int) -> str:
    return db.session.get_one(Member, member_id).number
