"""The end of an opening: spare codes go straight to their persons, by mail or as a letter that is streamed once."""

import base64
from pathlib import Path
from typing import Any

from flask import current_app

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from forum.kernel.doors import Actor
from forum.kernel.settings import Settings
from referendum.electorate import sealed_file, share_file
from referendum.electorate.jobs import instance_folder, paper_of
from referendum.electorate.letter import letters_pdf
from referendum.electorate.opening_operations import Opened, give_share
from referendum.electorate.page_queries import opening_of
from referendum.electorate.post import Paper, smtp_post
from referendum.electorate.queries import Addressee
from referendum.electorate.spare_operations import Given, give_spares, mark_spares
from referendum.process.queries import vote as vote_by_id
from referendum.process.queries import vote_held_by


def hand_in_share(actor: Actor, public_id: str, opening_id: int, share: object) -> dict[str, Any]:
    """Take a teller's share; with the second one carry out the opening, then hand its codes out after the commits."""
    folder = instance_folder()
    with transaction(write=True):
        vote = vote_held_by(actor, "teller", public_id)
        opened = give_share(actor, vote, opening_of(vote, opening_id), share, clock.now(), folder)
        vote_id, paper = vote.id, paper_of(vote, replaces=True)
    if opened is None:
        return {"state": "recorded", "opened": False}
    given = carry_out(vote_id, opened, folder)
    mailed, letters = hand_out(given, paper)
    pdf = letters_pdf(letters, paper, current_app.config["HUSTINGS"]) if letters else b""
    return {
        "state": "recorded", "opened": True, "mailed": mailed, "printed": len(letters), "used": given.used,
        "letters": base64.b64encode(pdf).decode(),
    }  # fmt: skip


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


def hand_out(opened: Given, paper: Paper) -> tuple[int, list[tuple[Addressee, str]]]:
    """Mail what can be mailed; the rest is for letters. A code that no server takes is printed, not lost."""
    letters = [each for each in opened.codes if not each[0].email]
    by_mail = [each for each in opened.codes if each[0].email]
    mailed = 0
    settings: Settings = current_app.config["HUSTINGS"]
    if not settings.mail_host:
        return 0, opened.codes
    try:
        with smtp_post(paper)() as post:
            while by_mail:
                if post(*by_mail[0]):
                    mailed += 1
                else:
                    letters.append(by_mail[0])
                by_mail.pop(0)
    except OSError:
        letters += by_mail
    return mailed, letters
