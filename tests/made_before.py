"""What a change of the code alone must not change: recipes of models, answers and files, and hashes of what they made.

``python -m tests.made_before`` makes all of it and writes the hashes to ``made_before.json``, with what they depend on.
``test_made_before.py`` makes it again and compares. So hashes are written again only by a change that means to change
what is made, and says so.

A recipe runs commands in an empty folder with an empty ``W2V_HOME``. Its hashes are of two kinds: *always* is what no
processor can change, *here* what comes of floats that were added up by a processor and libraries (see `fingerprint`).
Prose is never hashed. Of JSON the values are hashed, and of rows also the names of the columns, which users see. If
such a name is changed later, it goes to `RENAMED`: the values are held against the same hashes then.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import hashlib
import importlib.util
import json
import lzma
import os
import platform
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from click.testing import CliRunner

from w2vcli.cli.main import cli
from w2vcli.models.directory import open_model_directory
from w2vcli.models.registry import find_model
from w2vcli.views.composition import compose
from w2vcli.views.selection import select

RECORD = Path(__file__).with_suffix(".json")
DATA = Path(__file__).parents[1] / "data"
ENGLISH, KOREAN = DATA / "english.txt", DATA / "korean.txt"

RENAMED = {
    "3cosadd_with_query_words": "3cosadd_honest",
    "3cosmul_with_query_words": "3cosmul_honest",
}
"""Names of columns, keys and measures that were changed since the hashes were written: the new, and the one before."""

SETTINGS = (
    *("model_type", "vector_size", "window", "min_count", "max_final_vocab", "sg", "hs", "negative", "ns_exponent"),
    *("cbow_mean", "alpha", "min_alpha", "sample", "shrink_windows", "epochs", "workers", "seed", "min_n", "max_n"),
    *("bucket", "held_out"),
)
READING = (
    *("tokenizer", "lowercase", "keep_numbers", "stop_words", "line_breaks", "column", "encoding", "encoding_errors"),
    *("phrases", "phrase_threshold", "phrase_min_count", "phrase_passes", "connector_words", "subword_vocabulary"),
)
COUNTED = (
    *("files", "bytes", "undecodable_bytes", "lines", "empty_lines", "sentences", "read", "stop_words", "numbers"),
    *("joined", "min_count", "epochs", "total", "below_min_count", "held_out"),
)
OF_AN_EPOCH = ("trained", "subsampled", "below_min_count", "held_out")


def fingerprint() -> dict[str, str]:
    """Return what floats depend on: the processor and the libraries that compute with it."""
    import llvmlite.binding as llvm

    features = ",".join(sorted(name for name, has in llvm.get_host_cpu_features().items() if has))
    found = {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": llvm.get_host_cpu_name(),
        "features": sha256(features.encode()),
        "python": ".".join(platform.python_version_tuple()[:2]),
    }
    libraries = ("numba", "llvmlite", "numpy", "scipy", "gensim", "scikit-learn", "numkong", "keras", "jax", "jaxlib")
    for name in (*libraries, "tokenizers", "kiwipiepy", "kiwipiepy_model"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Made(NamedTuple):
    """The hashes of what a recipe made, by name: those that are always the same, and those of this machine."""

    always: dict[str, str]
    here: dict[str, str]


class Kitchen:
    """Runs the commands of a recipe in the current folder and home, and takes hashes of what they make."""

    def __init__(self) -> None:
        self.made = Made({}, {})

    def w2v(self, *arguments: object, stdin: str = "") -> str:
        """Run a command; return its standard output."""
        result = CliRunner().invoke(cli, [str(a) for a in arguments], input=stdin, prog_name="w2v")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, f"{arguments}: {result.stderr}"
        return result.stdout

    def take(self, name: str, data: bytes, *, here: bool = False) -> None:
        """Take the hash of bytes."""
        hashes = self.made.here if here else self.made.always
        assert name not in self.made.always.keys() | self.made.here.keys(), name
        hashes[name] = sha256(data)

    def take_values(self, name: str, values: object, *, here: bool = False) -> None:
        """Take the hash of what JSON can write; dictionaries with their keys, in order."""
        self.take(name, json.dumps(_before(values), ensure_ascii=False, separators=(",", ":")).encode(), here=here)

    def take_file(self, path: Path, name: str | None = None, *, here: bool = False) -> None:
        """Take the hash of a file's bytes."""
        self.take(name or path.name, path.read_bytes(), here=here)

    def take_array(self, name: str, array: npt.NDArray[Any], *, here: bool = False) -> None:
        """Take the hash of an array's type, shape and values."""
        heading = f"{array.dtype.str} {array.shape} ".encode()
        self.take(name, heading + np.ascontiguousarray(array).tobytes(), here=here)

    def take_rows(self, name: str, *arguments: object, always: Sequence[str], stdin: str = "") -> None:
        """Take the hashes of a command's rows as TSV and as JSON, and of the columns that no processor changes."""
        table = self.w2v(*arguments, stdin=stdin)
        self.take(f"{name}.tsv", _renamed_header(table).encode(), here=True)
        rows = json.loads(self.w2v(*arguments, "--json", stdin=stdin))
        self.take_values(f"{name}.json", rows, here=True)
        flat = [row for group in rows for row in (group if isinstance(group, list) else [group])]
        self.take_values(f"{name} {'/'.join(always)}", [values_of(row, always) for row in flat])

    def take_output(self, name: str, *arguments: object, stdin: str = "", here: bool = False) -> None:
        """Take the hashes of all that a command prints as TSV and as JSON."""
        self.take(f"{name}.tsv", _renamed_header(self.w2v(*arguments, stdin=stdin)).encode(), here=here)
        self.take_values(f"{name}.json", json.loads(self.w2v(*arguments, "--json", stdin=stdin)), here=here)


