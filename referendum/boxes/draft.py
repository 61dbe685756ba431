"""Where a file that takes long is written: a folder beside it, from which it comes into its place whole."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from referendum.boxes.rules import Rejected

Tell = Callable[[str, int, int], None]
"""Told how far a step has come: its name, how many are done, how many there are."""


@contextmanager
def work_folder(path: Path) -> Iterator[Path]:
    """An empty folder for what is written on the way to `path`, gone at the end. What a killed run left there is thrown
    away by the next one. Raises Rejected while another run is at it."""
    folder = path.with_name(f"{path.name}.writing")
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Rejected(f"another run is writing {path.name}") from None
        for left in folder.iterdir():
            left.unlink()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)
    finally:
        os.close(handle)
