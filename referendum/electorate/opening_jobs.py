"""The end of an opening: spare codes go straight to their persons, by mail or as a letter that is streamed once."""

import base64
from pathlib import Path
from typing import Any

from flask import current_app

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from forum.kernel.doors import Actor
from forum.kernel.settings import Settings
from forum.questions.process import CodesBy
from referendum.crypto.canonical import canonical_bytes
from referendum.electorate import queries, sealed_file, share_file
from referendum.electorate.giving import GIVEN
from referendum.electorate.jobs import instance_folder, paper_of
from referendum.electorate.letter import letters_pdf
from referendum.electorate.opening_operations import Opened, give_share
from referendum.electorate.page_queries import opening_of
from referendum.electorate.post import Paper, smtp_post
from referendum.electorate.queries import Addressee
from referendum.electorate.reminder_jobs import send_reminders
from referendum.electorate.spare_operations import Given, give_spares, mark_spares
from referendum.electorate.way_rules import way_of
from referendum.process.queries import vote as vote_by_id
from referendum.process.queries import vote_held_by


def hand_in_share(actor: Actor, public_id: str, opening_id: int, share: object) -> dict[str, Any]:
    """Take a teller's share; with the second one carry out the opening, then hand its codes out after the commits."""
    folder = instance_folder()
    with transaction(write=True):
        vote = vote_held_by(actor, "teller", public_id)
        opened = give_share(actor, vote, opening_of(vote, opening_id), share, clock.now(), folder)
        vote_id, paper = vote.id, paper_of(vote, replaces=True)
        way = way_of(vote.params)
        reminds = opened is not None and queries.opening(opening_id).purpose == "reminder"
        if reminds:
            jobs.enqueue(send_reminders, opening_id=opening_id)
    if opened is None:
        return {"state": "recorded", "opened": False}
    answer: dict[str, Any] = {"state": "recorded", "opened": True, "mailed": 0, "printed": 0, "used": [], "letters": ""}
    if reminds:
        return {**answer, "reminding": True}
    given = carry_out(vote_id, opened, folder)
    if way is CodesBy.TELLERS:
        return {**answer, "used": given.used, "given": _given(public_id, given)}
    mailed, letters = hand_out(given, paper, by_mail=way is CodesBy.HOST)
    pdf = letters_pdf(letters, paper, current_app.config["HUSTINGS"]) if letters else b""
    return {
        **answer, "mailed": mailed, "printed": len(letters), "used": given.used,
        "letters": base64.b64encode(pdf).decode(),
    }  # fmt: skip


def _given(public_id: str, given: Given) -> str:
    """For the tellers' own machine: which spare takes each lost code's place (giving.GIVEN); "" where none does."""
    rows = [[each.entry, each.v] for each in given.assigned]
    return canonical_bytes({"format": GIVEN, "vote": public_id, "given": rows}).decode() if rows else ""


def carry_out(vote_id: int, opened: Opened, folder: Path) -> Given:
    """Give the spare codes that an opening was asked for: credentials in one commit, the roll's entries in the next."""
    if not opened.names:
        return Given([], [])
    with transaction(write=True):
        vote = vote_by_id(vote_id)
        given = give_spares(vote, opened.names, opened.the_list, sealed_file.path_of(folder, vote.uuid_v))
    with transaction(write=True):
        mark_spares(vote_by_id(vote_id), opened.names, len(given.codes), opened.opening_id, clock.now())
    return given


@jobs.job(every=10)
def forget_shares() -> None:
    """Wipe the shares that waited an hour for another; their tellers hand them in again."""
    share_file.forget_old(instance_folder(), clock.now())


def hand_out(opened: Given, paper: Paper, *, by_mail: bool) -> tuple[int, list[tuple[Addressee, str]]]:
    """Mail what can be mailed, where members get mail; the rest is for letters. A code that no server takes is
    printed, not lost."""
    letters = [each for each in opened.codes if not (each[0].email and by_mail)]
    mails = [each for each in opened.codes if each[0].email and by_mail]
    mailed = 0
    settings: Settings = current_app.config["HUSTINGS"]
    if not mails or not settings.mail_host:
        return 0, opened.codes
    try:
        with smtp_post(paper)() as post:
            while mails:
                if post(*mails[0]):
                    mailed += 1
                else:
                    letters.append(mails[0])
                mails.pop(0)
    except OSError:
        letters += mails
    return mailed, letters
