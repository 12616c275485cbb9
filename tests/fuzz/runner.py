"""Runs the cases of all readers in turn, in processes with little memory and a time limit for each case.

A reader is a module beside this one, named in `READERS`, which has

``NAME``             what it is called in ``--readers`` and in the table
``prepare(folder)``  called once, before the processes are forked: imports, valid samples, models to ask
``make(random)``     returns a case, of the random numbers alone
``run(case, folder)``  runs the case in an empty folder, which is also the working folder and has W2V_HOME in it;
                     returns "answered" or "refused", and raises whatever else comes: that is a failure.
                     `tests.fuzz.commands` runs commands in this process and checks how they end.

What a case does depends on the seed and its number alone. A failure is printed with the command that repeats it.

    python -m tests.fuzz --minutes 5
    python -m tests.fuzz --readers questions,sets --cases 100000 --seed 1
    python -m tests.fuzz --readers sets --seed 1 --case 4711
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import mmap
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt

READERS = (
    *("vectors", "corpora", "questions", "shell", "sets", "labelled"),
    *("models", "index", "unfinished", "cache", "decoding"),
)
OUTCOMES = ("answered", "refused", "failure")
SECONDS_A_CASE = 30
MEMORY_A_CASE = 1 << 29
SECONDS_A_TURN = 3
CASES_A_PROCESS = 20_000
CASES_BEFORE = 40
# In memory, where there is such a place: cases are written and removed thousands of times a second.
PLACE = "/dev/shm" if Path("/dev/shm").is_dir() else None


class Reader(Protocol):
    """What a module of a reader has."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 - a constant of the module

    def prepare(self, folder: Path) -> None: ...

    def make(self, rng: random.Random) -> Any: ...

    def run(self, case: Any, folder: Path) -> str: ...


def reader(name: str) -> Reader:
    """Return the reader of that name."""
    return cast(Reader, import_module(f"tests.fuzz.{name}"))


def make_case(of: Reader, seed: int, number: int) -> Any:
    """Return a case by its number."""
    return of.make(random.Random(f"{of.NAME} {seed} {number}"))


def run_case(of: Reader, seed: int, number: int, folder: Path) -> tuple[str, str]:
    """Return how a case ended, and what failed; the folder is empty before, and again after all but a failure."""
    try:
        outcome = of.run(make_case(of, seed, number), folder)
        if outcome not in {"answered", "refused"}:
            raise ValueError(f"run returned {outcome!r}")
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - whatever comes is what is looked for
        return "failure", traceback.format_exc()
    empty(folder)
    return outcome, ""


