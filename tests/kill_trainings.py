"""Trainings that are killed, or whose disk is full: the earlier model stays whole, and what goes on loses nothing.

Trains once without interruption. Then the same training is begun over an earlier model and killed with SIGKILL
after a time drawn from the seed; the earlier model or the new one must be whole, and going on with --resume (or
training anew, where nothing was kept yet) must give the bytes of the training that was not interrupted. With
--disk-full the models are on a small disk instead, of every size from too small for the text to just too small
for the model; this mounts a tmpfs, which takes Linux and root.

    python -m tests.kill_trainings --times 50
    python -m tests.kill_trainings --disk-full
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
NAME = "m"
SETTINGS = ("--workers", "1", "--epochs", "20", "--seed", "1")
EARLIER = ("--workers", "1", "--epochs", "2", "--vector-size", "3")
AMPLE = 1 << 28
PAGE = mmap.PAGESIZE
SECONDS_A_COMMAND = 600


class Wrong(Exception):
    """What should not be."""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    err: str


@dataclass(frozen=True)
class Whole:
    """What the training gives that is not interrupted: its files, its record; when its stages were over, in seconds."""

    files: dict[str, bytes]
    record: dict[str, Any]
    first_epoch: float
    last_epoch: float
    end: float


@dataclass(frozen=True)
class Home:
    """A home of models, with the model of the training in it."""

    path: Path

    @property
    def models(self) -> Path:
        """The folder of the models."""
        return self.path / "models"

    @property
    def model(self) -> Path:
        """The model that is trained."""
        return self.models / f"{NAME}.w2v"

    @property
    def unfinished(self) -> Path:
        """What is kept of a training under way."""
        return self.models / f"{NAME}.unfinished"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "w2vcli", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"W2V_HOME": str(self.path)},
            cwd=ROOT,
        )

    def run(self, *arguments: str) -> Done:
        """Run a command to its end."""
        process = self.start(*arguments)
        try:
            _, err = process.communicate(timeout=SECONDS_A_COMMAND)
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.communicate()
            raise Wrong(f"w2v {' '.join(arguments)} did not end") from error
        return Done(process.returncode, err)

    def must(self, *arguments: str) -> None:
        """Run a command that must succeed."""
        done = self.run(*arguments)
        if done.status:
            raise Wrong(f"w2v {' '.join(arguments)} ended with {done.status}: {_last(done.err)}")

    def facts(self) -> dict[str, Any]:
        """Return what the model says of itself."""
        facts: dict[str, Any] = json.loads((self.model / "model.json").read_text(encoding="utf-8"))
        return facts

    def is_new(self) -> bool:
        """Tell whether the model is the one trained last, and not the earlier one."""
        return bool(self.facts()["vector_size"] != int(EARLIER[-1]))

    def files(self) -> dict[str, bytes]:
        """Return what is in the files of the model, but for those that say when it was made."""
        dated = {"model.json", "model.json.sha256", "manifest.json"}
        found = sorted(path for path in self.model.rglob("*") if path.is_file() and path.name not in dated)
        return {str(path.relative_to(self.model)): path.read_bytes() for path in found}


def _last(err: str) -> str:
    return err.strip().rpartition("\n")[2]


def is_written(home: Home) -> bool:
    """Tell whether the model is being written."""
    return any(home.models.glob(f".{NAME}.w2v.*.w2v-partial"))


def make_homes(folder: Path, corpus: Path) -> tuple[Home, Whole]:
    """Make a home with the earlier model alone; return it, and what the whole training gives."""
    begun = Home(folder / "begun")
    begun.must("train", str(corpus), "-o", NAME, "--no-cache", "-q", *EARLIER)
    home = Home(folder / "whole")
    shutil.copytree(begun.path, home.path, symlinks=True)
    before = time.monotonic()
    process = home.start("train", str(corpus), "-o", NAME, "--force", "-q", *SETTINGS)
    first = last = None
    while process.poll() is None:
        now = time.monotonic() - before
        if first is None and (home.unfinished / "epoch").exists():
            first = now
        if last is None and is_written(home):
            last = now
        time.sleep(0.001)
    end = time.monotonic() - before
    if process.wait():
        raise Wrong(f"the training that is not interrupted fails: {process.communicate()[1]}")
    process.communicate()
    whole = Whole(home.files(), _record(home), first or end / 4, last or end * 0.9, end)
    shutil.rmtree(home.path)
    return begun, whole


def _record(home: Home) -> dict[str, Any]:
    """Return what the model keeps of its training, but for the time it took."""
    (record,) = home.facts()["training"]
    return {name: value for name, value in record.items() if name not in {"started", "seconds"}}


def compare(home: Home, whole: Whole) -> None:
    """Compare a model with the one that was trained without interruption."""
    files = home.files()
    names = sorted(files.keys() ^ whole.files.keys())
    differing = [name for name in files.keys() & whole.files.keys() if files[name] != whole.files[name]]
    if names or differing:
        raise Wrong(f"files that are not in both: {names}; that differ: {sorted(differing)}")
    record = _record(home)
    changed = [name for name, value in whole.record.items() if record.get(name) != value]
    if changed:
        raise Wrong(f"of the record differ: {changed}")


def check_whole(home: Home) -> None:
    """Check that the model, whichever it is, is as it was made; a question makes the index of a copied one again."""
    home.must("similar", (home.model / "words.txt").read_text(encoding="utf-8").partition("\n")[0], "-m", NAME)
    home.must("info", NAME, "--check")


def go_on(home: Home, corpus: Path) -> None:
    """Go on with the training, or begin anew where nothing of it was kept."""
    if (home.unfinished / "epoch").exists():
        home.must("train", "--resume", "-o", NAME, "-q")
    elif home.unfinished.exists() or not home.is_new():
        home.must("train", str(corpus), "-o", NAME, "--force", "-q", *SETTINGS)
    left = sorted(path.name for path in home.models.iterdir() if path != home.model and not path.name.startswith("."))
    if left:
        raise Wrong(f"left in the end: {left}")


# --- SIGKILL


def draw_delays(whole: Whole, times: int, rng: random.Random) -> Iterator[tuple[bool, float]]:
    """Draw when to kill: over the whole run, and, in turn, over each of its stages alone.

    The last is counted from when the model begins to be written, since a busy machine is now slower, now faster.
    """
    stages = [
        (False, 0.0, whole.end),
        (False, 0.0, whole.first_epoch),
        (False, whole.first_epoch, whole.last_epoch),
        (True, 0.0, whole.end - whole.last_epoch),
    ]
    for number in range(times):
        publishing, least, most = stages[number % len(stages)]
        yield publishing, rng.uniform(least, most)


def kill_one(folder: Path, begun: Home, whole: Whole, corpus: Path, publishing: bool, delay: float) -> str:
    """Kill one training and go on with it; return in which stage it was."""
    home = Home(folder / "killed")
    shutil.copytree(begun.path, home.path, symlinks=True)
    before = time.monotonic()
    process = home.start("train", str(corpus), "-o", NAME, "--force", "-q", *SETTINGS)
    try:
        while publishing and process.poll() is None and not is_written(home):
            before = time.monotonic()
        time.sleep(max(0.0, delay - (time.monotonic() - before)))
    finally:
        process.kill()
        _, err = process.communicate()
    if process.returncode not in {0, -9}:
        raise Wrong(f"it ended by itself with {process.returncode}: {_last(err)}")
    if process.returncode == 0:
        stage = "too late"
    elif home.is_new():
        stage = "after publishing"
    elif not (home.unfinished / "epoch").exists():
        stage = "before the first epoch"
    else:
        stage = "within"
    check_whole(home)
    go_on(home, corpus)
    check_whole(home)
    compare(home, whole)
    shutil.rmtree(home.path)
    return stage


def kill_many(folder: Path, corpus: Path, times: int, seed: int) -> int:
    """Kill trainings; return the exit status."""
    begun, whole = make_homes(folder, corpus)
    counts: Counter[str] = Counter()
    wrong = 0
    for number, (publishing, delay) in enumerate(draw_delays(whole, times, random.Random(seed))):
        try:
            counts[kill_one(folder, begun, whole, corpus, publishing, delay)] += 1
        except Wrong as error:
            wrong += 1
            kept = Path(tempfile.mkdtemp(prefix=f"killed-{seed}-{number}-"))
            shutil.move(folder / "killed", kept)
            say(f"killed after {delay:.3f} s{' of publishing' * publishing} (number {number}): {error}; see {kept}")
    say(
        f"seed {seed}: {times} trainings killed: "
        + ", ".join(f"{counts[stage]} {stage}" for stage in STAGES)
        + f"; {wrong} wrong"
    )
    return int(bool(wrong))


STAGES = ("before the first epoch", "within", "after publishing", "too late")


# --- a full disk


@contextmanager
def small_disk(home: Home, begun: Home) -> Iterator[None]:
    """Put the models of a home on a disk of their own, with room enough for now."""
    shutil.copytree(begun.path, home.path, symlinks=True, ignore=shutil.ignore_patterns("models"))
    home.models.mkdir()
    mounted = _command("mount", "-t", "tmpfs", "-o", f"size={AMPLE}", "tmpfs", str(home.models))
    if mounted:
        raise PermissionError(mounted)
    try:
        shutil.copytree(begun.models, home.models, symlinks=True, dirs_exist_ok=True)
        yield
    finally:
        _command("umount", str(home.models))
        shutil.rmtree(home.path)


def resize(home: Home, size: int) -> None:
    """Make the disk of the models larger or smaller."""
    refused = _command("mount", "-o", f"remount,size={size}", str(home.models))
    if refused:
        raise Wrong(refused)


def _command(*arguments: str) -> str:
    """Run a command of the system; return what went wrong, if anything."""
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        return str(error)
    return done.stderr.strip() or f"{arguments[0]}: {done.returncode}" if done.returncode else ""


def fill_one(folder: Path, begun: Home, whole: Whole, corpus: Path, size: int) -> str:
    """Train on a disk of that size; return what was kept when it was full, or that it was not."""
    home = Home(folder / "full")
    with small_disk(home, begun):
        earlier = home.files()
        resize(home, size)
        done = home.run("train", str(corpus), "-o", NAME, "--force", *SETTINGS)
        if done.status == 0:
            compare(home, whole)
            return "enough"
        lines = done.err.splitlines()
        errors = [line for line in lines if line.startswith("Error:")]
        if done.status != 1 or len(errors) != 1 or lines[-1] != errors[0] or "Traceback" in done.err:
            raise Wrong(f"it ended with {done.status}: {_last(done.err)}")
        if "No space left on device" not in errors[0]:
            raise Wrong(f"nothing is said of the disk: {errors[0]}")
        if home.files() != earlier:
            raise Wrong("the earlier model has changed")
        check_whole(home)
        hidden = sorted(path.name for path in home.models.rglob(".*"))
        if hidden:
            raise Wrong(f"left on the full disk: {hidden}")
        kept = (home.unfinished / "epoch").exists()
        if not kept and any("--resume goes on" in line for line in lines):
            raise Wrong("it says that --resume goes on, but nothing was kept")
        resize(home, AMPLE)
        go_on(home, corpus)
        check_whole(home)
        compare(home, whole)
        left = sorted(path.name for path in home.models.iterdir() if path != home.model)
        if left:
            raise Wrong(f"left in the end: {left}")
    return "epochs kept" if kept else "nothing kept"


def fill_many(folder: Path, corpus: Path, sizes: int) -> int:
    """Train on disks that are too small; return the exit status."""
    begun, whole = make_homes(folder, corpus)
    tried: dict[int, str] = {}

    def fills(pages: int) -> bool:
        """Tell whether a disk of that many pages is too small."""
        try:
            how = fill_one(folder, begun, whole, corpus, pages * PAGE)
        except Wrong as error:
            how = "wrong"
            say(f"a disk of {pages * PAGE:,} bytes: {error}")
        tried[pages] = how
        return how != "enough"

    files = [path for path in begun.models.rglob("*") if path.is_file()]
    used = least = sum(-(-path.stat().st_size // PAGE) for path in files)
    try:
        more = 1
        while fills(used + more):
            least = used + more
            more *= 2
            if more * PAGE > AMPLE:
                raise Wrong(f"even {least * PAGE:,} bytes do not suffice")
        most = used + more
        while most - least > 1:
            middle = (least + most) // 2
            least, most = (middle, most) if fills(middle) else (least, middle)
        for step in range(sizes):
            pages = used + (least - used) * step // max(sizes - 1, 1)
            if pages not in tried:
                fills(pages)
    except PermissionError as error:
        say(f"skipped: no disk can be mounted here ({error})")
        return 0
    except Wrong as error:
        say(str(error))
        return 1
    counts = Counter(tried.values())
    said = ", ".join(f"{count} {how}" for how, count in counts.most_common())
    say(
        f"{len(tried)} disks: {said}; {used * PAGE:,} bytes were taken before, "
        f"{least * PAGE:,} are too few and {most * PAGE:,} enough"
    )
    return int(bool(counts["wrong"]))


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the options say; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=50, help="how many trainings are killed, or disks filled")
    parser.add_argument("--corpus", type=Path, default=ROOT / "data" / "english.txt")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--disk-full", action="store_true", help="fill disks instead of killing")
    options = parser.parse_args(arguments)
    corpus = options.corpus.absolute()
    with tempfile.TemporaryDirectory(prefix="kill-trainings-") as name:
        if options.disk_full:
            if sys.platform != "linux" or os.geteuid() != 0:
                say("skipped: a small disk can be mounted by root on Linux only")
                return 0
            return fill_many(Path(name), corpus, options.times)
        return kill_many(Path(name), corpus, options.times, options.seed)


if __name__ == "__main__":
    sys.exit(main())
