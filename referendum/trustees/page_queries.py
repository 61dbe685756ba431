"""Page-shaped reads of the ceremony: how far it is, whom one waits for, what a step needs."""

import json
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from forum.kernel.doors import Actor
from forum.kernel.languages import when
from forum.questions.queries import named_people, question_by_id
from referendum.crypto.ceremony import check_certs, check_polynomial, input_of
from referendum.crypto.threshold import certs_fingerprint
from referendum.electorate.queries import fingerprint
from referendum.process.models import Vote
from referendum.trustees import queries, rules
from referendum.trustees.models import Ceremony
from referendum.trustees.rules import Division, Progress, Step


@dataclass(frozen=True)
class Person:
    """One trustee on the ceremony's page; `together` with others, or needed alone. `mark` is the key's fingerprint."""

    name: str
    you: bool
    together: bool
    mark: str
    joined: bool
    shared: bool
    keyed: bool
    proved: bool


@dataclass(frozen=True)
class Panel:
    """How far the ceremony is, for one trustee. `rows` are those of templates/parts/course.html, `waiting` the names of
    those whom the others wait for, `needed` of those without whom nothing is opened."""

    step: Step
    division: Division
    in_group: bool
    rows: list[dict[str, Any]]
    people: list[Person]
    waiting: list[str]
    needed: list[str]
    fingerprint: str
    round: int


def panel(actor: Actor, vote: Vote) -> Panel:
    """The state of the ceremony and of the rehearsal."""
    division, done = queries.division(vote), queries.progress(vote)
    everybody = (*division.needed, *division.group)
    step = rules.step_of(actor.member_id, division.group, everybody, done)
    names = {member.id: member.name for named, member in named_people(vote.question_id) if named.role == "trustee"}
    sent, keys = queries.messages(vote.id), {each.member_id: each for each in queries.trustee_keys(vote)}
    ceremony = queries.ceremony_of(vote.id)

    def mark(member: int) -> str:
        if member in sent:
            return fingerprint(str(json.loads(json.loads(sent[member].certificate)["message"])["verification"]))
        return fingerprint(keys[member].public_key["public_key"]) if member in keys else ""

    people = [
        Person(
            name=names[member], you=member == actor.member_id, together=member in division.group, mark=mark(member),
            joined=member in done.joined | done.keyed, shared=member in done.shared, keyed=member in done.keyed,
            proved=member in done.proved,
        )
        for member in everybody
    ]  # fmt: skip
    missing = rules.awaited(division.group, everybody, done)
    complete = bool(division.group) and frozenset(division.group) <= done.joined and ceremony is not None
    return Panel(
        step, division, actor.member_id in division.group, _rows(actor.member_id, division, done, step), people,
        [names[member] for member in everybody if member in missing],
        [names[member] for member in division.needed] if division.group else [],
        certs_fingerprint(check_certs(queries.certificates(ceremony))) if complete and ceremony else "",
        ceremony.round if ceremony else 0,
    )  # fmt: skip


def _rows(member: int, division: Division, done: Progress, step: Step) -> list[dict[str, Any]]:
    """What this trustee does, in order; the state of each is done, now or next."""
    rows = [(gettext("Make your key file"), Step.JOIN, member in done.joined | done.keyed)]
    if member in division.group:
        rows += [
            (gettext("Give every trustee a share"), Step.SHARES, member in done.shared),
            (gettext("Put your key together"), Step.KEY, member in done.keyed),
        ]
    rows.append((gettext("Open a test ballot"), Step.PROVE, member in done.proved))
    return [{"what": what, "state": _state(own, held, step), "text": ""} for what, own, held in rows]


def _state(own: Step, held: bool, step: Step) -> str:
    return "done" if held else "now" if own is step else "next"


def step_facts(actor: Actor, vote: Vote, ceremony: Ceremony, step: Step) -> dict[str, Any]:
    """What the page's script needs for a step of the ceremony: public texts, and those sealed to this trustee."""
    return {
        "step": str(step), "certificates": queries.certificates(ceremony), "threshold": ceremony.threshold,
        "input": input_text(actor, ceremony) if step is Step.KEY else "",
        "upload_url": url_for("ceremony.send_message", public_id=vote.public_id, step=str(step)),
    }  # fmt: skip


def input_text(actor: Actor, ceremony: Ceremony) -> str:
    """What all members gave this one, as belenios-tool reads it."""
    certs = check_certs(queries.certificates(ceremony))
    given = [
        check_polynomial(certs, ceremony.threshold, number, text)
        for number, text in enumerate(queries.shares(ceremony), start=1)
    ]
    return input_of(given, ceremony.members.index(actor.member_id) + 1)


def heading_facts(vote: Vote) -> dict[str, Any]:
    """What heads every page about a key."""
    question = question_by_id(vote.question_id)
    return {
        "question_number": question.number, "question_title": question.title,
        "due_text": str(when(vote.opens_at).striptags()),
    }  # fmt: skip
