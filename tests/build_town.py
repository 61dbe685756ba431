"""A whole union in use: a debate with everything in it, a vote that is open, and a question that has its mandate.

`words(field, most)` writes every text, so that one test fills the town with plain sentences and another with hostile
strings; what a form refuses is asked for again, as a person would.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice, product
from typing import Any, TypeVar

from werkzeug.routing import Rule

from forum.arguments import forms as argument_forms
from forum.arguments import merge_operations, statement_operations
from forum.arguments import operations as arguments
from forum.arguments.models import Argument
from forum.halls import forms as hall_forms
from forum.halls import post_operations as posts
from forum.kernel.database import db
from forum.kernel.errors import Invalid
from forum.moderation import appeal_operations as appeals
from forum.moderation import forms as moderation_forms
from forum.moderation import operations as moderation
from forum.moderation import report_operations, restraint_operations
from forum.questions.models import Question
from forum.reach import forms as reach_forms
from forum.reach import hiding_operations
from forum.reach import operations as reach
from forum.reach.models import Offer
from forum.reach.rules import Kind as ReachKind
from forum.roll.models import Local, Member
from forum.sittings import chat_operations, enquiry_forms, enquiry_operations, floor_operations, poll_operations
from forum.sittings import forms as sitting_forms
from referendum.mandate import operations as mandates
from referendum.mandate.forms import NewAct
from referendum.mandate.models import Duty
from tests.build_referendum import Referendum, certify, make_closed, make_counted, make_open
from tests.build_sittings import Ground, make_debate
from tests.build_votes import Ballots, make_vote
from tests.people import Cast, actor, holding

Words = Callable[[str, int], str]
Field = tuple[str, int]
Row = TypeVar("Row")


def plain(name: str, most: int) -> str:
    """A short sentence that says where it stands."""
    return f"Words of the {name}."[:most]


@dataclass
class Town:
    """What stands in the town; `values` are the real values of every part of an address."""

    cast: Cast
    debate: Ground
    vote: Ballots
    certified: int
    values: dict[str, list[Any]] = field(default_factory=dict)

    def addresses(self, rule: Rule, most: int = 12) -> Iterator[str]:
        """Real addresses of a route, of things that exist where this town has such a thing."""
        choices = [self._choices(rule.rule, name) for name in re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)]
        frame = re.sub(r"<[^>]+>", "{}", rule.rule)
        for chosen in islice(product(*choices), most):
            yield frame.format(*chosen)

    def _choices(self, rule: str, name: str) -> list[object]:
        if name == "number" and rule.startswith("/halls"):
            return [1]
        if name == "act_id" and "mandate" in rule:
            name = "filed_id"
        return self.values.get(name, [1])


def make_town(cast: Cast, *, now: datetime, words: Words = plain) -> Town:
    """Build it all. Needs an open write in a request context."""
    certified = _certified(cast, now, words)
    debate = make_debate(cast, now=now)
    filled: dict[str, list[Any]] = _fill(cast, debate, now, words)
    vote = make_vote(cast, now=now)
    asked = db.session.get_one(Question, vote.vote.question_id).number
    numbers = [debate.number, certified.question.number, asked]
    votes = [vote.vote.public_id, certified.vote.public_id]
    filled |= {
        "number": numbers, "hall_id": [debate.hall, debate.other_hall, debate.national_hall], "public_id": votes,
        "sitting_id": [debate.sitting, debate.scheduled, debate.national], "archive": ["V", "C"], "letter": ["A", "B"],
        "kind": ["post", "message", "argument", "enquiry"], "local_id": [cast.local, cast.other_local],
        "duty_id": list(db.session.scalars(db.select(Duty.id).order_by(Duty.id))), "way": ["mail", "pin", "banner"],
        "offer_id": list(db.session.scalars(db.select(Offer.id).order_by(Offer.option_id, Offer.id))),
    }  # fmt: skip
    return Town(cast, debate, vote, certified.question.number, filled)


def _certified(cast: Cast, now: datetime, words: Words) -> Referendum:
    """A question certified three months ago, with an act of the officers and a member's dispute of it."""
    made = make_open(make_closed(cast, now=now - timedelta(days=100)))
    certify(make_counted(made, {"A": 3, "B": 8}, blanks=1, cited=(4, 1, 5, 2, 0, 3)))
    duty = db.session.scalars(db.select(Duty)).first()
    if duty is not None:
        act = mandates.file_act(actor(cast.officer), duty.id, NewAct(words("act", 3000), {}), now=made.at)
        mandates.dispute(actor(cast.member), act.id, words("dispute", 3000), now=made.at)
    return made


