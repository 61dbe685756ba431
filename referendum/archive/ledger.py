"""What a long verification has found so far, kept in a file, so that it can be stopped and go on later.

One line of JSON for each chunk of ballots. A line is found again by the hashes of everything that its outcome
follows from: the election and, for each ballot, its bytes and whether and with which weight it counts. So a ledger
fits no other ballots; but it is taken at its word, and only as good as whoever wrote it. Keep it to yourself.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from referendum.archive.chunks import Outcome
from referendum.archive.places import Task
from referendum.crypto.canonical import canonical_bytes
from referendum.crypto.election import Election
from referendum.crypto.hashing import hex_hash
from referendum.crypto.tally import Tally, read_encrypted_tally


def chunk_name(election: Election, tasks: Sequence[Task]) -> str:
    """The same for chunks of which the same must come out."""
    ballots = [[task.place.digest, task.listed, task.weight] for task in tasks]
    return hex_hash(canonical_bytes([election.fingerprint, ballots]))


class Ledger:
    """The outcomes of the chunks of one archive. Raises OSError where the file cannot be read or written."""

    def __init__(self, path: Path, election: Election) -> None:
        self._path, self._election = path, election
        self._known: dict[str, dict[str, Any]] = {}
        lines = path.read_bytes().splitlines() if path.exists() else []
        for line in lines:
            try:
                entry = json.loads(line)
                self._known[entry["chunk"]] = entry
            except (ValueError, TypeError, LookupError):
                continue  # the line that was being written when the work was stopped

    def known(self, name: str) -> Outcome | None:
        """What was found about a chunk; None when it is not there."""
        entry = self._known.get(name)
        if entry is None:
            return None
        ciphertexts = read_encrypted_tally(self._election, entry["product"].encode())
        refused = [(int(number), str(words)) for number, words in entry["refused"]]
        return Outcome(refused, Tally(ciphertexts, entry["ballots"], entry["weight"]))

    def keep(self, name: str, outcome: Outcome) -> None:
        """Writes down what was found about a chunk. Several may write at once, each a whole line."""
        product = outcome.product
        entry = {
            "chunk": name, "refused": outcome.refused, "product": product.encrypted_bytes.decode(),
            "ballots": product.ballots, "weight": product.weight,
        }  # fmt: skip
        self._known[name] = entry
        line = b"\n" + canonical_bytes(entry) + b"\n"  # begins anew where the last one was torn
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)
