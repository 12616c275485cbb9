"""How many processors this process may use."""

from __future__ import annotations

import os


def processors() -> int:
    """Return how many processors this process may run on, at least 1.

    These are fewer than the machine has where a container, ``taskset`` or a batch system gives it some of them.
    """
    # macOS has no sched_getaffinity.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
