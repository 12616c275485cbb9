"""Every command that writes is killed before each change that it makes: what has a final name is whole, old or new.

Runs each command once and counts its events: what makes, opens, renames, links, removes, syncs or writes a file. Then
it is begun again over an earlier output for each of these events, and kills itself (SIGKILL) right before it; and as
often as asked at a random moment. After each kill the outputs are looked at: each has to be the earlier or the new
one, whole; files that belong together have to be of one time, or be refused; models are checked. Then the next
command runs: it has to succeed, and to leave what it would have left without the kill, and nothing else.

Processes are forked after all imports. Trainings under way are killed by `tests.kill_trainings`.

    python -m tests.kill_writers
    python -m tests.kill_writers --only convert,projector --most 40 --random 20 --seed 1
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from tests.kill_trainings import Wrong, say
from w2vcli.requirements import has_gensim

PLACE = "/dev/shm" if Path("/dev/shm").is_dir() else None
RENAMES = {"os.rename", "renameat2"}
_CHANGES = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.symlink", "shutil.rmtree"}
_KILL = 9
_WRITES = {"write", "writelines", "flush", "close"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_FILES = {"BufferedWriter", "BufferedRandom", "FileIO"}
_TRAIN = ("--workers", "1", "--epochs", "1", "--vector-size", "3", "--min-count", "1", "--sample", "0", "--no-cache")
_KERAS = ("--epochs", "1", "--min-count", "1", "--patience", "0", "--vector-size", "4")


@dataclass(frozen=True)
class Writer:
    """A command that writes: its arguments, what it writes, and the commands that make what is there before.

    ``outputs`` are a model (NAME.w2v), a file, a file of vectors with that of its words beside it (``pair:FILE``), or
    the variants of a model (``variants:NAME.w2v``), of which those that are there have one seed.
    ``then`` is the next command, by default the same again.
    """

    name: str
    arguments: tuple[str, ...]
    outputs: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    then: tuple[str, ...] | None = None
    is_slow: bool = False


def _converting(ending: str, *outputs: str) -> Writer:
    def command(model: str) -> tuple[str, ...]:
        return ("convert", f"./{model}.w2v", f"out{ending}", "--force", "-q")

    return Writer(f"convert {ending}", command("new"), outputs or (f"out{ending}",), (command("old"),))


WRITERS = (
    Writer(
        "load",
        ("load", "new.txt", "-o", "m", "--force", "-q"),
        ("home/models/m.w2v", "home/default-model"),
        (("load", "old.txt", "-o", "before", "-q"), ("load", "old.txt", "-o", "m", "-q"), ("use", "before")),
    ),
    Writer("load first", ("load", "new.txt", "-o", "n", "--force", "-q"), ("home/models/n.w2v", "home/default-model")),
    _converting(".txt"),
    _converting(".bin"),
    _converting(".txt.gz"),
    _converting(".parquet"),
    _converting(".arrow"),
    _converting(".npy", "pair:out.npy"),
    _converting(".tsv", "pair:out.tsv"),
    _converting(".safetensors", "pair:out.safetensors"),
    Writer(
        "plot .png",
        ("plot", "a", "b", "c", "d", "-m", "./new.w2v", "--method", "pca", "-o", "p.png", "--force", "-q"),
        ("p.png",),
        (("plot", "a", "b", "c", "-m", "./old.w2v", "--method", "pca", "-o", "p.png", "-q"),),
    ),
    Writer(
        "plot .html",
        ("plot", "a", "b", "c", "d", "-m", "./new.w2v", "--method", "pca", "-o", "p.html", "--force", "-q"),
        ("p.html",),
        (("plot", "a", "b", "c", "-m", "./old.w2v", "--method", "pca", "-o", "p.html", "-q"),),
    ),
    Writer(
        "projector",
        ("projector", "p", "-m", "./new.w2v", "--force", "-q"),
        ("pair:p/vecs.tsv",),
        (("projector", "p", "-m", "./old.w2v", "-q"),),
    ),
    Writer(
        "encode",
        ("encode", "c d e c", "--as", "embedding", "-m", "./new.w2v", "-o", "e.npy", "--force", "-q"),
        ("e.npy",),
        (("encode", "a b a", "--as", "embedding", "-m", "./old.w2v", "-o", "e.npy", "-q"),),
    ),
    Writer("use", ("use", "./new.w2v"), ("home/default-model",), (("use", "./old.w2v"),)),
    Writer(
        "evaluate",
        ("evaluate", "./new.w2v", "--set", "set.txt", "--answers", "a.tsv", "--resamples", "10", "--force", "-q"),
        ("a.tsv",),
        (("evaluate", "./old.w2v", "--set", "set.txt", "--answers", "a.tsv", "--resamples", "10", "-q"),),
    ),
    Writer(
        "train",
        ("train", "text.txt", "-o", "t", "--force", "-q", *_TRAIN),
        ("home/models/t.w2v", "home/default-model"),
        (("load", "old.txt", "-o", "t", "-q"), ("use", "./old.w2v")),
    ),
    Writer(
        "stability",
        ("stability", "./v.w2v", "--variants", "5", "--again", "--seed", "9", "--no-cache", "-q"),
        ("variants:v.w2v",),
        (
            ("train", "long.txt", "-o", "./v.w2v", "-q", *_TRAIN),
            ("stability", "./v.w2v", "--variants", "5", "--no-cache", "-q"),
        ),
    ),
    Writer(
        "classify train",
        ("classify", "train", "labels.csv", "-o", "c", "--force", "-q", *_KERAS),
        ("home/models/c.w2v", "home/default-model"),
        (("load", "old.txt", "-o", "c", "-q"), ("use", "./old.w2v")),
        ("load", "new.txt", "-o", "other", "--force", "-q"),
        is_slow=True,
    ),
    Writer(
        "language-model train",
        ("language-model", "train", "text.txt", "-o", "l", "--force", "-q", *_KERAS),
        ("home/models/l.w2v", "home/default-model"),
        (("load", "old.txt", "-o", "l", "-q"), ("use", "./old.w2v")),
        ("load", "new.txt", "-o", "other", "--force", "-q"),
        is_slow=True,
    ),
)


# --- a process that kills itself


@dataclass
class Hook:
    """Counts the events of this process, and kills it before one of them."""

    folder: str
    kill_at: int | None
    events: list[str] = field(default_factory=list)
    over: bool = False

    def install(self, *, writes: bool) -> None:
        """Begin to count."""
        sys.addaudithook(self._audited)
        sync = os.fsync

        def counted_sync(descriptor: int) -> None:
            self.event("fsync")
            sync(descriptor)

        os.fsync = counted_sync  # type: ignore[assignment]
        if writes:
            sys.setprofile(self._profiled)

    def event(self, kind: str) -> None:
        """Count an event."""
        if self.over:
            return
        if len(self.events) == self.kill_at:
            os.kill(os.getpid(), _KILL)
        self.events.append(kind)

    def _audited(self, kind: str, arguments: tuple[Any, ...]) -> None:
        if kind in _CHANGES:
            self.event(kind)
        elif kind == "ctypes.dlsym" and arguments[-1] == "renameat2":  # right before it is called
            self.event("renameat2")
        elif kind == "open" and arguments[2] & _WRITING and str(arguments[0]).startswith(self.folder):
            self.event("open")

    def _profiled(self, _frame: FrameType, kind: str, called: Any) -> None:
        if kind == "c_call" and called.__name__ in _WRITES and type(called.__self__).__name__ in _FILES:
            self.event(called.__name__)


def in_child(work: Callable[[], Any], delay: float | None = None) -> tuple[int, Any]:
    """Run ``work`` in a forked process; return its status (negative: the signal) and what it returned.

    It is killed after ``delay`` seconds, if that is given.
    """
    if sys.platform == "win32":
        raise SystemExit("Windows does not fork")
    sys.stdout.flush()
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        status = 1
        try:
            os.close(reading)
            found = work()
            with os.fdopen(writing, "w") as out:
                json.dump(found, out)
            status = 0
        except BaseException:  # noqa: BLE001 - it is told, and nothing goes on in the child
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    if delay is not None:
        time.sleep(delay)
        os.kill(process, _KILL)
    with os.fdopen(reading) as result:
        text = result.read()
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), json.loads(text) if text else None


def command(folder: Path, arguments: Sequence[str], hook: Hook | None = None, *, writes: bool = False) -> Any:
    """Run a command in this process, a child; return its status, what it wrote to stderr, and the events."""
    from w2vcli.cli.main import cli

    os.chdir(folder)
    os.environ["W2V_HOME"] = str(folder / "home")
    with open(os.devnull, "w") as nothing, tempfile.TemporaryFile("w+") as err:
        status: Any = 0
        with redirect_stdout(nothing), redirect_stderr(err):
            if hook is not None:
                hook.install(writes=writes)
            try:
                cli(args=list(arguments), prog_name="w2v")
            except SystemExit as end:
                status = end.code or 0
            if hook is not None:
                hook.over = True
                sys.setprofile(None)
        err.seek(0)
        return status, err.read(), hook.events if hook else []


# --- what is there


def look(folder: Path, output: str) -> str:
    """Return what an output is: ``absent``, ``refused``, or a hash of what is in it."""
    kind, _, name = output.rpartition(":")
    path = folder / name
    if not path.exists():
        return "absent"
    if path.is_dir():
        status, err, _ = command(folder, ["info", str(path), "--check"])
        if status == 0 and kind:
            return json.dumps(json.loads((path / "variants" / "variants.json").read_text(encoding="utf-8"))["seed"])
        return _hash_model(path) if status == 0 else f"damaged: {err}"
    if not kind:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    looked = folder / "looked.w2v"
    status, _, _ = command(folder, ["load", name, "-o", str(looked), "-q", "--force"])
    found = _hash_model(looked) if status == 0 else "refused"
    shutil.rmtree(looked, ignore_errors=True)
    return found


def _hash_model(path: Path) -> str:
    from w2vcli.models.directory import open_model_directory

    model = open_model_directory(path)
    is_network = any((path / kind).exists() for kind in ("classifier", "language-model"))
    # Networks are not always trained to the same bytes; whether they are those written, the hashes say.
    vectors = b"" if is_network else model.vectors[:].tobytes()
    return hashlib.sha256(repr([*model.words, model.facts.vector_size]).encode() + vectors).hexdigest()


def names(folder: Path) -> list[str]:
    """Return the files that are there, but for the cache and what the next index sweeps away."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(
        str(path) for path in found if path.parts[:2] != ("home", "cache") and ".w2v/.index." not in str(path)
    )