def _before(values: object) -> object:
    """Return values with the names that their keys, and measures among them, had when the hashes were written."""
    if isinstance(values, str):
        return RENAMED.get(values, values)
    if isinstance(values, dict):
        return {RENAMED.get(key, key): _before(value) for key, value in values.items()}
    return [_before(value) for value in values] if isinstance(values, list | tuple) else values


def _renamed_header(table: str) -> str:
    """Return a table with the names that its columns had when the hashes were written."""
    header, newline, rows = table.partition("\n")
    return "\t".join(RENAMED.get(name, name) for name in header.split("\t")) + newline + rows


def values_of(record: dict[str, Any], names: Iterable[str]) -> list[Any]:
    """Return a record's values in the order of ``names``, as they were called when the hashes were written."""
    found = {RENAMED.get(key, key): value for key, value in record.items()}
    return [found[name] for name in names]


# --- texts and vectors that are the same everywhere


def vector(word: str, size: int) -> npt.NDArray[np.float32]:
    """Return numbers between -2 and 2 that follow from a word, and that float32 holds without rounding."""
    drawn = np.frombuffer(hashlib.shake_256(word.encode()).digest(2 * size), "<i2")
    values: npt.NDArray[np.float32] = drawn.astype(np.float32) / np.float32(16384)
    return values


def planted_vectors(size: int = 8) -> dict[str, npt.NDArray[np.float32]]:
    """Return some words with vectors; 24 pairs of them have about the same difference."""
    found: dict[str, npt.NDArray[Any]] = {}
    for number in range(24):
        for kind in ("land", "도시"):
            noise = np.round(vector(f"{kind}{number}", size) * 1024) / 4096
            found[f"{kind}{number}"] = vector(f"place{number}", size) + noise + vector(kind, size)
    words = "king queen man woman boy girl apple orange 소녀 소년 사과 é naïve 👩‍🌾 a_b don't 1,000".split()
    found |= {word: vector(word, size) for word in words}
    return {word: values.astype(np.float32) for word, values in found.items()}


