"""Spare codes out of an opened list: straight to their persons by mail, or as letters to the teller who opened it.

What the teller is told, letters with codes and numbers of members who have voted, is sealed to the teller's own key.
"""

import base64
from collections.abc import Sequence
from typing import Any

from flask import current_app

from forum.kernel.database import transaction
from forum.kernel.settings import Settings
from forum.questions.process import CodesBy
from referendum.crypto.canonical import canonical_bytes
from referendum.electorate import answer_file, credential_queries, opening_operations, opening_queries, queries
from referendum.electorate.entry_queries import Addressee
from referendum.electorate.giving import GIVEN
from referendum.electorate.jobs import paper_of
from referendum.electorate.letter import letters_pdf
from referendum.electorate.post import Paper, smtp_post
from referendum.electorate.reading import Reading
from referendum.electorate.sealed_file import OpenedList, Spare
from referendum.electorate.spare_operations import Given, give_spares, mark_spares
from referendum.electorate.way_rules import way_of
from referendum.process.queries import vote as vote_by_id

AT_ONCE = 500


def send_spares(reading: Reading) -> bool:
    """Give the spare codes that an opening was asked for, and hand them out. Says that it is finished."""
    with transaction(write=False):
        facts = opening_queries.opening(reading.opening_id).facts
        vote = vote_by_id(reading.vote_id)
        paper, way = paper_of(vote, replaces=True), way_of(vote.params)
    given = give(reading, facts["entries"])
    answer: dict[str, Any] = {"mailed": 0, "printed": 0, "used": given.used, "letters": "", "given": ""}
    if way is CodesBy.TELLERS:
        answer["given"] = _given(paper.public_id, given)
    else:
        mailed, letters = hand_out(given, paper, by_mail=way is CodesBy.HOST)
        pdf = letters_pdf(letters, paper, current_app.config["HUSTINGS"], facts["paper"]) if letters else b""
        answer.update(mailed=mailed, printed=len(letters), letters=base64.b64encode(pdf).decode())
    _tell(reading, facts["teller"], answer)
    return True


def give(reading: Reading, names: list[str]) -> Given:
    """Give the codes: credentials in one commit, the roll's entries in the next. The opening is over before the first
    one is given: after a crash nobody gets two, and for whoever got none it is asked for again."""
    found = _needed(reading, names)
    with transaction(write=True):
        opening_operations.finish(reading.opening_id)
    with transaction(write=True):
        given = give_spares(vote_by_id(reading.vote_id), names, found, reading.path)
    with transaction(write=True):
        vote = vote_by_id(reading.vote_id)
        mark_spares(vote, names, len(given.codes), reading.opening_id, reading.clock())
    return given


def _needed(reading: Reading, names: Sequence[str]) -> OpenedList:
    """Of the whole list: every code that was ever made for these entries, and as many spares that nobody was given."""
    found = OpenedList()
    for chunk in reading.chunks():
        found.assigned += [each for each in chunk.assigned if each.entry in names]
        for place in range(0, len(chunk.spares), AT_ONCE):
            if len(found.spares) < len(names):
                found.spares += _free(reading.vote_id, chunk.spares[place : place + AT_ONCE])
    return found


def _free(vote_id: int, spares: Sequence[Spare]) -> list[Spare]:
    with transaction(write=False):
        free = credential_queries.digests_in(vote_id, {each.v for each in spares}, "spare")
    return [each for each in spares if each.v in free]


def _given(public_id: str, given: Given) -> str:
    """For the tellers' own machine: which spare takes each lost code's place (giving.GIVEN); "" where none does."""
    rows = [[each.entry, each.v] for each in given.assigned]
    return canonical_bytes({"format": GIVEN, "vote": public_id, "given": rows}).decode() if rows else ""


def hand_out(given: Given, paper: Paper, *, by_mail: bool) -> tuple[int, list[tuple[Addressee, str]]]:
    """Mail what can be mailed, where members get mail; the rest is for letters. A code that no server takes is
    printed, not lost."""
    letters = [each for each in given.codes if not (each[0].email and by_mail)]
    mails = [each for each in given.codes if each[0].email and by_mail]
    mailed = 0
    settings: Settings = current_app.config["HUSTINGS"]
    if not mails or not settings.mail_host:
        return 0, given.codes
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


def _tell(reading: Reading, teller: int, answer: dict[str, Any]) -> None:
    with transaction(write=False):
        key = queries.teller_key(reading.vote_id, teller)
        assert key is not None
        public = int(key.public_key["public_key"])
    path = answer_file.path_of(reading.folder, reading.opening_id)
    answer_file.keep(path, teller, public, answer, reading.clock())