def written(read: Callable[[dict[str, Any]], Row], words: Words, fields: dict[str, Field], **fixed: object) -> Row:
    """What a form reads from these fields (form name: what it is, longest), with new words while it refuses them."""
    for _ in range(50):
        try:
            return read({**{name: words(*kind) for name, kind in fields.items()}, **fixed})
        except Invalid:
            continue
    raise AssertionError(f"no words suit {sorted(fields)}")


def _fill(cast: Cast, debate: Ground, now: datetime, words: Words) -> dict[str, list[Any]]:
    question = db.session.get_one(Question, debate.question)
    marta, len_, host = actor(cast.member), actor(cast.seconder), actor(cast.host)
    made = [
        posts.publish_post(who, hall, written(hall_forms.read_post, words, {"source": ("hall post", 2000)}), now=now)
        for hall in (debate.hall, debate.national_hall)
        for who in (marta, len_, host)
    ]
    moved = [
        _move(who, question, debate, words, now, origin)
        for who, origin in ((marta, ""), (marta, f"post:{made[1].id}"), (len_, ""))
    ]
    for each in moved[:2]:
        arguments.second_argument(actor(cast.retired), each.id, now=now)
    merge = merge_operations.propose_merge(marta, moved[1].id, moved[0].number, now=now)
    polls, messages = _hold_session(cast, debate, words, now)
    return {
        "argument_id": [each.id for each in moved], "merge_id": [merge.id], "poll_id": polls,
        "subject_id": [made[0].id, messages[0]], "consent_id": [1], "enquiry_id": [1],
        **_state(cast, debate, words, now),
        **_moderate(cast, debate, made[1].id, messages[1], words, now),
    }  # fmt: skip


def _move(who: Any, question: Question, debate: Ground, words: Words, now: datetime, origin: str) -> Argument:
    new = written(
        argument_forms.read_argument, words,
        {"claim": ("claim", 190), "grounds": ("grounds", 2000), "sources": ("source", 190)},
        option=debate.options[0], side="for", hall=debate.hall, origin=origin,
    )  # fmt: skip
    return arguments.move_argument(who, question.id, new, now=now)


def _hold_session(cast: Cast, debate: Ground, words: Words, now: datetime) -> tuple[list[Any], list[int]]:
    marta, host = actor(cast.member), actor(cast.host)
    said = [
        chat_operations.say(
            who, debate.sitting, written(sitting_forms.read_message, words, {"text": ("message", 500)}), now=now
        ).id
        for who in (marta, actor(cast.seconder), host)
    ]
    floor_operations.ask_to_speak(marta, debate.sitting, sitting_forms.Request(), now=now)
    choices = {"choices": [words("choice", 60), words("other choice", 60)]}
    poll = written(sitting_forms.read_poll, words, {"question": ("poll", 300)}, **choices)
    asked = written(enquiry_forms.read_enquiry, words, {"asked": ("question to a session", 500)})
    enquiry_operations.ask(marta, debate.sitting, asked, now=now)
    return [poll_operations.open_poll(host, debate.sitting, poll, now=now).id], said


