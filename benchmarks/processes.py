"""Whole processes measured in turns: wall time, CPU time, peak memory, and memory that is not a file's."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_SECONDS_BETWEEN_LOOKS = 0.004
_DROP = Path("/proc/sys/vm/drop_caches")


class Cost(NamedTuple):
    """What a process took: seconds of wall time, its peak memory and its peak of private memory in MB, CPU seconds.

    The last are those of all its threads and processes, which other work on the machine disturbs less.
    """

    seconds: float
    megabytes: float
    private: float
    cpu: float


class Row(NamedTuple):
    """A process beside others: its median cost, and its time over that of the first, pair by pair."""

    name: str
    cost: Cost
    ratio: float
    least: float
    most: float


def measure(*command: str, stdin: Path | None = None, stdout: Path | None = None) -> Cost:
    """Run a command and return its cost.

    Memory is read from Linux's ``/proc``: the peak ``VmHWM``, and as private memory the peak of ``RssAnon``,
    which is what is no page of a file and cannot be given back.
    """
    with (
        open(stdin or os.devnull, "rb") as source,
        open(stdout or os.devnull, "wb") as sink,
        tempfile.TemporaryFile() as errors,
    ):
        before, started = os.times(), time.perf_counter()
        process = subprocess.Popen(command, stdin=source, stdout=sink, stderr=errors)
        peaks = {"VmHWM": 0.0, "RssAnon": 0.0}
        looking = threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, peaks, looking))
        watcher.start()
        process.wait()
        seconds, after = time.perf_counter() - started, os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        looking.set()
        watcher.join()
        if process.returncode:
            errors.seek(0)
            raise SystemExit(f"{' '.join(command[:4])}: exit status {process.returncode}\n{errors.read().decode()}")
    return Cost(seconds, peaks["VmHWM"], peaks["RssAnon"], cpu)


def read_through(path: Path) -> None:
    """Read a file, so that it is in the page cache."""
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass


def drop_page_cache(files: Iterable[Path]) -> None:
    """Make the next process read from the disk: all files if that is allowed (root), else those named."""
    if sys.platform != "linux":
        raise SystemExit("what is in memory of the disk is dropped on Linux alone")
    os.sync()
    if os.access(_DROP, os.W_OK):
        _DROP.write_text("3")
        return
    forget_files(files)


def forget_files(files: Iterable[Path]) -> None:
    """Make the next process read ``files`` from the disk, and leave other files in memory."""
    if sys.platform != "linux":
        raise SystemExit("what is in memory of the disk is dropped on Linux alone")
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def in_turns(commands: Mapping[str, Sequence[str]], pairs: int, before: Callable[[], None] | None) -> list[Row]:
    """Run the commands in turns, ``pairs`` times each, and return their costs beside the first one's.

    ``before`` runs before each; without it, each is run twice and the second time counts, so that what
    it reads is in the page cache.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(pairs):
        for name, command in commands.items():
            if before is None:
                measure(*command)
            else:
                before()
            costs[name].append(measure(*command))
            sys.stderr.write(f"{name}: {costs[name][-1].seconds:.2f} s\n")
    first = costs[next(iter(costs))]
    rows = []
    for name, found in costs.items():
        ratios = [one.seconds / base.seconds for one, base in zip(found, first, strict=True)]
        median = Cost(*(statistics.median(values) for values in zip(*found, strict=True)))
        rows.append(Row(name, median, statistics.median(ratios), min(ratios), max(ratios)))
    return rows


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a table in Markdown."""
    lines = (
        f"| {row.name} | {row.cost.seconds:.2f} | {row.ratio:.2f} ({row.least:.2f} to {row.most:.2f}) "
        f"| {row.cost.megabytes:,.0f} | {row.cost.private:,.0f} |\n"
        for row in rows
    )
    head = "| process | seconds | times the first | peak MB | private MB |\n|---|---:|---:|---:|---:|\n"
    return head + "".join(lines)


def _watch(pid: int, peaks: dict[str, float], done: threading.Event) -> None:
    while not done.wait(_SECONDS_BETWEEN_LOOKS):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return
        for line in status.splitlines():
            name, _, rest = line.partition(":")
            if name in peaks:
                peaks[name] = max(peaks[name], int(rest.split()[0]) / 1024)
