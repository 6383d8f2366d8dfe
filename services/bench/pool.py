"""A benchmark's pool of processes, which end with what started them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context


@contextmanager
def pool_of(processes: int, begin: Callable[[], None] | None = None) -> Iterator[ProcessPoolExecutor]:
    """A pool for the block; `begin` runs first in each process. Whoever breaks off the block waits for none of it."""
    with ProcessPoolExecutor(processes, mp_context=get_context("forkserver"), initializer=begin) as pool:
        try:
            yield pool
        except BaseException:
            # The pool itself would wait for what is under way, hours of it after Ctrl-C.
            for process in active_children():
                process.kill()
            raise
