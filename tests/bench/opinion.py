"""How long a large union's readings take to add up: `python tests/bench/opinion.py`.

600 arguments, 100,000 readers, 5 million readings, drawn by seed: adds them up from memory as the job does, then the
same from a SQLite file through the job's own query, and prints the time and the memory of each beside scikit-learn
on the whole matrix (its PCA, k-means for every number of groups, and the silhouettes of a sample), and the ratio of
both times. `--readers` takes fewer.
"""

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
from flask import Flask

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from forum.opinion.groups import Smoothing
from forum.opinion.loading_queries import Loaded
from forum.opinion.mapping import Readings
from forum.opinion.summing import Summing

ARGUMENTS, READERS, READ_EACH, LOCALS = 600, 100_000, 50, 150
SECONDS, GIGABYTES = 30, 2


def draw(readers: int) -> Loaded:
    """Readers of three leanings, each having read fifty arguments at random."""
    draws = np.random.default_rng(14)
    leaning = draws.integers(0, 3, readers)
    tilt = draws.normal(0, 1.2, (3, ARGUMENTS))
    reader = np.repeat(np.arange(readers, dtype=np.int32), READ_EACH)
    argument = np.concatenate([draws.permutation(ARGUMENTS)[:READ_EACH] for _ in range(readers)]).astype(np.int32)
    said = tilt[leaning[reader], argument] + draws.normal(0, 1, len(reader))
    value = np.where(np.abs(said) < 0.2, 0, np.sign(said)).astype(np.int8)
    local = draws.integers(0, LOCALS, readers)[reader]
    return Loaded(
        Readings(readers, ARGUMENTS, reader, argument, value), list(range(1, ARGUMENTS + 1)), local,
        list(range(1, LOCALS + 1)),
    )  # fmt: skip


def engine(readers: int, _folder: Path) -> None:
    """Add up from memory."""
    loaded = draw(readers)
    members = dict.fromkeys(loaded.local_ids, readers // LOCALS)
    timed("our engine", lambda: _add_up(loaded, members))


def _add_up(loaded: Loaded, members: dict[int, int]) -> str:
    summing = Summing(loaded.readings, loaded.argument_ids, loaded.local, loaded.local_ids, members)
    document = summing.document(Smoothing(), settled=False)
    summing.weights()
    return f"{len(document['groups'])} groups"


def database(readers: int, folder: Path) -> None:
    """Prepare, work out and store as the job does, from the SQLite file that `write` made."""
    from forum.kernel.database import db, transaction
    from forum.opinion import operations
    from forum.questions.models import Question
    from tests.conftest import NOW

    def run() -> str:
        started = time.perf_counter()
        with transaction(write=False):
            work = operations.prepare(db.session.get_one(Question, 1))
        loaded = time.perf_counter() - started
        found = operations.work_out(work)
        with transaction(write=True):
            operations.store(1, work, found, took_ms=1, now=NOW)
        return f"{len(found[0]['groups'])} groups, of these {loaded:.1f} s loading"

    with _app(folder).app_context():
        timed("ours with SQLite", run)


def _app(folder: Path) -> Flask:
    from tests.conftest import make_settings
    from wsgi import create_app

    return create_app(make_settings(folder, database_url=""))


def write(readers: int, folder: Path) -> None:
    """Make the SQLite file."""
    from forum.kernel.database import Base, db

    with _app(folder).app_context():
        Base.metadata.create_all(db.engine)
    _write(folder / "hustings.sqlite3", draw(readers))


def _write(file: Path, loaded: Loaded) -> None:
    """The rows that are read, without the members, halls and locals behind them: foreign keys stay off here."""
    from sqlalchemy import create_engine

    from forum.arguments.models import Argument, Reading
    from forum.questions.models import Question
    from tests.conftest import NOW

    readings = loaded.readings
    rows = (
        {"id": at, "argument_id": argument + 1, "member_id": reader + 1, "local_id": local, "value": value,
         "revision": 1, "at": NOW}
        for at, (argument, reader, local, value) in enumerate(zip(
            readings.argument.tolist(), readings.reader.tolist(), loaded.local.tolist(), readings.value.tolist(),
            strict=True,
        ), 1)
    )  # fmt: skip
    question = {
        "id": 1, "public_id": "q", "number": 14, "state": "debating", "title": "Q", "template": "weiner",
        "process": {}, "created_at": NOW, "created_by_id": 1,
    }  # fmt: skip
    arguments = [
        {"id": n, "question_id": 1, "number": n, "option_id": 1, "side": "for", "claim": f"Claim {n}", "mover_id": 1,
         "seconder_id": 2, "seconded_at": NOW, "moved_at": NOW, "hall_id": 1}
        for n in loaded.argument_ids
    ]  # fmt: skip
    with create_engine(f"sqlite:///{file}").begin() as connection:
        connection.execute(Question.__table__.insert(), question)  # type: ignore[attr-defined]
        connection.execute(Argument.__table__.insert(), arguments)  # type: ignore[attr-defined]
        while chunk := list(islice(rows, 50_000)):
            connection.execute(Reading.__table__.insert(), chunk)  # type: ignore[attr-defined]


def peer(readers: int, _folder: Path) -> None:
    """scikit-learn on the dense matrix, missing readings at the mean, as red-dwarf does."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.metrics import silhouette_score

    readings = draw(readers).readings

    def run() -> str:
        matrix = np.full((readers, ARGUMENTS), np.nan)
        matrix[readings.reader, readings.argument] = readings.value
        means = np.nanmean(matrix, axis=0)
        matrix = np.where(np.isnan(matrix), means, matrix)
        places = PCA(2, svd_solver="full").fit_transform(matrix)
        best = []
        for k in range(2, 6):
            labels = KMeans(k, n_init=20, random_state=0).fit_predict(places)
            best.append((silhouette_score(places, labels, sample_size=min(5000, readers), random_state=0), k))
        return f"{max(best)[1]} groups"

    timed("scikit-learn, dense", run)


def timed(name: str, run: Callable[[], str]) -> None:
    started, worked = time.perf_counter(), time.process_time()
    said = run()
    took, work = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{name:22}{took:8.1f} s{peak:8.2f} GB   {work:.1f} s of one core; {said}", flush=True)


PARTS = {"engine": engine, "write": write, "database": database, "peer": peer}


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    reading.add_argument("--readers", type=int, default=READERS)
    reading.add_argument("--part", choices=PARTS)
    reading.add_argument("--folder", type=Path, default=Path())
    asked = reading.parse_args()
    if asked.part:
        PARTS[asked.part](asked.readers, asked.folder)
        return
    took = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:  # each in a process of its own, so that its memory is its own
            command = [sys.executable, __file__, "--part", part, "--folder", folder, "--readers", str(asked.readers)]
            line = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            print(line, end="", flush=True)
            if seconds := re.search(r"([0-9.]+) s", line):
                took[part] = float(seconds[1])
    ratio = took["peer"] / took["database"]
    print(f"asked for: {SECONDS} s, {GIGABYTES} GB; ours, loading and all, is {ratio:.1f} times as fast as the peer")


if __name__ == "__main__":
    main()