def empty(folder: Path) -> None:
    """Remove what is in a folder."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            Path(entry.path).unlink()


def enter(folder: Path) -> None:
    """Make a folder the working folder, with a home in it, and no settings from outside."""
    os.chdir(folder)
    os.environ["W2V_HOME"] = str(folder / "home")
    os.environ.pop("W2V_MODEL", None)


# --- a process that runs cases


@dataclass
class Board:
    """What a process and its parent share: what runs since when, the next case of each reader, and the counts."""

    numbers: npt.NDArray[np.int64]

    @staticmethod
    def new(readers: int) -> Board:
        memory = mmap.mmap(-1, 8 * (2 + readers * (1 + len(OUTCOMES))))
        return Board(np.frombuffer(memory, dtype=np.int64))

    @property
    def running(self) -> npt.NDArray[np.int64]:
        """The reader that runs, and since when in nanoseconds; 0 if none does."""
        return self.numbers[:2]

    @property
    def of_readers(self) -> npt.NDArray[np.int64]:
        """A row for each reader: the next case, and how many ended how."""
        return self.numbers[2:].reshape(-1, 1 + len(OUTCOMES))


@dataclass
class Work:
    """What is to be done by one process: every ``step``-th case of each reader, in turn."""

    readers: Sequence[Reader]
    seed: int
    step: int
    most: int | None
    until: float
    failures: Path
    board: Board
    process: int = field(default=0)

    def start(self) -> None:
        """Fork the process."""
        if sys.platform == "win32":
            raise SystemExit("Windows does not fork")
        sys.stdout.flush()
        self.process = os.fork()
        if self.process == 0:
            status = 1
            try:
                self._work()
                status = 0
            except BaseException:  # noqa: BLE001 - nothing may go on in the child
                traceback.print_exc()
            finally:
                os._exit(status)

    def is_over(self) -> bool:
        """Tell whether nothing is left to do."""
        return time.monotonic() > self.until or not any(self._is_left(at) for at in range(len(self.readers)))

    def _is_left(self, at: int) -> bool:
        return self.most is None or bool(self.board.of_readers[at, 0] < self.most)

    def _work(self) -> None:
        _limit_memory()
        warnings.simplefilter("error")
        done = 0
        # Without a loop over all that lives, which the parent made and which would be copied.
        gc.freeze()
        with tempfile.TemporaryDirectory(dir=PLACE, prefix="fuzz-") as name:
            enter(Path(name))
            for at in itertools.cycle(range(len(self.readers))):
                turn = time.monotonic() + SECONDS_A_TURN
                while self._is_left(at) and done <= CASES_A_PROCESS and time.monotonic() < min(turn, self.until):
                    done += self._run_next(at, Path(name))
                if self.is_over() or done > CASES_A_PROCESS:
                    os.chdir("/")
                    return

    def _run_next(self, at: int, folder: Path) -> int:
        """Run a case; return for how many it counts: after one that wanted memory the process is begun anew."""
        row = self.board.of_readers[at]
        number = int(row[0])
        self.board.running[:] = at, time.monotonic_ns()
        row[0] += self.step
        outcome, detail = run_case(self.readers[at], self.seed, number, folder)
        self.board.running[1] = 0
        row[1 + OUTCOMES.index(outcome)] += 1
        if outcome == "failure":
            self.tell(at, number, detail)
            empty(folder)
            return CASES_A_PROCESS + 1 if "emory" in detail else 1
        return 1

    def tell(self, at: int, number: int, detail: str) -> None:
        """Keep a failure."""
        with open(self.failures, "a", encoding="utf-8") as out:
            out.write(json.dumps([self.readers[at].NAME, number, detail]) + "\n")

    def look_after(self) -> bool:
        """Start the process again where it ended, kill it where it hangs; tell whether it goes on."""
        if sys.platform == "win32":
            raise SystemExit("Windows does not fork")
        at, since = map(int, self.board.running)
        ended, status = os.waitpid(self.process, os.WNOHANG)
        if not ended:
            if not since or time.monotonic_ns() - since < SECONDS_A_CASE * 1e9:
                return True
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
            self._lost(at, f"no end after {SECONDS_A_CASE} seconds")
        elif status:
            if not since:
                raise SystemExit(f"a process ended between cases, with status {status}")
            self._lost(at, f"the process ended with status {status}")
        if self.is_over():
            return False
        self.start()
        return True

    def _lost(self, at: int, why: str) -> None:
        row = self.board.of_readers[at]
        row[1 + OUTCOMES.index("failure")] += 1
        self.board.running[1] = 0
        self.tell(at, int(row[0]) - self.step, why)


def _limit_memory() -> None:
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY_A_CASE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


# --- the process that starts others


@dataclass
class Found:
    """How many cases of each reader ended how, and the failures of each kind: their cases, and what the first said."""

    counts: dict[str, list[int]]
    failures: dict[tuple[str, str], list[int]]
    details: dict[tuple[str, str], str]


def fuzz(readers: Sequence[Reader], seed: int, minutes: float, cases: int | None, workers: int) -> Found:
    """Run cases until the time is over, or ``cases`` of each reader were run."""
    with tempfile.TemporaryDirectory(dir=PLACE, prefix="fuzz-") as name:
        prepare(readers, Path(name))
        until = time.monotonic() + 60 * minutes
        failures = Path(name) / "failures.jsonl"
        failures.touch()
        all_work = []
        for first in range(workers):
            work = Work(readers, seed, workers, cases, until, failures, Board.new(len(readers)))
            work.board.of_readers[:, 0] = first
            work.start()
            all_work.append(work)
        going = list(all_work)
        while going:
            going = [work for work in going if work.look_after()]
            time.sleep(0.1)
        total = sum(work.board.of_readers[:, 1:] for work in all_work)
        found = Found({of.NAME: row.tolist() for of, row in zip(readers, np.asarray(total), strict=True)}, {}, {})
        for line in failures.read_text(encoding="utf-8").splitlines():
            of, number, detail = json.loads(line)
            kind = (of, _kind(detail))
            found.failures.setdefault(kind, []).append(number)
            found.details.setdefault(kind, detail)
        return found


def prepare(readers: Sequence[Reader], folder: Path) -> None:
    """Prepare readers in a folder that stays as long as they are used, and run some cases, which import libraries."""
    for of in readers:
        own = folder / of.NAME
        own.mkdir()
        enter(own)
        of.prepare(own)
        with tempfile.TemporaryDirectory(dir=PLACE, prefix="fuzz-") as name:
            enter(Path(name))
            for number in range(CASES_BEFORE):
                run_case(of, 0, number, Path(name))
                empty(Path(name))
            os.chdir("/")


def _kind(detail: str) -> str:
    """Return what failures have in common that are of one kind: the error, and the last line of ours before it."""
    lines = detail.strip().splitlines() or [""]
    error = re.sub(r"""[0-9]+|'.*'|".*"|\[.*\]|b'.*""", "…", lines[-1])[:100]
    places = [line.strip() for line in lines if line.lstrip().startswith("File ") and "w2vcli" in line]
    return error if error.startswith("tests.fuzz.") or not places else f"{error} in {places[-1]}"


