"""Damage to vector files of every format: each is to be loaded or told in one line, whatever its bytes.

Takes a valid file of every format, plain and compressed, damages it, and loads it into an empty folder, in
processes with little memory and a time limit for each case. Anything but a model or an error of ours is a
failure: another exception or a warning, a crash, a hang, too much memory, files left over or changed. What a
case does depends on the seed and its number alone.

    python -m tests.fuzz_readers --minutes 5
    python -m tests.fuzz_readers --seed 1 --case 4711
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import itertools
import json
import lzma
import os
import random
import re
import resource
import select
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from backports import zstd

from w2vcli.errors import W2vError
from w2vcli.models.directory import new_model, open_model_directory
from w2vcli.models.formats import rows, text, word2vec_binary
from w2vcli.models.formats.rows import Reading
from w2vcli.models.formats.table import FORMATS
from w2vcli.models.loading import load_vectors
from w2vcli.reporting import SILENT

SECONDS_A_CASE = 30
MEMORY_A_CASE = 1 << 29
CASES_A_PROCESS = 400
LONGEST_MESSAGE = 1000
# What a damaged number may be: around each power of two that some program takes for a limit, and lies.
NUMBERS = [sign * (1 << bits) - off for bits in (0, 7, 16, 31, 32, 40, 62, 63) for sign in (1, -1) for off in (0, 1)]
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": lambda data: gzip.compress(data, 1, mtime=0),
    ".bz2": lambda data: bz2.compress(data, 1),
    ".xz": lambda data: lzma.compress(data, preset=0),
    ".zst": zstd.compress,
}
WORDS = ["the", "소녀", "👩‍🌾", "a\u00a0b", "x" * 200, "1", "3.5", "</s>", "é", "\ufeffx", "nan", "of"]


class Sample(NamedTuple):
    """A valid file: its name, what is in it, and the file of its words beside it, where it has one."""

    name: str
    data: bytes
    words_name: str | None
    words: bytes


@dataclass(frozen=True)
class Case:
    """What is put into the folder, which of it is loaded, and how."""

    label: str
    files: dict[str, bytes]
    source: str
    reading: Reading
    block_bytes: int


# --- valid files


def write_samples(folder: Path) -> None:
    """Write a valid file of every format into ``folder``: those that w2v writes, and variants of others."""
    vectors = np.random.default_rng(0).normal(size=(len(WORDS), 4)).astype(np.float32)
    with new_model(folder / ".w2v", 4) as writer:
        writer.append(WORDS, vectors, np.arange(len(WORDS), 0, -1))
        writer.finish(source={})
    model = open_model_directory(folder / ".w2v")
    for known in FORMATS:
        if known.write is not None and not known.of_training:
            known.write(model, folder / f"{known.name}{known.endings[0]}".replace(" ", "-"), SILENT, force=False)
    _write_fasttext(folder / "fastText-binary.bin")
    _write_tables(folder, vectors)
    lines = [word.encode() + b" " + row.tobytes() for word, row in zip(WORDS, vectors, strict=True)]
    (folder / "word2vec-binary.lines").write_bytes(b"%d 4\n" % len(WORDS) + b"\n".join(lines) + b"\n")
    for kind in ("<f2", "<f8"):
        np.save(folder / f"numpy.{kind[1:]}.npy", vectors.astype(kind))
        (folder / f"numpy.{kind[1:]}.txt").write_text("\n".join(WORDS), encoding="utf-8")
    _write_safetensors(folder, "BF16", (vectors.view(np.uint32) >> 16).astype("<u2"))
    _write_safetensors(folder, "F64", vectors.astype("<f8"))


def _write_safetensors(folder: Path, dtype: str, stored: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> None:
    tensors = {
        "other": {"dtype": dtype, "shape": [2], "data_offsets": [stored.nbytes, stored.nbytes + 2 * stored.itemsize]},
        "embeddings": {"dtype": dtype, "shape": stored.shape, "data_offsets": [0, stored.nbytes]},
    }
    header = json.dumps(tensors).encode()
    data = len(header).to_bytes(8, "little") + header + stored.tobytes() + bytes(2 * stored.itemsize)
    (folder / f"safetensors.{dtype}.safetensors").write_bytes(data)
    (folder / f"safetensors.{dtype}.txt").write_text("\n".join(WORDS), encoding="utf-8")


def _write_fasttext(path: Path) -> None:
    from gensim.models import FastText
    from gensim.models.fasttext import save_facebook_model

    sentences = [["the", "소녀", "👩‍🌾", "</s>", "of"]] * 5
    save_facebook_model(FastText(sentences, vector_size=4, min_count=1, bucket=9, epochs=1, workers=1), str(path))


def _write_tables(folder: Path, vectors: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    import pyarrow as pa
    from pyarrow import feather, parquet

    lists = pa.table({"word": WORDS, "vector": vectors.tolist(), "count": list(range(len(WORDS)))})
    columns = pa.table({"word": WORDS} | {str(at): vectors[:, at] for at in range(4)})
    for name, table in {"lists": lists, "columns": columns}.items():
        parquet.write_table(table, folder / f"Parquet.{name}", row_group_size=5)
        feather.write_feather(table, str(folder / f"Arrow.{name}"), compression="zstd", chunksize=5)


def read_samples(folder: Path) -> list[Sample]:
    """Return what `write_samples` wrote; the files of words go with those that need them."""
    found = []
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        if path.name.startswith(("numpy", "safetensors", "Projector")):
            words = path.with_name(path.name.replace("TSV.tsv", "TSV.meta.tsv")).with_suffix(
                ".tsv" if path.suffix == ".tsv" else ".txt"
            )
            if path != words and "meta" not in path.name:
                found.append(Sample(path.name, path.read_bytes(), words.name, words.read_bytes()))
        else:
            found.append(Sample(path.name, path.read_bytes(), None, b""))
    return found


# --- damage

Damage = Callable[[bytes, bytes, random.Random], bytes]


def _place(data: bytes, rng: random.Random) -> int:
    """Return where to damage: half the time near the beginning or the end, where what is promised stands."""
    near = min(len(data), 400)
    return rng.choice([rng.randint(0, len(data)), rng.randint(0, near), len(data) - rng.randint(0, near)])


def _piece(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = _place(data, rng)
    return start, min(len(data), start + rng.choice([1, 2, 4, 8, rng.randint(1, 300)]))


def _truncate(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    return data[: _place(data, rng)]


def _flip(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data or b"\0")
    for _ in range(rng.choice([1, 1, 2, 8])):
        changed[min(_place(data, rng), len(changed) - 1)] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _insert(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    at = _place(data, rng)
    what = rng.choice([rng.randbytes(rng.randint(1, 20)), b" ", b"\n", b"\t", b"\0", b"\xff", b"a" * 70_000])
    return data[:at] + what + data[at:]


def _delete(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    start, stop = _piece(data, rng)
    return data[:start] + data[stop:]


def _duplicate(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    start, stop = _piece(data, rng)
    return data[:stop] + data[start:stop] * rng.choice([1, 1, 2, 50]) + data[stop:]


def _splice(data: bytes, other: bytes, rng: random.Random) -> bytes:
    one, two = data[: _place(data, rng)], other[_place(other, rng) :]
    return one + two if rng.random() < 0.7 else two + one


def _digits(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """Exchange two numbers of the first thousand or of the last thousand bytes, or write another for one."""
    ends = [(match.start(), match.end()) for match in re.finditer(rb"-?\d+", data)]
    ends = [end for end in ends if end[0] < 1000 or end[0] > len(data) - 1000]
    if not ends:
        return data
    (start, stop), (other_start, other_stop) = rng.choice(ends), rng.choice(ends)
    new = data[other_start:other_stop] if rng.random() < 0.4 else str(rng.choice(NUMBERS)).encode()
    return data[:start] + new + data[stop:]


def _integer(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """Write another number of four or eight bytes."""
    width = rng.choice([4, 8])
    at = _place(data, rng) // 4 * 4 if rng.random() < 0.5 else _place(data, rng)
    number = rng.choice(NUMBERS) % (1 << 8 * width)
    return data[:at] + number.to_bytes(width, "little") + data[at + width :]


DAMAGES: list[Damage] = [_truncate, _flip, _insert, _delete, _duplicate, _splice, _digits, _integer]


def _format_name(sample: Sample) -> str:
    return sample.name.partition(".")[0].replace("-", " ")


def _endings(sample: Sample) -> list[str]:
    """Return the endings of the compressions to try; plain files are tried as often as all others together."""
    if any(known.mapped and known.name == _format_name(sample) for known in FORMATS):
        return ["", "", "", ".gz"]  # refused at once
    return ["", "", "", *COMPRESSORS]


def make_case(samples: list[Sample], seed: int, number: int) -> Case:
    """Return the case of that number; the kinds of files take turns."""
    rng = random.Random(f"{seed} {number}")
    kinds = [(sample, ending) for sample in samples for ending in _endings(sample)]
    sample, ending = kinds[number % len(kinds)]
    compress = COMPRESSORS[ending]

    def damaged(data: bytes) -> bytes:
        for _ in range(rng.choice([1, 1, 2, 3])):
            data = rng.choice(DAMAGES)(data, rng.choice(samples).data, rng)
        return data

    data, words = sample.data, sample.words
    if sample.words_name is not None and rng.random() < 0.2:
        data, words = compress(data), damaged(words)
    elif ending and rng.random() < 0.5:
        data = damaged(compress(data))
    else:
        data = compress(damaged(data))
    files = {sample.name + ending: data}
    if sample.words_name is not None:
        files[sample.words_name] = words
    reading = Reading(
        limit=rng.choice([None, None, None, 1, 5]),
        encoding_errors=rng.choice(["strict", "replace"]),
        words=Path(sample.words_name) if sample.words_name is not None else None,
    )
    label = f"{_format_name(sample)}{' compressed' * bool(ending)}"
    return Case(label, files, sample.name + ending, reading, rng.choice([64, 1 << 22]))


# --- one process that runs cases


def run_case(case: Case) -> tuple[str, str]:
    """Return "loaded", "error" or "failure", and what failed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, data in case.files.items():
            (folder / file).write_bytes(data)
        for module in (rows, text, word2vec_binary):
            module.BLOCK_BYTES = case.block_bytes  # type: ignore[attr-defined]
        reading = Reading(
            limit=case.reading.limit,
            encoding_errors=case.reading.encoding_errors,
            words=case.reading.words and folder / case.reading.words,
        )
        expected = set(case.files)
        try:
            load_vectors(folder / case.source, folder / "model.w2v", reading, SILENT, force=False)
            expected.add("model.w2v")
            model = open_model_directory(folder / "model.w2v")
            if not len(list(model.words)) == model.facts.words == len(model.vectors[:]):
                return "failure", "words and vectors are not as many"
            outcome = "loaded"
        except W2vError as error:
            if "\n" in str(error) or len(str(error)) > LONGEST_MESSAGE:
                return "failure", f"an error that is no line: {str(error)[:300]!r}"
            outcome = "error"
        except MemoryError:
            return "failure", f"memory\n{traceback.format_exc()}"
        except Exception:  # noqa: BLE001 - what else comes is what is looked for
            return "failure", traceback.format_exc()
        left = {path.name for path in folder.iterdir()}
        changed = {file for file, data in case.files.items() if (folder / file).read_bytes() != data}
        if left != expected or changed:
            return "failure", f"files left: {sorted(left ^ expected)}, changed: {sorted(changed)}"
        return outcome, ""