def write_text_vectors(path: Path) -> Path:
    """Write the planted vectors as word2vec text."""
    planted = planted_vectors()
    lines = [f"{len(planted)} 8", *(f"{word} {' '.join(map(repr, row.tolist()))}" for word, row in planted.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_binary_vectors(path: Path) -> Path:
    """Write the planted vectors as word2vec's binary."""
    planted = planted_vectors()
    rows = [word.encode() + b" " + row.astype("<f4").tobytes() + b"\n" for word, row in planted.items()]
    path.write_bytes(f"{len(planted)} 8\n".encode() + b"".join(rows))
    return path


def write_fasttext(path: Path) -> Path:
    """Write a model of fastText, version 12: words, then vectors of words and of 50 n-grams."""
    words = ["</s>", "king", "queen", "소녀", "kings"]
    integers = (8, 5, 1, 1, 5, 1, 2, 2, 50, 3, 6, 100)  # vector size, window, epochs ... buckets, shortest, longest
    settings = struct.pack("<ii12id", 793712314, 12, *integers, 1e-4)
    dictionary = struct.pack("<iiiqq", len(words), len(words), 0, 100, -1)
    entries = [word.encode() + b"\0" + struct.pack("<qb", 50 - at, 0) for at, word in enumerate(words)]
    matrix = np.stack([vector(f"row{at}", 8) for at in range(len(words) + 50)])
    inputs = struct.pack("<?qq", False, *matrix.shape) + matrix.astype("<f4").tobytes()
    outputs = struct.pack("<?qq", False, len(words), 8) + matrix[: len(words)].astype("<f4").tobytes()
    path.write_bytes(settings + dictionary + b"".join(entries) + inputs + outputs)
    return path


def messy_text() -> str:
    """Return text with numbers, marks, hard wraps, phrases and blank lines, in two languages, by a formula."""
    places = ["New York", "new york", "San Francisco", "서울 특별시"]
    lines = []
    for number in range(600):
        place = places[number * 7 % 4]
        lines += [
            f"The king of {place} paid {number * 37 % 101} or 1,{number % 10}00 for it. Don't they",
            f"think it's {'good' if number % 3 else 'bad'}? 소녀가 사과 {number % 5}개를 먹었다!",
        ]
        if number % 9 == 0:
            lines.append("")
    return "\n".join(lines) + "\n"


def small_corpus(lines: int = 1500) -> Path:
    """Write the first lines of the English and of the Korean corpus."""
    texts = [path.read_text(encoding="utf-8").splitlines(keepends=True)[:lines] for path in (ENGLISH, KOREAN)]
    path = Path("small.txt")
    path.write_text("".join(line for text in texts for line in text), encoding="utf-8")
    return path


# --- what is read of a model


def home() -> Path:
    return Path(os.environ["W2V_HOME"])


def facts_of(name: str) -> dict[str, Any]:
    """Return what is told of a model: ``model.json`` holds times, versions and paths too, so values are picked."""
    kitchen = Kitchen()
    [facts] = json.loads(kitchen.w2v("info", name, "--json"))
    return {str(key): value for key, value in facts.items()}


def take_model(kitchen: Kitchen, name: str, *, prefix: str = "", here: bool = True, words_here: bool = False) -> None:
    """Take the hashes of a model's files; its floats are those ``here``."""
    folder = home() / "models" / f"{name}.w2v"
    kitchen.take_file(folder / "words.txt", f"{prefix}words.txt", here=words_here)
    if (folder / "counts.npy").exists():
        kitchen.take_file(folder / "counts.npy", f"{prefix}counts.npy", here=words_here)
    kitchen.take_file(folder / "vectors.npy", f"{prefix}vectors.npy", here=here)
    for path in sorted((folder / "training").glob("*.npy")) + sorted((folder / "subwords").glob("*.npy")):
        kitchen.take_file(path, f"{prefix}{path.relative_to(folder).as_posix()}", here=here)


def take_training(
    kitchen: Kitchen, name: str, *, prefix: str = "", printed: str = "", words_here: bool = False
) -> None:
    """Take the hashes of a trained model, of its settings, and of what its trainings counted and measured."""
    take_model(kitchen, name, prefix=prefix, words_here=words_here)
    trainings = facts_of(name)["training"]
    kitchen.take_values(
        f"{prefix}settings",
        [
            [training["engine"], values_of(training["settings"], SETTINGS), values_of(training["reading"], READING)]
            for training in trainings
        ],
    )
    receipts = [training["receipt"] for training in trainings]
    kitchen.take_values(f"{prefix}counted", [values_of(receipt, COUNTED) for receipt in receipts], here=words_here)
    kitchen.take_values(
        f"{prefix}drawn",
        [[values_of(epoch, OF_AN_EPOCH) for epoch in receipt["per_epoch"]] for receipt in receipts],
        here=True,
    )
    kitchen.take_values(f"{prefix}loss", [[t["loss"], t["loss_examples"]] for t in trainings], here=True)
    if printed:
        [card] = json.loads(printed)
        names = ("words", "vector_size", *COUNTED)
        kitchen.take_values(f"{prefix}printed", values_of(card, names), here=words_here)
        kitchen.take_values(f"{prefix}printed loss", values_of(card, ("trained", "subsampled", "loss")), here=True)


def take_encoded(kitchen: Kitchen, *, here: bool = False) -> None:
    """Take the hashes of the encoded corpora that trainings have kept."""
    for name in ("tokens.int32", "sentence-ends.int64", "counts.int64", "words.txt"):
        found = sorted(sha256(path.read_bytes()) for path in (home() / "cache").glob(f"*/{name}"))
        assert found
        kitchen.take_values(f"encoded/{name}", found, here=here)


# --- trainings

SHORT = ("--epochs", 2, "--workers", 1, "-q", "--json")
TINY = ("--vector-size", 16, *SHORT)


def training(
    *arguments: object, corpus: Callable[[], Path] = lambda: ENGLISH, size: int = 16
) -> Callable[[Kitchen], None]:
    """Return a recipe that trains a model."""

    def cook(kitchen: Kitchen) -> None:
        printed = kitchen.w2v("train", corpus(), "-o", "m", "--vector-size", size, *SHORT, *arguments)
        take_training(kitchen, "m", printed=printed)
        take_encoded(kitchen)

    return cook


def train_with_phrases(kitchen: Kitchen) -> None:
    Path("t.txt").write_text(messy_text(), encoding="utf-8")
    phrases = ("--phrases", "default", "--phrase-min-count", 3, "--phrase-threshold", 1, "--phrase-passes", 2)
    one = (*phrases, "--connector-words", "english", "--lowercase")
    printed = kitchen.w2v("train", "t.txt", "-o", "m", *TINY, *one, "--engine", "gensim")
    take_training(kitchen, "m", printed=printed)
    other = ("--phrases", "npmi", "--phrase-threshold", 0.4, "--engine", "gensim")
    kitchen.w2v("train", ENGLISH, "-o", "n", *TINY, *other)
    take_training(kitchen, "n", prefix="npmi ")
    take_encoded(kitchen)


def train_on_subwords(kitchen: Kitchen) -> None:
    settings = ("--tokenizer", "subwords", "--subword-vocabulary", 300, "--engine", "gensim")
    printed = kitchen.w2v("train", small_corpus(), "-o", "m", *TINY, *settings)
    take_training(kitchen, "m", printed=printed, words_here=True)
    take_encoded(kitchen, here=True)
    kitchen.take_output("encode", "encode", "my mother cooked 소녀", "--model", "m", here=True)


def train_on_text_of_all_kinds(kitchen: Kitchen) -> None:
    Path("t.txt").write_text(messy_text(), encoding="utf-8")
    Path("stop.txt").write_text("the\nof\n소녀가\n", encoding="utf-8")
    ways: dict[str, tuple[object, ...]] = {
        "dropped numbers": ("--drop-numbers", "--lowercase"),
        "stop words": ("--stop-words", "stop.txt", "--keep-numbers"),
        "lines end": ("--line-breaks", "end", "--tokenizer", "whitespace", "--no-held-out"),
        "lines join": ("--line-breaks", "join", "--min-count", 2, "--max-final-vocab", 60),
        "characters": ("--tokenizer", "characters", "--sample", 0, "--no-shrink-windows"),
    }
    for number, (name, settings) in enumerate(ways.items()):
        printed = kitchen.w2v("train", "t.txt", "-o", f"m{number}", *TINY, "--engine", "gensim", *settings)
        take_training(kitchen, f"m{number}", prefix=f"{name} ", printed=printed)
        dropped = home() / "models" / f"m{number}.w2v" / "dropped.tsv"
        if dropped.exists():
            kitchen.take_file(dropped, f"{name} dropped.tsv")
    take_encoded(kitchen)


def train_from_a_table(kitchen: Kitchen) -> None:
    with Path("t.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "review"])
        writer.writerows([number, line] for number, line in enumerate(messy_text().splitlines()))
    printed = kitchen.w2v("train", "t.csv", "--column", "review", "-o", "m", *TINY, "--engine", "gensim")
    take_training(kitchen, "m", printed=printed)
    take_encoded(kitchen)


def train_from_a_model(kitchen: Kitchen) -> None:
    small_corpus()
    Path("more.txt").write_text(messy_text(), encoding="utf-8")
    for engine in ("numba", "gensim"):
        kitchen.w2v("train", "small.txt", "-o", engine, *TINY, "--engine", engine)
        more = ("more.txt", "--start-from", engine, "-o", f"{engine}-2", "--epochs", 1, "--workers", 1, "-q")
        kitchen.w2v("train", *more)
        take_training(kitchen, f"{engine}-2", prefix=f"{engine} ")
    take_encoded(kitchen)


def train_killed_and_resumed(kitchen: Kitchen) -> None:
    """The bytes do not depend on when it is killed, once an epoch is kept."""
    arguments = ("--vector-size", 8, "--epochs", 60, "--workers", 1, "--engine", "gensim", "-q")
    command = [sys.executable, "-m", "w2vcli", "train", str(ENGLISH), "-o", "m", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not list((home() / "models" / "m.unfinished").glob("[!.]*/vectors.npy")):
            time.sleep(0.02)
        process.kill()
    assert process.returncode != 0
    kitchen.w2v("train", "--resume", "-o", "m", "-q")
    take_training(kitchen, "m")


def train_korean_morphemes(kitchen: Kitchen) -> None:
    Path("t.txt").write_text("소녀가 사과를 먹었다. 배우는 영화를 좋아한다!\n" * 40, encoding="utf-8")
    kitchen.w2v("train", "t.txt", "-o", "m", *TINY, "--tokenizer", "korean-tags", "--engine", "gensim")
    take_training(kitchen, "m", words_here=True)
    kitchen.take_output("encode", "encode", "소녀는 영화를 본다", "--tokenizer", "korean", here=True)


# --- vectors of others: loading, converting


def load_all(kitchen: Kitchen) -> None:
    write_text_vectors(Path("v.vec"))
    write_binary_vectors(Path("v.bin"))
    write_fasttext(Path("fast.bin"))
    planted = planted_vectors()
    np.save("v.npy", np.stack(list(planted.values())))
    Path("v.txt").write_text("\n".join(planted) + "\n", encoding="utf-8")
    Path("glove.txt").write_bytes(Path("v.vec").read_bytes().split(b"\n", 1)[1])
    Path("v.vec.gz").write_bytes(gzip.compress(Path("v.vec").read_bytes()))
    sources = ("v.vec", "v.bin", "fast.bin", "v.npy", "glove.txt", "v.vec.gz")
    for number, source in enumerate(sources):
        kitchen.w2v("load", source, "-o", f"m{number}", "-q", "--limit", 50)
        take_model(kitchen, f"m{number}", prefix=f"{source} ", here=source == "fast.bin")
        facts = facts_of(f"m{number}")
        kitchen.take_values(f"{source} facts", values_of(facts, ("words", "vector_size", "dtype", "words_escaped")))
    kitchen.take_output("similar to what is not in the vocabulary", "similar", "queens", "-m", "m2", here=True)


def convert_all(kitchen: Kitchen) -> None:
    write_text_vectors(Path("v.vec"))
    for ending in ("bin", "txt", "vec", "glove", "npy", "tsv", "safetensors"):
        folder = Path(ending)
        folder.mkdir()
        kitchen.w2v("convert", "v.vec", folder / f"out.{ending}", "-q")
        for path in sorted(folder.iterdir()):
            kitchen.take_file(path, f"{ending}/{path.name}")
    unpack = {"gz": gzip.decompress, "bz2": bz2.decompress, "xz": lzma.decompress}
    for ending, function in unpack.items():
        kitchen.w2v("convert", "v.vec", f"out.vec.{ending}", "-q")
        kitchen.take(f"out.vec.{ending}, unpacked", function(Path(f"out.vec.{ending}").read_bytes()))
    kitchen.w2v("convert", "v.vec", "limited.bin", "--limit", 7, "-q")
    kitchen.take_file(Path("limited.bin"))
    kitchen.w2v("convert", "v.vec", "out", "--to", ".glove", "-q")
    kitchen.take_file(Path("out"))


def convert_for_gensim(kitchen: Kitchen) -> None:
    """What gensim pickles has times in it: hashed is what it reads."""
    from gensim.models import KeyedVectors, Word2Vec

    write_text_vectors(Path("v.vec"))
    kitchen.w2v("convert", "v.vec", "out.kv", "-q")
    keyed = KeyedVectors.load("out.kv")
    kitchen.take_values("out.kv words", keyed.index_to_key)
    kitchen.take_array("out.kv vectors", keyed.vectors)
    kitchen.w2v("train", small_corpus(), "-o", "m", *TINY, "--engine", "gensim")
    kitchen.w2v("convert", "m", "out.model", "-q")
    model = Word2Vec.load("out.model")
    kitchen.take_values("out.model words", model.wv.index_to_key)
    kitchen.take_values("out.model counts", [int(model.wv.get_vecattr(w, "count")) for w in model.wv.index_to_key])
    kitchen.take_array("out.model vectors", model.wv.vectors, here=True)
    kitchen.take_array("out.model syn1neg", model.syn1neg, here=True)


def convert_to_tables(kitchen: Kitchen) -> None:
    """Arrow's files name the version that wrote them: hashed is what it reads."""
    import pyarrow.ipc
    import pyarrow.parquet

    write_text_vectors(Path("v.vec"))
    for ending in ("parquet", "arrow", "feather"):
        kitchen.w2v("convert", "v.vec", f"out.{ending}", "-q")
        if ending == "parquet":
            table = pyarrow.parquet.read_table("out.parquet")
        else:
            with pyarrow.ipc.open_file(f"out.{ending}") as reader:
                table = reader.read_all()
        kitchen.take_values(f"out.{ending} columns", [[f.name, str(f.type)] for f in table.schema])
        kitchen.take_values(f"out.{ending} rows", [list(row.values()) for row in table.to_pylist()])


# --- answers


def fixed_model(kitchen: Kitchen) -> None:
    """Make the planted vectors the default model."""
    kitchen.w2v("load", write_text_vectors(Path("v.vec")), "-o", "planted", "-q")


def ask(kitchen: Kitchen) -> None:
    fixed_model(kitchen)
    found = ("word",)
    kitchen.take_rows("similar", "similar", "king", always=found)
    kitchen.take_rows("similar to two", "similar", "king", "소녀", "-n", 3, always=found)
    kitchen.take_rows("similar of the first", "similar", "land3", "-n", 5, "--restrict-vocab", 20, always=found)
    for method in ("3cosadd", "3cosmul"):
        question = ("analogy", "도시1", "land2", "-", "land1", "--method", method)
        kitchen.take_rows(method, *question, always=found)
    kitchen.take_rows("odd", "odd", "land1", "land2", "land3", "king", always=found)
    kitchen.take_output("similarity", "similarity", "king", "queen", here=True)
    kitchen.take_output("similarity of lines", "similarity", "-", stdin="king queen\n소녀 소년\n", here=True)
    kitchen.take_output("similar of lines", "similar", "-", "-n", 2, stdin="king\nland1 land2\n", here=True)
    kitchen.take_output("analogy of lines", "analogy", "-", "-n", 2, stdin="도시1 land2 - land1\n", here=True)
    kitchen.take_output("vector", "vector", "king", "👩‍🌾", "don't")
    kitchen.take_output("words", "words", "land1*", "--all")
    kitchen.take_output("words by a pattern", "words", "--grep", "시[12]", "--top", 4)


def evaluate(kitchen: Kitchen) -> None:
    fixed_model(kitchen)
    quads = [(f"land{n}", f"도시{n}", f"land{m}", f"도시{m}") for n in range(9) for m in range(9) if n != m]
    lines = [": places", *(" ".join(quad) for quad in quads), ": missing", "king queen man xyz", "king queen man boy"]
    Path("analogies.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    places = [f"land{n},도시{n * 5 % 24},{n * 7 % 11}" for n in range(20)]
    Path("pairs.csv").write_text("\n".join(("word1,word2,score", *places, "king,xyz,3")) + "\n", encoding="utf-8")
    sets = ("--set", "analogies.txt", "--set", "pairs.csv", "--method", "3cosadd", "--method", "3cosmul")
    for name, more in (("evaluate", ()), ("with unknown words", ("--dummy4unknown", "--restrict-vocab", 60))):
        answers = ("--answers", f"{name}.tsv", "--resamples", 200, "-q")
        printed = kitchen.w2v("evaluate", *sets, *answers, *more, "--json")
        kitchen.take_values(f"{name}.json", json.loads(printed), here=True)
        table = Path(f"{name}.tsv").read_text(encoding="utf-8")
        kitchen.take(f"{name} answers", _renamed_header(table).encode(), here=True)


def encode(kitchen: Kitchen) -> None:
    fixed_model(kitchen)
    Path("t.txt").write_text("The cat sat on the mat\nking 소녀 queen\n\nDon't paid 1,000\n", encoding="utf-8")
    text = "The cat sat on the mat. 소녀가 왔다"
    kitchen.take_output("integers", "encode", text)
    kitchen.take_output("one-hot", "encode", text, "--as", "one-hot")
    kitchen.take_output("drawn embeddings", "encode", text, "--as", "embedding", "--vector-size", 4, here=True)
    kitchen.take_output("embeddings of a model", "encode", "king 소녀 xyz", "--as", "embedding", "-m", "planted")
    kitchen.take_output("distances", "encode", "king queen apple", "--distances", here=True)
    kitchen.take_output("padded", "encode", "t.txt", "--length", 4, "--padding", "pre", "--no-lowercase")
    kitchen.take_output("of a model", "encode", "t.txt", "--model", "planted")
    kitchen.w2v("encode", "t.txt", "--length", 5, "-o", "n.npy", "-q")
    kitchen.take_array("n.npy", np.load("n.npy"))
    kitchen.take_file(Path("n.vocab.txt"))
    kitchen.take_output("with a vocabulary", "encode", "the mat the dog", "--vocab", "n.vocab.txt")
    kitchen.w2v("encode", "t.txt", "--as", "one-hot", "--length", 3, "-o", "hot.npy", "-q")
    kitchen.take_array("hot.npy", np.load("hot.npy"))


def pairs(kitchen: Kitchen) -> None:
    Path("t.txt").write_text(messy_text(), encoding="utf-8")
    text = "The quick brown fox jumps over the lazy dog. 소녀가 사과를 먹는다"
    kitchen.take_output("pairs", "pairs", text)
    kitchen.take_output("wide", "pairs", text, "--window", 4, "--no-lowercase")
    kitchen.take_output("shrunk", "pairs", text, "--window", 4, "--shrink", "--seed", 3)
    kitchen.take_output("noise", "pairs", text, "--negatives", 3, here=True)
    for breaks in ("auto", "end", "join"):
        kitchen.take_output(f"counts, {breaks}", "pairs", "t.txt", "--counts", "--line-breaks", breaks)
    sampled = ("pairs", "t.txt", "--sample", 0.001, "--min-count", 5, "--shrink")
    kitchen.take("sampled.tsv", _renamed_header(kitchen.w2v(*sampled)).encode(), here=True)
    kitchen.take_output("whitespace", "pairs", "t.txt", "--counts", "--tokenizer", "whitespace")


def lessons(kitchen: Kitchen) -> None:
    fixed_model(kitchen)
    [looked_up] = json.loads(kitchen.w2v("lookup", "king", "--no-time", "--json"))
    names = ("word", "row", "words", "vector_size", "multiplications", "vector")
    kitchen.take_values("lookup", values_of(looked_up, names))
    kitchen.take_values("lookup product", values_of(looked_up, ("product", "largest_difference")), here=True)
    rows = ("word", "role", "label")
    steps = json.loads(kitchen.w2v("step", "king", "queen", "--negative", 3, "--alpha", 0.2, "--json"))
    kitchen.take_values("step words", [values_of(row, rows) for row in steps], here=True)
    kitchen.take_values("step", steps, here=True)
    axes = ("--axis", "place=land1:도시1,land2:도시2,land3:도시3", "--axis", "royal=man:king,woman:queen")
    kitchen.take_output("features", "features", "land5", "도시5", "소녀", *axes, here=True)
    kitchen.take_output("axes", "features", "king", *axes, "--axes", here=True)
    kitchen.w2v("train", small_corpus(), "-o", "m", *TINY, "--engine", "gensim")
    kitchen.take_values(
        "step of a trained model", json.loads(kitchen.w2v("step", "king", "queen", "--json")), here=True
    )


def projector(kitchen: Kitchen) -> None:
    fixed_model(kitchen)
    Path("groups.tsv").write_text("king\troyal\nqueen\troyal\nland1\tland\n", encoding="utf-8")
    kitchen.w2v("projector", "all", "-q")
    kitchen.w2v("projector", "few", "--top", 9, "--bytes", "-q")
    kitchen.w2v("projector", "groups", "--group", "groups.tsv", "-q")
    for folder, names in {
        "all": ("vecs.tsv", "meta.tsv"),
        "few": ("vecs.bytes", "meta.tsv"),
        "groups": ("vecs.tsv", "meta.tsv"),
    }.items():
        for name in names:
            kitchen.take_file(Path(folder, name), f"{folder}/{name}")


def plot(kitchen: Kitchen) -> None:
    fixed_model(kitchen)
    words = ("king", "queen", "man", "소녀", "land1", "도시1")
    model = open_model_directory(find_model(None))
    for dimensions in (2, 3):
        page = Path(f"{dimensions}.html")
        drawn = ("--method", "pca", "--json", "-q", "--dimensions", dimensions, "-o", page)
        [card] = json.loads(kitchen.w2v("plot", *words, *drawn))
        kitchen.take_values(
            f"{dimensions} variances", values_of(card, ("words", "method", "explained_variance")), here=True
        )
        scene = compose(model, select(model, words), method="pca", dimensions=dimensions)
        kitchen.take_values(f"{dimensions} words", [list(scene.words), list(scene.rows)])
        points = [[float(f"{value:.5g}") for value in axis] for axis in scene.projection.points.T.tolist()]
        kitchen.take_values(f"{dimensions} points", points, here=True)


# --- networks

NEURAL = ("--vector-size", 8, "--epochs", 2, "--batch-size", 16, "--min-count", 1, "-q")


def classify(kitchen: Kitchen) -> None:
    words = {"good": "excellent great lovely 좋다".split(), "bad": "awful terrible dreadful 나쁘다".split()}
    rows = [
        [label, f"the film {number % 7} was {some[number % 4]} and the plot {some[number * 3 % 4]}"]
        for number in range(40)
        for label, some in words.items()
    ]
    with Path("t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["label", "text"], *rows])
    [card] = json.loads(kitchen.w2v("classify", "train", "t.csv", "-o", "c", *NEURAL, "--json"))
    take_model(kitchen, "c")
    kitchen.take_values("counted", values_of(card, ("parameters", "labels", "training", "validation", "epochs")))
    measured = ("best_epoch", "accuracy", "loss", "val_accuracy", "val_loss", "baseline_val_accuracy", "history")
    kitchen.take_values("measured", values_of(card, measured), here=True)
    folder = home() / "models" / "c.w2v" / "classifier"
    kitchen.take_file(folder / "baseline-words.txt")
    for name in ("baseline-weights.npy", "baseline-intercepts.npy", "baseline-idf.npy"):
        kitchen.take_file(folder / name, here=True)
    [tested] = json.loads(kitchen.w2v("classify", "test", "t.csv", "-m", "c", "--json", "-q"))
    kitchen.take_values("texts", values_of(tested, ("texts", "unknown", "seen", "labels")))
    names = ("accuracy", "baseline_accuracy", "confusion", "classes", "low", "high", "baseline_low", "baseline_high")
    kitchen.take_values("tested", values_of(tested, names), here=True)
    kitchen.take_output("predict", "classify", "predict", "the plot was great", "awful 좋다", "-q", here=True)
    kitchen.take_output("explain", "classify", "predict", "the plot was great", "--explain", "-q", here=True)


def model_language(kitchen: Kitchen) -> None:
    Path("t.txt").write_text("".join(ENGLISH.read_text(encoding="utf-8").splitlines(keepends=True)[:200]))
    [card] = json.loads(kitchen.w2v("language-model", "train", "t.txt", "-o", "l", *NEURAL, "--units", 8, "--json"))
    take_model(kitchen, "l")
    kitchen.take_file(home() / "models" / "l.w2v" / "language-model" / "text.npy")
    kitchen.take_values("counted", values_of(card, ("parameters", "training", "validation", "epochs")))
    measured = ("best_epoch", "perplexity", "baseline_perplexity", "history")
    kitchen.take_values("measured", values_of(card, measured), here=True)
    kitchen.take_output("test", "language-model", "test", "t.txt", "-m", "l", "-q", here=True)
    generate = ("language-model", "generate", "--seed", 1, "-q")
    kitchen.take_output("generate", *generate, here=True)
    kitchen.take_output("next", "language-model", "next", "the king", "-n", 3, "-q", here=True)


class Recipe(NamedTuple):
    """A name, what is done, and the extra libraries that it takes."""

    name: str
    cook: Callable[[Kitchen], None]
    needs: tuple[str, ...] = ()

    def missing(self) -> list[str]:
        """Return the libraries that are not installed."""
        return [name for name in self.needs if importlib.util.find_spec(name) is None]

    def make(self) -> Made:
        """Make everything in the current folder and home, which are empty; return the hashes."""
        kitchen = Kitchen()
        self.cook(kitchen)
        return kitchen.made


_NUMBA, _GENSIM = ("--engine", "numba"), ("--engine", "gensim")
_HS, _FASTTEXT = ("--hs", 1, "--negative", 0), ("--model-type", "fasttext", "--bucket", 200)
RECIPES = (
    Recipe("numba, skip-gram", training(*_NUMBA)),
    Recipe("numba, CBOW", training(*_NUMBA, "--sg", 0, "--seed", 7, corpus=lambda: KOREAN)),
    Recipe("numba, CBOW of sums", training(*_NUMBA, "--sg", 0, "--cbow-mean", 0, corpus=small_corpus)),
    Recipe("numba, hierarchical softmax", training(*_NUMBA, "--hs", 1, "--negative", 0)),
    Recipe("numba, CBOW and hierarchical softmax", training(*_NUMBA, "--sg", 0, "--hs", 1, "--negative", 0)),
    Recipe("numba, both", training(*_NUMBA, "--hs", 1, "--negative", 3, corpus=small_corpus, size=100)),
    Recipe("gensim, skip-gram", training(*_GENSIM, corpus=lambda: KOREAN), ("gensim",)),
    Recipe("gensim, CBOW", training(*_GENSIM, "--sg", 0), ("gensim",)),
    Recipe("gensim, hierarchical softmax", training(*_GENSIM, *_HS, corpus=small_corpus), ("gensim",)),
    Recipe("gensim, fastText", training(*_FASTTEXT, corpus=small_corpus), ("gensim",)),
    Recipe("train with phrases", train_with_phrases, ("gensim",)),
    Recipe("train on subwords", train_on_subwords, ("gensim", "tokenizers")),
    Recipe("train on text of all kinds", train_on_text_of_all_kinds, ("gensim",)),
    Recipe("train from a table", train_from_a_table, ("gensim",)),
    Recipe("train from a model", train_from_a_model, ("gensim",)),
    Recipe("train killed and resumed", train_killed_and_resumed, ("gensim",)),
    Recipe("train on Korean morphemes", train_korean_morphemes, ("gensim", "kiwipiepy")),
    Recipe("load", load_all),
    Recipe("convert", convert_all),
    Recipe("convert for gensim", convert_for_gensim, ("gensim",)),
    Recipe("convert to tables", convert_to_tables, ("pyarrow",)),
    Recipe("ask", ask),
    Recipe("evaluate", evaluate),
    Recipe("encode", encode),
    Recipe("pairs", pairs),
    Recipe("lookup, step and features", lessons, ("gensim",)),
    Recipe("projector", projector),
    Recipe("plot", plot),
    Recipe("classify", classify, ("keras", "jax")),
    Recipe("language-model", model_language, ("keras", "jax")),
)


def main() -> None:
    """Make everything, and write the hashes."""
    always: dict[str, dict[str, str]] = {}
    here: dict[str, dict[str, str]] = {}
    os.environ.pop("W2V_MODEL", None)
    began = Path.cwd()
    for recipe in RECIPES:
        if recipe.missing():
            sys.exit(f"{recipe.name} needs {', '.join(recipe.missing())}")
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            os.environ["W2V_HOME"] = str(Path(folder, "home"))
            work = Path(folder, "work")
            work.mkdir()
            os.chdir(work)
            try:
                always[recipe.name], here[recipe.name] = recipe.make()
            finally:
                os.chdir(began)
        sys.stderr.write(f"{time.perf_counter() - start:6.2f} s  {recipe.name}\n")
    record = {"fingerprint": fingerprint(), "always": always, "here": here}
    RECORD.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
