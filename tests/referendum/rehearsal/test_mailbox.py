import smtplib
from email.message import EmailMessage
from pathlib import Path

from referendum.rehearsal.mailbox import Mailbox, open_sink


def test_a_mail_handed_to_the_sink_by_smtp_is_in_the_mailbox(tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "mailbox")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "hall@rehearsal.invalid", "o@members.invalid", "Réunion à 18 h"
    message.set_content("First line.\nDeuxième ligne.")
    message.add_alternative("<p>First line.</p>", subtype="html")
    sink = open_sink(box)
    try:
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=5) as server:
            server.send_message(message)
    finally:
        sink.stop()
    (letter,) = box
    assert (letter.number, letter.to, letter.subject) == (1, "o@members.invalid", "Réunion à 18 h")
    assert letter.text.splitlines() == ["First line.", "Deuxième ligne."]


def test_pages_of_the_mailbox_go_from_the_newest_back(tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "mailbox")
    for number in range(1, 8):
        box.put("o@members.invalid", f"Mail {number}", "x", "2026-11-10T12:00:00+00:00")
    assert [each.number for each in box.page("", 0, 3)] == [7, 6, 5]
    assert [each.number for each in box.page("", 5, 3)] == [4, 3, 2]
    assert box.page("nobody@members.invalid", 0, 3) == []