def looked_at(writer: Writer, folder: Path) -> tuple[list[str], list[str]]:
    """Return what the outputs of a command are, and the files that are there."""
    there = names(folder)

    copy = folder.with_name(f"{folder.name}-looked-at")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, symlinks=True)
    status, found = in_child(lambda: [look(copy, output) for output in writer.outputs])
    shutil.rmtree(copy)
    if status or not isinstance(found, list):
        raise Wrong(f"cannot be looked at: status {status}")
    return [text.replace(str(copy), str(folder)) for text in found], there


# --- one command


@dataclass(frozen=True)
class Known:
    """A command that was not killed: the folder before it, what there is before and after, its events, its time."""

    writer: Writer
    start: Path
    old: list[str]
    new: list[str]
    left: list[str]
    events: list[str]
    seconds: float

    @property
    def window(self) -> tuple[int, int]:
        """The first and the last event that renames something that was there under a final name."""
        at = [number for number, kind in enumerate(self.events) if kind in RENAMES]
        return (at[0], at[-1]) if at else (0, 0)


def get_to_know(writer: Writer, base: Path, folder: Path) -> Known:
    """Make what is there before a command, and run it without a kill."""
    start = folder / "start"
    shutil.rmtree(start, ignore_errors=True)
    # All runs are in a folder of one name, which default-model tells.
    place = folder / "run"
    _fresh(base, place)
    for arguments in writer.before:
        _must(place, arguments)
    shutil.copytree(place, start, symlinks=True)
    old, _ = looked_at(writer, place)
    hook = Hook(str(place), None)
    began = time.monotonic()
    status, found = in_child(lambda: command(place, writer.arguments, hook, writes=not writer.is_slow))
    seconds = time.monotonic() - began
    if status or found[0]:
        raise Wrong(f"it fails without a kill: {status} {found and found[1][-300:]}")
    new, _ = looked_at(writer, place)
    _must(place, writer.then or writer.arguments)
    again, left = looked_at(writer, place)
    is_told = all(one != other or other == "absent" for one, other in zip(old, new, strict=True))
    if not is_told or (writer.then is None and again != new):
        raise Wrong(f"the outputs cannot be told apart, or are not the same again: {old}, {new}, {again}")
    return Known(writer, start, old, new, left, found[2], seconds)