def work(folder: Path, seed: int) -> None:
    """Run the cases whose numbers come on standard input; print a line of JSON for each."""
    warnings.simplefilter("error")
    samples = read_samples(folder)
    for sample in samples:  # all libraries are there before memory is limited
        files = {sample.name: sample.data} | ({sample.words_name: sample.words} if sample.words_name else {})
        outcome, detail = run_case(Case("", files, sample.name, Reading(), rows.BLOCK_BYTES))
        if outcome != ("error" if sample.name.startswith("gensim") else "loaded"):
            raise SystemExit(f"{sample.name}, undamaged: {outcome} {detail}")
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY_A_CASE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for line in sys.stdin:
        outcome, detail = run_case(make_case(samples, seed, int(line)))
        sys.stdout.write(json.dumps([outcome, detail]) + "\n")
        sys.stdout.flush()


# --- the process that starts others


class Worker:
    """A process that runs cases one by one, started again when it ended."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._command = [sys.executable, "-m", "tests.fuzz_readers", "--seed", str(seed), "--work", str(folder)]
        self._process: subprocess.Popen[bytes] | None = None
        self._done = 0

    def run(self, number: int) -> tuple[str, str]:
        """Return the outcome of a case."""
        if self._process is None:
            few = {"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}  # each arena and thread reserves memory
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | few
            )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):  # it did not even start: it has told why, and its status is told below
            process.stdin.write(b"%d\n" % number)
            process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], SECONDS_A_CASE)
        if not ready:
            self.stop()
            return "failure", f"no end after {SECONDS_A_CASE} seconds"
        line = process.stdout.readline()
        if not line:
            status = process.wait()
            self.stop()
            return "failure", f"the process ended with status {status}"
        self._done += 1
        if self._done % CASES_A_PROCESS == 0:
            self.stop()
        outcome, detail = json.loads(line)
        return outcome, detail

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def fuzz(
    folder: Path, seed: int, minutes: float, workers: int
) -> tuple[Counter[tuple[str, str]], dict[str, list[int]]]:
    """Run cases until the time is over; return how many of each kind ended how, and the cases of each failure."""
    samples = read_samples(folder)
    counts: Counter[tuple[str, str]] = Counter()
    failures: dict[str, list[int]] = {}
    numbers = itertools.count()
    stop = time.monotonic() + 60 * minutes
    lock = threading.Lock()

    def run() -> None:
        worker = Worker(folder, seed)
        while time.monotonic() < stop:
            with lock:
                number = next(numbers)
            outcome, detail = worker.run(number)
            label = make_case(samples, seed, number).label
            with lock:
                counts[label, outcome] += 1
                if outcome == "failure":
                    failures.setdefault(f"{label}: {detail.strip().splitlines()[-1]}", []).append(number)
        worker.stop()

    threads = [threading.Thread(target=run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts, failures


def table(counts: Counter[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines of the table of outcomes."""
    outcomes = ["loaded", "error", "failure"]
    yield f"{'format':30}{'cases':>9}" + "".join(f"{outcome:>9}" for outcome in outcomes)
    for label in [*sorted({label for label, _ in counts}), "all"]:
        found = [sum(n for (of, how), n in counts.items() if label in (of, "all") and how == want) for want in outcomes]
        yield f"{label:30}{sum(found):9,}" + "".join(f"{number:9,}" for number in found)


def main() -> int:
    """Run what the options say; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--case", type=int, help="run this case alone, and keep its files")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work, options.seed)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_samples(folder)
        if options.case is not None:
            case = make_case(read_samples(folder), options.seed, options.case)
            kept = Path(tempfile.mkdtemp(prefix=f"fuzz-{options.seed}-{options.case}-"))
            for file, data in case.files.items():
                (kept / file).write_bytes(data)
            worker = Worker(folder, options.seed)
            outcome, detail = worker.run(options.case)
            worker.stop()
            sys.stdout.write(f"{case.label}, {kept / case.source}, {case.reading}: {outcome}\n{detail}\n")
            return int(outcome == "failure")
        counts, failures = fuzz(folder, options.seed, options.minutes, options.workers)
    sys.stdout.write(f"seed {options.seed}\n" + "".join(f"{line}\n" for line in table(counts)))
    for failure, cases in failures.items():
        sys.stdout.write(f"\n{failure} ({len(cases)} times), see it with\n")
        sys.stdout.write(f"    python -m tests.fuzz_readers --seed {options.seed} --case {min(cases)}\n")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
