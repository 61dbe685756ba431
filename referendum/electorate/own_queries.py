"""What the tellers take to a machine of their own: facts and texts of the vote, pseudonymous roll, addresses."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale, gettext

from forum.bodies import queries as bodies
from forum.bodies.models import BodyAct
from forum.kernel import jobs
from forum.kernel.database import db
from forum.kernel.languages import LANGUAGES
from forum.kernel.settings import Settings
from forum.questions.queries import question_by_id
from referendum.electorate import entry_queries, queries, rules
from referendum.electorate.entry_queries import Addressee
from referendum.electorate.letter import letter_words
from referendum.electorate.list_models import CodeList
from referendum.electorate.post import Paper, link_of
from referendum.electorate.roll_file import CHUNK, Person, RollHeader
from referendum.process.models import Vote
from referendum.process.queries import subject_of, title_of

TAKE = "take_addresses"
FILES = {"roll": "roll.jsonl", "addresses": "addresses.jsonl"}


def own_file(folder: Path, vote: Vote, which: str) -> Path:
    """Where a file for the tellers' machine lies inside the instance folder; the addresses in it are sealed."""
    return folder / "sealed" / f"{vote.uuid_v}.{FILES[which]}"


def code_list(vote_id: int) -> CodeList | None:
    """The newest list that tellers handed in."""
    return db.session.get(CodeList, vote_id)


def taking_acts(vote: Vote) -> list[BodyAct]:
    """The tellers' acts by which names and addresses leave the site, in effect or waiting, newest first."""
    return [a for a in bodies.acts_of(vote.question_id) if a.act == TAKE and a.facts.get("about") == subject_of(vote)]


def taking_act(vote: Vote) -> BodyAct | None:
    """The act that is in effect, if one is."""
    return next((each for each in taking_acts(vote) if each.took_effect_at), None)


@dataclass(frozen=True, slots=True)
class OwnPage:
    """What the tellers' page shows where they make the codes themselves. `act` takes the addresses, in effect or
    waiting; `ready` says that the files can be taken, `checked` how many credentials of the list were looked at."""

    act: BodyAct | None
    ready: bool
    held: CodeList | None
    checked: int
    total: int
    missing: int


def own_page(vote: Vote, folder: Path) -> OwnPage:
    """How far the tellers are with codes of their own."""
    acts, held = taking_acts(vote), code_list(vote.id)
    act = taking_act(vote) or (acts[0] if acts else None)
    header = held.header if held else {"size": 0, "spares": 0, "parts": 0}
    return OwnPage(
        act=act, ready=all(own_file(folder, vote, each).exists() for each in FILES), held=held,
        checked=jobs.progress(f"codes:{vote.id}") if held and held.state == "checking" else 0,
        total=2 * (header["size"] + header["spares"]), missing=header["parts"] - len(held.received) if held else 0,
    )  # fmt: skip


def tellers_keys(vote_id: int) -> list[str]:
    """The tellers' public keys, in the order of their shares."""
    return [key.public_key["public_key"] for key in queries.teller_keys(vote_id)]


def roll_header(vote: Vote) -> RollHeader:
    """Everything that the making of codes has to know, the entries apart."""
    roll = queries.frozen_electorate(vote.id)
    settings: Settings = current_app.config["HUSTINGS"]
    tokens = {name: f"{name}-{secrets.token_hex(8)}" for name in ("name", "code", "link", "local", "box", "url")}
    question = question_by_id(vote.question_id)
    papers = {
        kind: Paper(vote.public_id, question.number, title_of(vote), vote.opens_at, vote.closes_at, kind == "again")
        for kind in ("first", "again")
    }
    return RollHeader(
        vote=vote.public_id, uuid_v=vote.uuid_v, uuid_c=vote.uuid_c, question=question.number, size=roll.size,
        spares=rules.usual_spares(roll.size), roll_hash=roll.roll_hash,
        link=link_of(vote.public_id, "", settings), tellers=tuple(tellers_keys(vote.id)), tokens=tokens,
        texts={
            language: {kind: _texts(paper, language, tokens, settings) for kind, paper in papers.items()}
            for language in LANGUAGES
        },
    )  # fmt: skip


def _texts(paper: Paper, language: str, tokens: dict[str, str], settings: Settings) -> dict[str, Any]:
    """The mail and the letter with tokens where each member's own words come."""
    person = Addressee("", tokens["name"], "", "", language, tokens["local"])
    facts = {"person": person, "code": tokens["code"], "paper": paper, "link": tokens["link"], "box": tokens["box"]}
    with force_locale(language):
        subject, text, html = (
            render_template(f"mail/voting_code.{kind}", **facts) for kind in ("subject.txt", "txt", "html")
        )
        words = letter_words(paper, settings, tokens["local"])
        elsewhere = gettext(
            "It leads on to another site, which runs the booth and keeps the ballots: %(url)s. It learns no name.",
            url=tokens["url"],
        )
    words["booth"] += tokens["box"]
    return {"subject": " ".join(subject.split()), "text": text, "html": html, "letter": words, "box": elsewhere}


def pseudonymous_roll(vote: Vote) -> Iterator[tuple[str, str]]:
    """(entry, unit) of everybody on the frozen roll, in order of entry: no name, no number, no local. Streams."""
    units = queries.unit_of_local(queries.frozen_electorate(vote.id))
    for chunk in _chunks(vote.id):
        yield from ((each.entry, units[each.local]) for each in chunk)


def people(vote: Vote) -> Iterator[list[Person]]:
    """Names and addresses of everybody on the frozen roll, in order of entry, a chunk at a time. Streams."""
    for chunk in _chunks(vote.id):
        yield [
            Person(each.entry, each.number, each.name, each.email, each.language, each.local) for each in chunk
        ]  # fmt: skip


def _chunks(vote_id: int) -> Iterator[list[Addressee]]:
    after = ""
    while chunk := entry_queries.everybody(vote_id, after, CHUNK):
        yield chunk
        after = chunk[-1].entry


def lists_to_check() -> list[int]:
    """Votes whose list is complete and not judged yet."""
    return list(db.session.scalars(db.select(CodeList.vote_id).where(CodeList.state == "checking").order_by("vote_id")))


def finished_own_votes() -> list[int]:
    """Votes whose list was accepted and that have opened: the tellers' files are of no more use here."""
    query = db.select(CodeList.vote_id).join(Vote, Vote.id == CodeList.vote_id)
    return list(db.session.scalars(query.where(CodeList.state == "accepted", Vote.state != "set_up").order_by(Vote.id)))