def _fresh(base: Path, place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(base, place, symlinks=True)


def _must(folder: Path, arguments: Sequence[str]) -> None:
    status, found = in_child(lambda: command(folder, arguments))
    if status or found[0]:
        raise Wrong(f"{' '.join(arguments)} ended with {status or found[0]}: {found and found[1][-300:]}")


def kill_one(known: Known, place: Path, at: int | None, delay: float | None) -> str:
    """Kill a command before an event, or after a delay, and look; return "killed" or "too late"."""
    writer = known.writer
    _fresh(known.start, place)
    hook = Hook(str(place), at)
    arguments = writer.arguments
    status, found = in_child(
        lambda: command(place, arguments, hook, writes=at is not None and not writer.is_slow), delay
    )
    if status == 0 and found[0]:
        raise Wrong(f"it ended by itself: {found[1][-300:]}")
    outputs, _ = looked_at(writer, place)
    for output, is_now, old, new in zip(writer.outputs, outputs, known.old, known.new, strict=True):
        if is_now not in {old, new} and not (is_now == "refused" and output.startswith("pair:")):
            raise Wrong(f"{output} is neither the earlier nor the new one: {is_now}")
    _must(place, writer.then or writer.arguments)
    outputs, left = looked_at(writer, place)
    if writer.then is None and outputs != known.new:
        raise Wrong(f"after the next command the outputs are {outputs}")
    more = set(left) ^ set(known.left) if writer.then is None or outputs == known.new else _partial(left)
    if more:
        raise Wrong(f"the next command leaves other files: {sorted(more)}")
    return "killed" if status == -_KILL else "too late"


def _partial(left: Sequence[str]) -> set[str]:
    return {name for name in left if "partial" in name}


def draw(known: Known, most: int, rng: random.Random) -> list[int]:
    """Return the events before which to kill: all, or as many as are wanted, half of them between the renames."""
    everything = range(len(known.events))
    first, last = known.window
    inside = [number for number in everything if first < number <= last]
    if len(everything) <= most:
        return list(everything)
    chosen = rng.sample(inside, min(len(inside), most // 2))
    others = [number for number in everything if number not in set(chosen)]
    return sorted(chosen + rng.sample(others, most - len(chosen)))


@dataclass
class Sum:
    """How many kills there were, how many of them between the first and the last rename, and what went wrong."""

    kills: int = 0
    between: int = 0
    late: int = 0
    wrong: list[str] = field(default_factory=list)


def kill_writer(writer: Writer, base: Path, folder: Path, most: int, at_random: int, seed: int) -> Sum:
    """Kill one command many times."""
    found = Sum()
    rng = random.Random(f"{seed} {writer.name}")
    try:
        known = get_to_know(writer, base, folder)
    except Wrong as error:
        found.wrong.append(f"{writer.name}: {error}")
        return found
    first, last = known.window
    kills: list[tuple[int | None, float | None]] = [(at, None) for at in draw(known, most, rng)]
    kills += [(None, rng.uniform(0, known.seconds)) for _ in range(at_random)]
    for at, delay in kills:
        try:
            ended = kill_one(known, folder / "run", at, delay)
            found.kills += ended == "killed"
            found.late += ended != "killed"
        except Wrong as error:
            found.kills += 1
            when = f"after {delay:.4f} s" if at is None else f"before event {at} ({known.events[at]})"
            found.wrong.append(f"{writer.name}, killed {when} of {len(known.events)}: {error}")
        found.between += at is not None and first < at <= last
    return found


# --- all commands


def make_base(base: Path) -> None:
    """Write the files and models that the commands take."""
    base.mkdir()
    # As many rows of either, so that new words would go with old vectors.
    rows = {
        "old": "a 1 2 3\nb 2 1 3\nc 3 1 2\nd 1 1 2\nf 1 3 3\n",
        "new": "a 3 2 2\nc 2 2 3\nd 3 1 1\nb 2 3 3\ne 1 3 1\n",
    }
    for name, text in rows.items():
        (base / f"{name}.txt").write_text(text, encoding="utf-8")
        # Here, not in a child: what it imports is imported once.
        command(base, ["load", f"{name}.txt", "-o", f"./{name}.w2v", "-q"])
        command(base, ["info", f"./{name}.w2v", "--check"])
    shutil.rmtree(base / "home", ignore_errors=True)
    (base / "set.txt").write_text("a b c d\nb c d a\n", encoding="utf-8")
    (base / "text.txt").write_text(
        "the king and the queen went to the hill\na man met a woman\n" * 12, encoding="utf-8"
    )
    (base / "long.txt").write_text("the king and the queen went to the hill\n" * 300, encoding="utf-8")
    labels = "".join(f"a {word} film {number},{word}\n" for number in range(12) for word in ("good", "bad"))
    (base / "labels.csv").write_text(f"text,label\n{labels}", encoding="utf-8")


def import_all(*, keras: bool) -> None:
    """Import what the commands import, so that it is done once."""
    import matplotlib.figure
    import pyarrow.parquet
    import sklearn.decomposition

    from w2vcli.cli.main import SECTIONS, cli

    assert all((matplotlib, pyarrow, sklearn))
    if has_gensim():
        import_module("gensim.models")
    for section in SECTIONS.values():
        for name in section:
            cli.get_command(None, name)  # type: ignore[arg-type]
    if keras:
        from w2vcli.neural.keras_backend import import_keras

        import_keras()


def kill_all(writers: Sequence[Writer], most: int, at_random: int, seed: int) -> Sum:
    """Kill all of these commands; say how each did, and return the sum."""
    total = Sum()
    with tempfile.TemporaryDirectory(prefix="kill-writers-", dir=PLACE) as name:
        base = Path(name) / "base"
        make_base(base)
        gc.freeze()  # what a child collects it would copy
        say(f"{'command':22}{'kills':>7}{'between renames':>17}{'too late':>10}{'wrong':>7}")
        for writer in writers:
            found = kill_writer(writer, base, Path(name), most, at_random, seed)
            say(f"{writer.name:22}{found.kills:7}{found.between:17}{found.late:10}{len(found.wrong):7}")
            for wrong in found.wrong[:10]:
                say(f"    {wrong}")
            total = Sum(
                total.kills + found.kills,
                total.between + found.between,
                total.late + found.late,
                total.wrong + found.wrong,
            )
    say(f"{'all':22}{total.kills:7}{total.between:17}{total.late:10}{len(total.wrong):7}")
    return total


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the options say; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", help="commands, with commas between: those whose names begin so")
    parser.add_argument("--most", type=int, default=100, help="kill each command before so many events at most")
    parser.add_argument("--random", type=int, default=10, help="and so often at a random moment")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    chosen = tuple(options.only.split(",")) if options.only else ("",)
    writers = [writer for writer in WRITERS if writer.name.startswith(chosen)]
    import_all(keras=any(writer.is_slow for writer in writers))
    with suppress(KeyboardInterrupt):
        return int(bool(kill_all(writers, options.most, options.random, options.seed).wrong))
    return 130


if __name__ == "__main__":
    sys.exit(main())
