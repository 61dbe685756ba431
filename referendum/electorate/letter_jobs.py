"""Letters for those whom no mail reaches: made in memory when a teller asks, a lot at a time, streamed once, kept
nowhere. A lot is open until the teller says that it is on paper."""

from flask import current_app

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused, refuse_unless
from referendum.electorate import code_operations, letter_operations, sealed_file
from referendum.electorate.jobs import instance_folder, paper_of, prepare
from referendum.electorate.letter import letters_pdf
from referendum.electorate.operations import ONLY_TELLERS
from referendum.process.queries import vote as vote_by_id


def print_letters(actor: Actor, vote_id: int, sheet: str = "A4") -> bytes:
    """The next lot of letters, as one PDF on this paper. Opens its own transactions: none joins person and code."""
    folder = instance_folder()
    with transaction(write=False):
        vote = vote_by_id(vote_id)
        refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
        refuse_unless(actor.fresh, N_("Please show once more that it is you, then print."))
        path, paper = sealed_file.path_of(folder, vote.uuid_v), paper_of(vote)
    with sealed_file.one_at_a_time(path) as mine:
        if not mine:
            raise Refused(N_("Voting codes are being made just now. Try again when the mails are out."))
        prepare(vote_id, folder)
        with transaction(write=True):
            letter_operations.check_no_lot_is_open(vote_by_id(vote_id))
            chunk = code_operations.take_chunk(vote_by_id(vote_id), with_email=False)
            refuse_unless(chunk, N_("No letter waits to be printed."))
        with transaction(write=True):
            handed = code_operations.store_codes(vote_by_id(vote_id), chunk, folder)
        pdf = letters_pdf(handed, paper, current_app.config["HUSTINGS"], sheet)
        handed.clear()
        with transaction(write=True):
            names = [each.entry for each in chunk]
            letter_operations.note_letters(actor, vote_by_id(vote_id), names, now=clock.now())
    return pdf
