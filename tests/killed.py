# ruff: noqa: E402, E702, I001 - the patch comes before anything that imports sockets or threads
"""A server that may be killed as often as one likes: the app is built once, and each server is a fork of it.

Each line of stdin, "role number" or "role number bytes", starts another; its process id is answered. Roles: `serve`
takes ballots; `work` checks what waits and writes batches, in hour `number`. With `bytes`, it can make no file longer
than that: as if the disk were full. They listen on one socket, which outlives them, so that a client waits rather than
being turned away.
"""
from gevent import monkey; monkey.patch_all()

import os
import resource
import socket
import sys
from datetime import timedelta
from urllib.parse import urlsplit

import gevent
from flask import Flask
from gevent.pywsgi import WSGIServer

from forum.kernel import clock
from forum.kernel.database import db
from forum.kernel.settings import read_settings
from referendum.casting import box_operations, jobs, rules
from referendum.crypto.group import power_of_g
from wsgi import create_app

def main() -> None:
    settings = read_settings()
    app = create_app(settings)
    rules.SMALLEST_BATCH, box_operations.PART = 3, 2  # many batches of many parts, so that a kill may hit any of them
    power_of_g(1)
    app.test_client().post("/booth/warm/cast", base_url=settings.base_url, json={})
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    place = urlsplit(settings.base_url)
    listener = socket.create_server((place.hostname or "", place.port or 0), backlog=64)
    for line in sys.stdin:
        role, number, *most = line.split()
        child = os.fork()
        if not child:
            be(role, app, listener, int(number), *map(int, most))
        print(child, flush=True)


def be(role: str, app: Flask, listener: socket.socket, number: int, most: int = 0) -> None:
    if most:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the log here is a longer file than that; in life it is none
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    os.dup2(2, 1)  # what it logs is no answer
    if role == "work":
        work(app, number)
    WSGIServer(listener, app, log=None).serve_forever()
    os._exit(0)


def work(app: Flask, number: int) -> None:
    """The job runner's part, without end; each of its forks is in an hour of its own, so that a batch may be due."""
    present = clock.now
    clock.now = lambda: present() + timedelta(hours=number)
    while True:
        with app.app_context():
            try:
                jobs.tend_boxes()
            except Exception:  # the database may be gone for a moment
                app.logger.exception("the box was not tended")
        gevent.sleep(0.01)


if __name__ == "__main__":
    main()
