"""The course of `flask demo`: make the union if it is not there, then serve it until told to stop."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from flask import Flask

import wsgi
from forum.kernel import clock, mail, migrate
from forum.kernel.database import db, transaction
from referendum.rehearsal import asking, founding, past_debate, past_mandate, past_vote, stories
from referendum.rehearsal.instance import Instance, demo_settings, is_taken
from referendum.rehearsal.mailbox import Mailbox, open_sink
from referendum.rehearsal.stage import Stage
from referendum.rehearsal.supervisor import Child, answers, supervise

ALREADY_DONE = ("forum.kernel.mail.deliver_mail", "referendum.electorate.jobs.make_codes")
SERVER, RUNNER = "referendum.rehearsal.server", "referendum.rehearsal.runner"


class PortTaken(RuntimeError):
    """Somebody else listens on the demo's port."""


def run_demo(instance: Instance, *, fresh: bool, say: Callable[[str], None]) -> None:
    """Serve the demo, making its union first where it is missing; returns when it was told to stop."""
    if is_taken(instance.host, instance.port):
        raise PortTaken(f"port {instance.port} of {instance.host} is taken; choose another with --port")
    if fresh or not instance.finished.exists():
        shutil.rmtree(instance.folder, ignore_errors=True)
    instance.folder.mkdir(parents=True, exist_ok=True)
    sink = open_sink(Mailbox(instance.mailbox))
    try:
        instance = replace(instance, mail_port=sink.port)
        prepare(instance)
        clock.follow(instance.clock)  # the sink stamps what arrives with the demo's time
        children = [Child(module, instance.arguments()) for module in (SERVER, RUNNER)]
        where = f"Hustings is open at {instance.address} (a rehearsal; Ctrl-C closes it)"
        supervise(children, lambda: say(where), lambda: answers(instance.address))
    finally:
        sink.stop()


def prepare(instance: Instance) -> None:
    """Bring the database to this version's structure, and make the union unless it was made to the end before."""
    settings = replace(demo_settings(instance, socket_mode="threading"), mail_host="")  # `post_mail` carries its mail
    app = wsgi.create_app(settings)
    with app.app_context():
        migrate.upgrade()
        if not instance.finished.exists():
            make_union(app, instance, datetime.now(UTC))
            instance.finished.touch()
        db.session.remove()
        db.engine.dispose()


def make_union(app: Flask, instance: Instance, now: datetime) -> None:
    """Found the union and tell its four questions, the oldest first, so that they are numbered in that order."""
    stage = Stage(app, instance.clock)
    with app.test_request_context():
        with transaction(write=True):
            founding.found_union()
        tell_past(stage, now)
        stories.tell_current(stage, now)
        stories.tell_charged(stage, now)
        asking.tell_asked(stage, now)
        stage.stand_at(now)
        stage.work_off(without=ALREADY_DONE)
        post_mail(Mailbox(instance.mailbox))
    instance.clock.unlink()


def tell_past(stage: Stage, now: datetime) -> None:
    """The question that is over, from its draft to the mandate's discharge."""
    made = past_debate.tell_debate(stage, now)
    past_vote.PastVote(stage, made).hold()
    past_mandate.carry_out(stage, made)


def post_mail(mailbox: Mailbox) -> None:
    """Put every mail of the story into the mailbox at the time it was written, instead of one by one by SMTP now."""
    with transaction(write=True) as session:
        waiting = db.select(mail.Outgoing).where(mail.Outgoing.sent_at.is_(None)).order_by(mail.Outgoing.at)
        for each in session.scalars(waiting):
            mailbox.put(each.address, each.subject, each.text, each.at.isoformat(timespec="seconds"))
            each.sent_at, each.text, each.html = each.at, "", ""
