"""Processes beside this one, for work that takes hours."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread


def processes(count: int) -> ProcessPoolExecutor:
    """So many. They end with the process that asked for them, however it ended: one that is
    killed cannot tell them, and they would wait for work for ever, with all their memory."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    Thread(target=_wait_for_its_end, daemon=True).start()


def _wait_for_its_end() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
