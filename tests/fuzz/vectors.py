"""Vector files of every format, plain and compressed, damaged: loaded into an empty folder."""

from __future__ import annotations

import json
import os
import random
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np

from tests.fuzz.commands import Failure, w2v
from tests.fuzz.damage import COMPRESSORS, damaged
from w2vcli.models.converting import convert_model
from w2vcli.models.directory import new_model, open_model_directory
from w2vcli.models.formats import blocks, text_rows, word2vec_binary
from w2vcli.models.formats.format_table import FORMATS, find_sink
from w2vcli.reporting import SILENT
from w2vcli.requirements import has_gensim

NAME = "vectors"
WORDS = ["the", "소녀", "👩‍🌾", "a\u00a0b", "x" * 200, "1", "3.5", "</s>", "é", "\ufeffx", "nan", "of"]


class Sample(NamedTuple):
    """A valid file: its name, what is in it, the file of its words beside it and that of hashes, where it has them."""

    name: str
    data: bytes
    words_name: str | None
    words: bytes
    hashes: bytes = b""


class Case(NamedTuple):
    """What is put into the folder, what is loaded of it and with which options, and how much is read at once.

    ``must_fail`` says that the hashes tell of the damage.
    """

    files: dict[str, bytes]
    source: str
    options: list[str]
    block_bytes: int
    must_fail: bool = False


_samples: list[Sample] = []
_kinds: list[tuple[Sample, str]] = []
_data: list[bytes] = []


def prepare(folder: Path) -> None:
    """Make the samples, and see that each loads undamaged."""
    write_samples(folder)
    _samples[:] = read_samples(folder)
    _kinds[:] = [(sample, ending) for sample in _samples for ending in _endings(sample)]
    _data[:] = [sample.data for sample in _samples]
    for sample in _samples:
        files = {sample.name: sample.data} | ({sample.words_name: sample.words} if sample.words_name else {})
        place = folder / f"{sample.name} undamaged"
        place.mkdir()
        os.chdir(place)
        outcome = run(Case(files, sample.name, [], 64), place)
        if outcome != ("refused" if sample.name.startswith("gensim") else "answered"):
            raise Failure(f"{sample.name}, undamaged: {outcome}")


def write_samples(folder: Path) -> None:
    """Write a valid file of every format into ``folder``: those that w2v writes, and variants of others."""
    vectors = np.random.default_rng(0).normal(size=(len(WORDS), 4)).astype(np.float32)
    with new_model(folder / ".w2v", 4) as writer:
        writer.append(WORDS, vectors, np.arange(len(WORDS), 0, -1))
        writer.finish(source={})
    for known in FORMATS:
        if known.write is not None and not known.of_training and (known.name != "gensim" or has_gensim()):
            name = f"{known.name}{known.endings[0]}".replace(" ", "-")
            convert_model(folder / ".w2v", find_sink(folder / name, force=False), SILENT)
    if has_gensim():
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
    from tests.gensim_oracle import FastText, save_facebook_model

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
    for path in sorted(path for path in folder.iterdir() if path.is_file() and path.suffix != ".sha256"):
        if path.name.startswith(("numpy", "safetensors", "Projector")):
            words = path.with_name(path.name.replace("TSV.tsv", "TSV.meta.tsv")).with_suffix(
                ".tsv" if path.suffix == ".tsv" else ".txt"
            )
            if path != words and "meta" not in path.name:
                hashes = path.with_name(f"{path.name}.sha256")
                known = hashes.read_bytes() if hashes.exists() else b""
                found.append(Sample(path.name, path.read_bytes(), words.name, words.read_bytes(), known))
        else:
            found.append(Sample(path.name, path.read_bytes(), None, b""))
    return found


def _format_name(sample: Sample) -> str:
    return sample.name.partition(".")[0].replace("-", " ")


def _endings(sample: Sample) -> list[str]:
    """Return the endings of the compressions to try; plain files are tried as often as all others together."""
    if any(known.mapped and known.name == _format_name(sample) for known in FORMATS):
        return ["", "", "", ".gz"]  # refused at once
    return ["", "", "", *COMPRESSORS]


def make(rng: random.Random) -> Case:
    """Return a file that is damaged before or after it is compressed, or beside which the words are."""
    sample, ending = rng.choice(_kinds)
    compress = COMPRESSORS[ending]
    data, words = sample.data, sample.words
    if sample.words_name is not None and rng.random() < 0.2:
        data, words = compress(data), damaged(words, _data, rng)
    elif ending and rng.random() < 0.5:
        data = damaged(compress(data), _data, rng)
    else:
        data = compress(damaged(data, _data, rng))
    files = {sample.name + ending: data}
    options = []
    must_fail = False
    if sample.words_name is not None:
        files[sample.words_name] = words
        if sample.hashes and not ending and rng.random() < 0.3:
            files[f"{sample.name}.sha256"] = sample.hashes
            must_fail = (data, words) != (sample.data, sample.words)
        else:
            options += ["--vocabulary", sample.words_name]
    limit = rng.choice([None, None, None, 1, 5])
    options += ["--limit", str(limit)] if limit else []
    options += rng.choice([[], ["--encoding-errors", "replace"]])
    # Of a part, nobody can say whether it is what the hash says of the whole.
    return Case(files, sample.name + ending, options, rng.choice([64, 1 << 22]), must_fail and not limit)


def run(case: Case, folder: Path) -> str:
    """Load it: there is a model with as many words as vectors, or nothing; the files are as they were."""
    for file, data in case.files.items():
        (folder / file).write_bytes(data)
    before = {path.name for path in folder.iterdir()} - {"home"}
    with ExitStack() as patches:  # small blocks find what is between them
        for module in (blocks, text_rows, word2vec_binary):
            patches.enter_context(mock.patch.object(module, "BLOCK_BYTES", case.block_bytes))
        ran = w2v("load", case.source, "-o", "./model.w2v", "-q", *case.options)
    left = {path.name for path in folder.iterdir()} - {"home"}
    if left != before | ({"model.w2v"} if ran.status == 0 else set()):
        raise Failure(f"files left: {sorted(left ^ before)}")
    if any((folder / file).read_bytes() != data for file, data in case.files.items()):
        raise Failure("the files have changed")
    if ran.status == 0 and case.must_fail:
        raise Failure("other bytes than the hashes say are loaded")
    if ran.status == 0:
        model = open_model_directory(folder / "model.w2v")
        if not len(list(model.words)) == model.facts.words == len(model.vectors[:]):
            raise Failure("words and vectors are not as many")
    return ran.outcome
