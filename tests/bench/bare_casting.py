# ruff: noqa: E402, E702, I001 - the patch comes before anything that imports sockets or threads
"""What a ballot costs at least: a bare handler that parses the bytes, hashes them and commits them, many at once.

Flask on the same server as ours and nothing else: no form, no list of codes, no rule. `DATABASE` is the file of a
SQLite database, or what psycopg connects to. With `SIGNED` set, the signature of each vote is checked before it is
committed, as ours are, by a process beside this one: what a server comes to that does this one thing more.
"""
from gevent import monkey; monkey.patch_all()

import gc
import hashlib
import json
import os
import queue
import sqlite3
import threading
from collections.abc import Callable

import psycopg
from flask import Flask, Response, jsonify, request

SIGNED = bool(os.environ.get("SIGNED"))
if SIGNED:  # the bare handler carries nothing of ours
    from referendum.casting.envelope import open_pair
    from referendum.casting.forms import read_pair
    from referendum.casting.neighbour import Neighbour

    gc.freeze()  # as ours does with what was imported

MOST = 256
TABLE = "CREATE TABLE IF NOT EXISTS ballots (id {key}, voter TEXT, receipt TEXT, body {bytes})"
Row = tuple[str, str, bytes]

app = Flask(__name__)
waiting: "queue.Queue[tuple[Row, threading.Event]]" = queue.Queue()
neighbour = Neighbour() if SIGNED else None


def writer() -> Callable[[list[Row]], None]:
    """What commits some rows in one transaction."""
    target = os.environ["DATABASE"]
    if target.startswith("/"):
        file = sqlite3.connect(target, isolation_level=None, timeout=30)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            file.execute(f"PRAGMA {pragma}")
        file.execute(TABLE.format(key="INTEGER PRIMARY KEY", bytes="BLOB"))

        def into_file(rows: list[Row]) -> None:
            file.execute("BEGIN IMMEDIATE")
            file.executemany("INSERT INTO ballots (voter, receipt, body) VALUES (?, ?, ?)", rows)
            file.execute("COMMIT")

        return into_file
    server = psycopg.connect(target)
    server.execute(TABLE.format(key="SERIAL PRIMARY KEY", bytes="BYTEA"))
    server.commit()

    def into_server(rows: list[Row]) -> None:
        server.cursor().executemany("INSERT INTO ballots (voter, receipt, body) VALUES (%s, %s, %s)", rows)
        server.commit()

    return into_server


def write() -> None:
    commit = writer()
    while True:
        batch = [waiting.get()]
        while len(batch) < MOST and not waiting.empty():
            batch.append(waiting.get_nowait())
        commit([row for row, _ in batch])
        for _, done in batch:
            done.set()


@app.post("/cast")
def cast() -> Response:
    raw = request.get_data()
    receipt = hashlib.sha256(raw).hexdigest()
    done = threading.Event()
    sent = json.loads(raw)
    if neighbour:
        assert neighbour.finds_signed(open_pair(read_pair(sent)).v.signature)
    waiting.put(((sent["voter"], receipt, raw), done))
    done.wait()
    return jsonify(receipt=receipt)


threading.Thread(target=write, daemon=True).start()
