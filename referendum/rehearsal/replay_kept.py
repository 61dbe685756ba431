"""How far a replay has come, kept beside what it writes: a replay that was killed goes on from there.

Kept after the roll, which takes longest, and once more before the vote. From then on nothing is kept, for the keys and
codes of a rehearsal live in memory only: a replay killed in its vote holds the vote again. With another database than
SQLite, which only tests use, nothing is kept.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from forum.kernel.settings import Settings

FACTS = "kept.json"


class Kept:
    """The installation of one replay as it was. `run` is what the replay was told; only the same run goes on."""

    def __init__(self, folder: Path, settings: Settings, run: dict[str, Any]) -> None:
        self._folder, self._settings, self._run = folder, settings, run

    def keep(self, question_id: int, mails: dict[str, int]) -> None:
        """Keep the installation as it stands, while nobody is connected; with the question, 0 before there is one, and
        with the mails counted so far."""
        if self._settings.database_url:
            return
        for file in self._settings.instance.glob("*.sqlite3"):
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        part = self._folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(self._settings.instance, part)
        facts = {"run": self._run, "question": question_id, "mails": mails}
        (part / FACTS).write_text(json.dumps(facts), encoding="utf-8")
        self.drop()
        part.rename(self._folder)

    def bring_back(self) -> tuple[int, dict[str, int]] | None:
        """Put the installation back as it was kept; the question and the mails, or None if nothing of this run is
        kept."""
        facts = self._folder / FACTS
        kept = json.loads(facts.read_text(encoding="utf-8")) if facts.is_file() else {}
        if kept.get("run") != self._run:
            self.drop()
            return None
        shutil.copytree(self._folder, self._settings.instance, ignore=shutil.ignore_patterns(FACTS))
        return int(kept["question"]), kept["mails"]

    def drop(self) -> None:
        """Keep nothing any more."""
        shutil.rmtree(self._folder, ignore_errors=True)