def table(counts: dict[str, list[int]]) -> Iterator[str]:
    """Yield the lines of the table of outcomes."""
    yield f"{'reader':16}{'cases':>12}" + "".join(f"{outcome:>12}" for outcome in OUTCOMES)
    everything = [sum(column) for column in zip(*counts.values(), strict=True)]
    for name, row in [*counts.items(), ("all", everything)]:
        yield f"{name:16}{sum(row):12,}" + "".join(f"{number:12,}" for number in row)


def repeat(of: Reader, seed: int, number: int) -> int:
    """Run one case alone, say what it is, and keep its files."""
    with tempfile.TemporaryDirectory(dir=PLACE) as name:
        prepare([of], Path(name))
        kept = Path(tempfile.mkdtemp(prefix=f"fuzz-{of.NAME}-{seed}-{number}-"))
        enter(kept)
        case = make_case(of, seed, number)
        sys.stdout.write(f"{str(case)[:3000]}\n")
        sys.stdout.flush()
        _limit_memory()
        warnings.simplefilter("error")
        outcome, detail = run_case(of, seed, number, kept)
        sys.stdout.write(f"{outcome}; see {kept}\n{detail}\n")
    return int(outcome == "failure")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the options say; return the exit status."""
    # Each arena of memory and each thread reserves memory.
    os.environ.update({"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--readers", default=",".join(READERS), help="which, with commas between")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--cases", type=int, help="stop each reader after so many")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--case", type=int, help="run this case of one reader alone, and keep its files")
    options = parser.parse_args(arguments)
    readers = [reader(name) for name in options.readers.split(",")]
    if options.case is not None:
        return repeat(readers[0], options.seed, options.case)
    began = time.monotonic()
    found = fuzz(readers, options.seed, options.minutes, options.cases, options.workers)
    sys.stdout.write(f"seed {options.seed}, {(time.monotonic() - began) / 60:.1f} minutes, {options.workers} workers\n")
    sys.stdout.write("".join(f"{line}\n" for line in table(found.counts)))
    for (name, kind), cases in found.failures.items():
        sys.stdout.write(f"\n{name}: {kind} ({len(cases)} times), see it with\n")
        sys.stdout.write(f"    python -m tests.fuzz --readers {name} --seed {options.seed} --case {min(cases)}\n")
        sys.stdout.write("".join(f"    | {line}\n" for line in found.details[name, kind].splitlines()[-3:]))
    return int(bool(found.failures))
