"""Text in many encodings, compressed, in archives and in tables, damaged, and read into numbers.

Beside that nothing breaks: text in any encoding that is named gives the words that it gives in UTF-8, compressed or
not, and every word that was read is accounted for.
"""

from __future__ import annotations

import csv
import io
import json
import random
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tests.fuzz.commands import Failure, check_message
from tests.fuzz.damage import COMPRESSORS, ENCODINGS, any_json, damaged, damaged_json, damaged_text, odd_text
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.errors import W2vError
from w2vcli.escaping import visible_message
from w2vcli.reporting import SILENT

NAME = "corpora"
_TEXTS = [
    "The king and the queen went to the hill.\nA girl, 3 boys! new_york 12.5\n\n" * 3,
    "소녀는 소년을 만났다. 여왕은 왕과 함께 갔다.\n" * 3,
    "كتاب‌ها را می‌خواهم ශ්‍රී ලංකා ex\u00adample zero\u200bwidth e\u0301 ﬁ İstanbul\r\n" * 2,
    "我喜欢中文。日本語も好き。\n",
    "Съешь ещё этих мягких французских булок\n",
    "",
]


class Case(NamedTuple):
    """A file, how it is read, and the same text in UTF-8, where it is undamaged."""

    name: str
    data: bytes
    reading: Reading
    same: str | None


def prepare(folder: Path) -> None:
    """Import what reads tables and compressed files."""
    import pyarrow.parquet

    assert pyarrow.parquet
    for ending, compress in COMPRESSORS.items():
        place = folder / f"t{ending}"
        place.mkdir()
        run(Case(f"t.txt{ending}", compress(b"a b\n"), Reading(), None), place)


def _reading(rng: random.Random, **more: str | None) -> Reading:
    return Reading(
        tokenizer=rng.choice(["unicode", "whitespace"]),
        lowercase=rng.random() < 0.3,
        keep_numbers=rng.random() < 0.7,
        line_breaks=rng.choice(["auto", "end", "join"]),
        encoding=more.get("encoding") or "utf-8",
        encoding_errors=rng.choice(["strict", "strict", "replace", "ignore"]),
        column=more.get("column"),
        phrases=rng.choice([None] * 8 + ["default", "npmi"]),
        connector_words=rng.choice([(), ("the", "of", "여왕은")]),
        phrase_min_count=1,
        phrase_threshold=rng.choice([None, 0.1, 1]),
    )


def make(rng: random.Random) -> Case:
    """Return a text as it should be in some encoding, or a damaged one, or a table, or an archive."""
    kind = rng.randrange(6)
    text = rng.choice(_TEXTS)
    if rng.random() < 0.6:
        text = damaged_text(text, rng)
    ending = rng.choice(["", "", "", *COMPRESSORS])
    if kind < 2:
        encoding = rng.choice(ENCODINGS)
        # What is a mark of byte order in one encoding is a letter in others, and with a zero it is no text in UTF-8.
        text = (
            text.replace("\ufeff", "")
            .replace("\ufffe", "")
            .replace("\0", "")
            .encode(encoding, "ignore")
            .decode(encoding, "ignore")
        )
        reading = replace(_reading(rng, encoding=encoding), encoding_errors="strict")
        return Case(f"t.txt{ending}", COMPRESSORS[ending](text.encode(encoding)), reading, text)
    if kind == 2:
        data = text.encode(rng.choice(ENCODINGS), "replace")
        return Case(f"t.txt{ending}", COMPRESSORS[ending](data), _reading(rng), None)
    if kind == 3:
        data = damaged(COMPRESSORS[ending](text.encode()), [other.encode() for other in _TEXTS], rng)
        return Case(f"t.txt{ending}", data, _reading(rng), None)
    name, data = _table(rng, text) if kind == 4 else _archive(rng, text)
    if rng.random() < 0.6:
        data = damaged(data, [_table(rng, text)[1]], rng)
    return Case(name, data, _reading(rng, column=rng.choice([None, "text", "text", "other"])), None)


def _table(rng: random.Random, text: str) -> tuple[str, bytes]:
    lines = [line for line in text.split("\n") if line] or [""]
    kind = rng.choice([".csv", ".tsv", ".jsonl", ".parquet"])
    if kind in {".csv", ".tsv"}:
        out = io.StringIO()
        writer = csv.writer(out, delimiter="," if kind == ".csv" else "\t", escapechar="\\")
        writer.writerows([["text", "label"], *([line, rng.choice(["1", "pos", ""])] for line in lines)])
        return f"t{kind}", out.getvalue().encode("utf-8", "replace")
    if kind == ".jsonl":
        rows = [damaged_json({"text": line, "label": any_json(rng, 1)}, rng) for line in lines]
        return f"t{kind}", "\n".join(map(json.dumps, rows)).encode()
    import pyarrow as pa
    from pyarrow import parquet

    values = rng.choice([lines, [line.split() for line in lines], [len(line) for line in lines]])
    sink = io.BytesIO()
    parquet.write_table(pa.table({"text": values}), sink)
    return f"t{kind}", sink.getvalue()


def _archive(rng: random.Random, text: str) -> tuple[str, bytes]:
    files = {"a.txt": text.encode("utf-8", "replace"), f"{odd_text(rng, 5)}b.csv": b"text\nfine\n"}
    files |= {rng.choice(["../x.txt", "/x.txt", "d/", "__MACOSX/._a.txt", "a.txt.gz"]): b"x y"}
    out = io.BytesIO()
    if rng.random() < 0.5:
        with zipfile.ZipFile(out, "w", rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
            for name, data in files.items():
                archive.writestr(zipfile.ZipInfo(name.replace("\0", "")), data)
        return "t.zip", out.getvalue()
    compression = rng.choice(["", "gz", "bz2", "xz"])
    preset = {"preset": 0} if compression == "xz" else {}  # others take much memory
    with tarfile.open(fileobj=out, mode=f"w:{compression}", **preset) as tar:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name.encode("utf-8", "replace").decode())
            member.size = len(data)
            member.type = rng.choice([tarfile.REGTYPE] * 5 + [tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
            tar.addfile(member, io.BytesIO(data) if member.isreg() else None)
    return rng.choice(["t.tar", "t.tar.gz", "t.tgz"]), out.getvalue()


def run(case: Case, folder: Path) -> str:
    """Read it, and the same text in UTF-8."""
    path = folder / case.name
    path.write_bytes(case.data)
    found = _read(path, folder / "read", case.reading)
    if case.same is not None:
        path = folder / "same.txt"
        path.write_bytes(case.same.encode())
        same = _read(path, folder / "same", replace(case.reading, encoding="utf-8"))
        if found != same:
            raise Failure(f"{case.reading.encoding}: {str(found)[:300]} instead of {str(same)[:300]}")
    return "answered" if isinstance(found, list) else "refused"


def _read(path: Path, into: Path, reading: Reading) -> list[str] | None:
    """Return the tokens of a text; None if it is refused."""
    into.mkdir()
    try:
        corpus = read_corpus([str(path)], into, reading, SILENT)
    except W2vError as error:
        check_message(visible_message(str(error)))
        return None
    _check(corpus)
    return [word for sentence in corpus.sentences(1 << 30) for word in [*sentence, "\n"]]


def _check(corpus: EncodedCorpus) -> None:
    read = corpus.read
    if read.words != read.tokens + read.stop_words + read.numbers + read.joined:
        raise Failure(f"words are lost: {read}")
    if len(corpus.ids) != read.tokens or not np.array_equal(np.bincount(corpus.ids), corpus.counts):
        raise Failure(f"the counts are not those of the tokens: {read}")