def _state(cast: Cast, debate: Ground, words: Words, now: datetime) -> dict[str, list[Any]]:
    fields = {"title": ("statement title", 200), "source": ("statement", 2000)}
    new = written(argument_forms.read_statement, words, fields, option=debate.options[0], side="for")
    statement = statement_operations.publish_statement(actor(cast.officer), debate.question, new, now=now)
    new = written(argument_forms.read_statement, words, fields, answers=statement.id)
    reply = statement_operations.publish_reply(actor(cast.seconder), debate.question, new, now=now)
    return {"statement_id": [statement.id, reply.id]} | _favour(cast, debate, words, now)


def _favour(cast: Cast, debate: Ground, words: Words, now: datetime) -> dict[str, list[Any]]:
    """Of yesterday: a banner for one option, and for the other a mail to all, which a teller hides; its author
    appeals."""
    fields = {"title": ("mail title", 120), "source": ("banner", 280)}
    said = [
        reach.favour(
            actor(cast.officer), debate.question,
            written(partial(reach_forms.read_favour, kind), words, fields, option=option, audience="all", days="3"),
            now=now - timedelta(days=1),
        )
        for kind, option in zip((ReachKind.BANNER, ReachKind.MAIL), debate.options, strict=True)
    ]  # fmt: skip
    read = partial(moderation_forms.read_cause, reason_needed=True)
    cause = written(read, words, {"reason": ("public word on a mail", 900)}, ground="threat")
    appeal = written(moderation_forms.read_appeal, words, {"appeal": ("appeal to the observers", 900)})
    teller, mail = holding(actor(cast.tellers[0]), "teller", debate.question), said[1].id
    hiding_operations.hide_entry(teller, debate.question, mail, cause, now=now)
    hiding_operations.appeal_hiding(actor(cast.officer), debate.question, mail, appeal, now=now)
    return {"entry_id": [each.id for each in said]}


def _moderate(cast: Cast, debate: Ground, post: int, message: int, words: Words, now: datetime) -> dict[str, list[Any]]:
    def cause() -> moderation_forms.Cause:
        return written(
            lambda sent: moderation_forms.read_cause(sent, reason_needed=True),
            words,
            {"reason": ("reason", 900)},
            ground="threat",
        )

    report = report_operations.report_words(actor(cast.retired), "message", message, cause(), now=now)
    hiding = moderation.hide_words(actor(cast.host), "post", post, cause(), now=now)
    appeal = written(moderation_forms.read_appeal, words, {"appeal": ("appeal", 900)})
    appeals.appeal_measure(actor(cast.seconder), hiding, appeal, now=now)
    teller = holding(actor(cast.tellers[0]), "teller", debate.question)
    ruling = written(moderation_forms.read_ruling, words, {"reason": ("reason", 900)}, ruling="upheld")
    act = appeals.propose_ruling(teller, hiding, ruling, now=now)
    stop = moderation_forms.NewStop(24, cause())
    said = written(hall_forms.read_post, words, {"source": ("hall post", 2000)})
    there = posts.publish_post(actor(cast.elsewhere), debate.other_hall, said, now=now)
    stopped = restraint_operations.stop_member(actor(cast.other_host), "post", there.id, stop, now=now)
    hidden = moderation.hide_words(actor(cast.other_host), "post", there.id, cause(), now=now)
    reason = written(moderation_forms.read_reason, words, {"reason": ("reason", 900)})
    moderation.unhide_words(actor(cast.other_host), hidden.id, reason, now=now)
    slow = moderation_forms.NewSlowing(10, *astuple(cause()))
    restraint_operations.slow_chat(teller, debate.national, slow, now=now)
    return {"report_id": [report.id], "hiding_id": [hiding.id], "restraint_id": [stopped.id], "act_id": [act.id]}


def name_everything(words: Words) -> None:
    """Give people and locals names as the roll may hold them, and questions their titles and options."""
    for member in db.session.scalars(db.select(Member)):
        member.name = words("name", 120)
    for local in db.session.scalars(db.select(Local)):
        local.name = words("local", 120)
    for question in db.session.scalars(db.select(Question)):
        question.title = words("title", 300)
        for option in question.options:
            option.title = words("option", 200)
    db.session.flush()
