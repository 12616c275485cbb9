"""Write docs/layouts.md: what w2v makes of the layouts of files that people have.

Each layout is written as a small file and read by the command that reads such files; what came out is compared with
what is known to be in it. A row says what was read, or the line by which it was refused. What is read otherwise than
it is meant ends this program with an error: it is a fault. With --check nothing is written.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import re
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from click.testing import CliRunner

from w2vcli.cli.main import cli
from w2vcli.errors import W2vError
from w2vcli.escaping import visible

ROOT = Path(__file__).resolve().parents[1]
_WORDS = ["the", "king", "queen", "man", "woman", "소녀", "cat", "dog"]
_VALUES = np.random.default_rng(0).normal(size=(8, 5)).round(4).astype(np.float32)
_LONGEST = 320


class Layout(NamedTuple):
    """A layout: what it is called, its files (the first is read), what is in them, and options of the command.

    ``content`` is compared with what comes out; None if it is to be refused.
    """

    name: str
    files: Mapping[str, bytes | str]
    content: object
    options: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What was read, and in words; or the line by which it was refused."""

    content: object
    told: str


# --- vectors


def _rows(separator: str = " ", form: Callable[[float], str] = str, words: Sequence[str] = _WORDS) -> str:
    rows = zip(words, _VALUES.tolist(), strict=True)
    return "".join(f"{word}{separator}{separator.join(form(round(v, 4)) for v in row)}\n" for word, row in rows)


def _vectors(words: Sequence[str] = _WORDS) -> dict[str, list[float]]:
    return {word: [round(v, 4) for v in row] for word, row in zip(words, _VALUES.tolist(), strict=True)}


def _binary(dtype: str = "<f4", end: bytes = b"", rows: int = 8, promised: int = 8) -> bytes:
    pairs = zip(_WORDS[:rows], _VALUES[:rows].astype(dtype), strict=True)
    return b"%d 5\n" % promised + b"".join(word.encode() + b" " + row.tobytes() + end for word, row in pairs)


def _npy() -> bytes:
    out = io.BytesIO()
    np.save(out, _VALUES)
    return out.getvalue()


def _tar(files: Mapping[str, bytes], compression: str = "gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{compression}") as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _comma(value: float) -> str:
    return str(value).replace(".", ",")


_GLUED = _rows().replace("man -", "man-", 1)
_FIRST_SHORT = re.sub(r" \S+\n", "\n", _rows(), count=1)
_WORDS_FILE = "".join(f"{word}\n" for word in _WORDS)
_COUNTED = "".join(f"{word} {9 - at}\n" for at, word in enumerate(_WORDS))
_PREFIXED = [f"/c/en/{word}" for word in _WORDS]
_BLANK = ["the", "New York", *_WORDS[2:]]
_IN_BASE64 = ["B64:dGhl", *_WORDS[1:]]

VECTORS = [
    Layout("word2vec text", {"v.txt": "8 5\n" + _rows()}, _vectors()),
    Layout("word2vec binary (word2vec.c)", {"v.bin": _binary(end=b"\n")}, _vectors()),
    Layout("word2vec binary (gensim)", {"v.bin": _binary()}, _vectors()),
    Layout("GloVe", {"v.txt": _rows()}, _vectors()),
    Layout("GloVe, gzip", {"v.txt.gz": gzip.compress(_rows().encode(), mtime=0)}, _vectors()),
    Layout("GloVe in a zip (glove.6B.zip)", {"glove.zip": _zip({"glove.6B.5d.txt": _rows().encode()})}, _vectors()),
    Layout("GloVe in a tar.gz", {"glove.tar.gz": _tar({"glove/v.txt": _rows().encode()})}, _vectors()),
    Layout("header of three numbers (Deeplearning4j)", {"v.txt": "8 5 7200\n" + _rows()}, _vectors()),
    Layout("header behind #", {"v.txt": "# 8 5\n" + _rows()}, _vectors()),
    Layout("header with too few values", {"v.txt": "8 4\n" + _rows()}, _vectors()),
    Layout("header with too many rows", {"v.txt": "9 5\n" + _rows()}, _vectors()),
    Layout("header with too few rows", {"v.txt": "7 5\n" + _rows()}, dict([*_vectors().items()][:7])),
    Layout("binary, header with too few rows", {"v.bin": _binary(promised=7)}, dict([*_vectors().items()][:7])),
    Layout("binary, breaks off", {"v.bin": _binary()[:-9]}, None),
    Layout("binary of float64", {"v.bin": _binary("<f8")}, _vectors()),
    Layout("binary, words with blanks", {"v.bin": _binary().replace(b"king ", b"New York ", 1)}, _vectors(_BLANK)),
    Layout("commas between values", {"v.txt": "8 5\n" + re.sub(r"(?<=\d) ", ",", _rows())}, _vectors()),
    Layout("decimal commas", {"v.txt": "8 5\n" + _rows(form=_comma)}, _vectors()),
    Layout("tabs", {"v.txt": _rows("\t")}, _vectors()),
    Layout("CSV with a heading", {"v.csv": "word,a,b,c,d,e\n" + _rows(",")}, _vectors()),
    Layout("index:value (sparse)", {"v.txt": "8 5\n" + "".join(f"{word} 3:0.5 9:1\n" for word in _WORDS)}, None),
    Layout("a blank lost in one row", {"v.txt": "8 5\n" + _GLUED}, None),
    Layout("a value lost in the first row", {"v.txt": _FIRST_SHORT}, None),
    Layout("ConceptNet's addresses (Numberbatch)", {"v.txt": "8 5\n" + _rows(words=_PREFIXED)}, _vectors(_PREFIXED)),
    Layout("words in Base64", {"v.txt": "8 5\n" + _rows(words=_IN_BASE64)}, _vectors(_IN_BASE64)),
    Layout("UTF-16", {"v.txt": ("8 5\n" + _rows()).encode("utf-16")}, _vectors()),
    Layout("UTF-8 with a mark, CRLF", {"v.txt": "\ufeff8 5\r\n" + _rows().replace("\n", "\r\n")}, _vectors()),
    Layout("numpy with a .txt of words", {"v.npy": _npy(), "v.txt": _WORDS_FILE}, _vectors()),
    Layout("numpy with a .vocab of words and counts", {"v.npy": _npy(), "v.vocab": _COUNTED}, _vectors()),
    Layout("numpy without words", {"v.npy": _npy()}, None),
    Layout("Projector TSV, a word before its values", {"vecs.tsv": _rows("\t"), "meta.tsv": _WORDS_FILE}, _vectors()),
    Layout(
        "Projector TSV, words beside",
        {"vecs.tsv": re.sub(r"(?m)^\S+\t", "", _rows("\t")), "meta.tsv": _WORDS_FILE},
        _vectors(),
    ),
    Layout("a page instead (HTML)", {"v.txt": "<!DOCTYPE html>\n<html><body>Not found</body></html>\n"}, None),
    Layout("Git LFS pointer", {"v.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"}, None),
]


def read_vectors(layout: Layout, name: str) -> Outcome:
    """Load a file of vectors."""
    told = _run("load", name, "-o", "./m.w2v", *layout.options)
    from w2vcli.models.directory import open_model_directory

    model = open_model_directory(Path("m.w2v"))
    rows = zip(model.words, np.asarray(model.vectors[:], dtype=np.float64).round(4).tolist(), strict=True)
    return Outcome(dict(rows), f"{model.facts.words} words × {model.facts.vector_size}{_noted(told)}")


# --- text

_KO = "소녀는 소년을 만났다\n여왕은 왕을 만났다\n" * 3
_EN = "the king met the queen\nthe man met the woman\n" * 3
_RU = "король встретил королеву\nдевушка встретила мальчика\n" * 3
_SPANISH = "el niño comió mañana\nla niña salió después\n" * 3


def _counts(text: str) -> dict[str, int]:
    return dict(Counter(text.split()))


def _csv_of(text: str) -> str:
    return "id,text\n" + "".join(f'{at},"{line}"\n' for at, line in enumerate(text.split("\n")) if line)


def _jsonl_of(text: str) -> str:
    return "".join(json.dumps({"text": line}, ensure_ascii=False) + "\n" for line in text.split("\n") if line)


def _lists_of(text: str) -> str:
    return "".join(json.dumps({"tokens": line.split()}) + "\n" for line in text.split("\n") if line)


def _parquet_of(column: str, values: list[Any]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    sink = io.BytesIO()
    parquet.write_table(pa.table({column: values}), sink)
    return sink.getvalue()


_LINES = _EN.rstrip("\n").split("\n")
CORPORA = [
    Layout("a text a line, UTF-8", {"t.txt": _KO}, _counts(_KO)),
    Layout("UTF-8 with a mark, CRLF", {"t.txt": "\ufeff" + _EN.replace("\n", "\r\n")}, _counts(_EN)),
    Layout("UTF-16 with a mark", {"t.txt": _KO.encode("utf-16")}, _counts(_KO)),
    Layout("UTF-16 with a mark, named", {"t.txt": _KO.encode("utf-16")}, _counts(_KO), ("--encoding", "utf-16")),
    Layout("UTF-16 without a mark", {"t.txt": _EN.encode("utf-16-le")}, _counts(_EN)),
    Layout("UTF-16 without a mark, named", {"t.txt": _EN.encode("utf-16-le")}, _counts(_EN), ("--encoding", "utf-16")),
    Layout("CP949 (Korean Windows)", {"t.txt": _KO.encode("cp949")}, _counts(_KO)),
    Layout("CP949, named", {"t.txt": _KO.encode("cp949")}, _counts(_KO), ("--encoding", "cp949")),
    Layout("CP1251 (Cyrillic), named", {"t.txt": _RU.encode("cp1251")}, _counts(_RU), ("--encoding", "cp1251")),
    Layout("Latin-1", {"t.txt": _SPANISH.encode("latin-1")}, _counts(_SPANISH)),
    Layout("gzip", {"t.txt.gz": gzip.compress(_EN.encode(), mtime=0)}, _counts(_EN)),
    Layout("a zip of texts", {"t.zip": _zip({"a.txt": _EN.encode(), "b/c.txt": _EN.encode()})}, _counts(_EN * 2)),
    Layout("a tar.gz of texts", {"t.tar.gz": _tar({"a.txt": _EN.encode()})}, _counts(_EN)),
    Layout("CSV, its column named", {"t.csv": _csv_of(_EN)}, _counts(_EN), ("--column", "text")),
    Layout("JSON Lines, its field named", {"t.jsonl": _jsonl_of(_KO)}, _counts(_KO), ("--column", "text")),
    Layout("JSON Lines of token lists", {"t.jsonl": _lists_of(_EN)}, _counts(_EN), ("--column", "tokens")),
    Layout("Parquet", {"t.parquet": _parquet_of("text", _LINES)}, _counts(_EN), ("--column", "text")),
    Layout(
        "Parquet of token lists",
        {"t.parquet": _parquet_of("tokens", [line.split() for line in _LINES])},
        _counts(_EN),
        ("--column", "tokens"),
    ),
    Layout(
        "a word a line with its tag (CoNLL)",
        {"t.txt": "the\tDT\nking\tNN\n\n"},
        {"the": 1, "DT": 1} | {"king": 1, "NN": 1},
    ),
    Layout("a picture instead (PNG)", {"t.txt": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"}, None),
]
_TRAIN = [
    *("--min-count", "1", "--epochs", "1", "--vector-size", "2", "--workers", "1", "--no-cache"),
    *("--sample", "0", "--no-held-out", "--engine", "gensim"),
]


def read_corpus(layout: Layout, name: str) -> Outcome:
    """Train on a text; compare the words and how often each came."""
    told = _run("train", name, "-o", "./m.w2v", *_TRAIN, *layout.options)
    from w2vcli.models.directory import open_model_directory

    model = open_model_directory(Path("m.w2v"))
    counts = np.zeros(0) if model.counts is None else model.counts
    found = dict(zip(model.words, counts.tolist(), strict=True))
    return Outcome(found, f"{sum(found.values()):,} words of text, {len(found):,} different{_noted(told)}")


# --- test sets

_ANALOGY = [("man", "woman", "king", "queen"), ("boy", "girl", "king", "queen")]
_FOUR = "".join(" ".join(item) + "\n" for item in _ANALOGY)
_PAIRS = [("king", "queen", 8.5), ("cat", "dog", 7.25), ("king", "cat", 1.5)]


def _pairs(separator: str, heading: str = "", form: Callable[[float], str] = str, index: bool = False) -> str:
    rows = (
        (*([str(at)] if index else []), one, other, form(score)) for at, (one, other, score) in enumerate(_PAIRS, 1)
    )
    return heading + "".join(separator.join(row) + "\n" for row in rows)


_INDEXED = ",type,word1,word2,word3,target\n" + "".join(f"{at},family,{','.join(i)}\n" for at, i in enumerate(_ANALOGY))
_TARGETS = "target royal: king queen\ntarget animal: cat dog\nattribute male: man he\nattribute female: woman she\n"
_ASSOCIATED = [(word, section) for section, words in re.findall(r"(.*): (.*)", _TARGETS) for word in words.split()]
SETS = [
    Layout("analogies with sections (questions-words)", {"s.txt": ": family\n" + _FOUR}, _ANALOGY),
    Layout("analogies without sections", {"s.txt": _FOUR}, _ANALOGY),
    Layout("analogies with an index and a section (CSV)", {"s.csv": _INDEXED}, _ANALOGY),
    Layout(
        "MSR, with its parts of speech",
        {"s.txt": "good better bad worse JJ_JJR\nbig bigger small smaller JJ_JJR\n"},
        [("good", "better", "bad", "worse"), ("big", "bigger", "small", "smaller")],
    ),
    Layout(
        "BATS: pairs of one relation",
        {"E10 [male - female].txt": "man\twoman\nking\tqueen\n"},
        [("man", "woman", "king", "queen"), ("king", "queen", "man", "woman")],
    ),
    Layout("pairs, tabs (WordSim-353)", {"s.tsv": _pairs("\t", "Word 1\tWord 2\tHuman (mean)\n")}, _PAIRS),
    Layout("pairs, commas", {"s.csv": _pairs(",")}, _PAIRS),
    Layout("pairs, blanks", {"s.txt": _pairs(" ")}, _PAIRS),
    Layout("pairs, semicolons and decimal commas", {"s.csv": _pairs(";", "word1;word2;score\n", _comma)}, _PAIRS),
    Layout("pairs with an index", {"s.txt": _pairs("\t", index=True)}, _PAIRS),
    Layout("pairs, CRLF and a mark", {"s.tsv": "\ufeff" + _pairs("\t").replace("\n", "\r\n")}, _PAIRS),
    Layout("pairs, UTF-16", {"s.tsv": _pairs("\t").encode("utf-16")}, _PAIRS, ("--encoding", "utf-16")),
    Layout(
        "SimLex: scores among other columns",
        {"s.txt": "word1\tword2\tPOS\tSimLex999\tSD\n" + "".join(f"{a}\t{b}\tN\t{s}\t0.9\n" for a, b, s in _PAIRS)},
        _PAIRS,
    ),
    Layout(
        "words and categories, headed",
        {"s.tsv": "word\tcategory\ncat\tanimal\ndog\tanimal\nking\tperson\nqueen\tperson\n"},
        [("cat", "animal"), ("dog", "animal"), ("king", "person"), ("queen", "person")],
    ),
    Layout(
        "odd one out",
        {"s.txt": "king queen man cat\ndog cat horse king\n"},
        [("king", "queen", "man", "cat"), ("dog", "cat", "horse", "king")],
        ("--kind", "odd"),
    ),
    Layout("associations: targets and attributes (WEAT)", {"s.txt": _TARGETS}, _ASSOCIATED),
    Layout(
        "associations, a word a line",
        {"s.txt": re.sub(r"(.*): (.*) (.*)", r": \1\n\2\n\3", _TARGETS)},
        _ASSOCIATED,
    ),
    Layout(
        "a text, no questions",
        {"s.txt": "Once upon a time, there was a king who had a daughter.\nShe went to the hill.\n" * 2},
        None,
    ),
]


def read_test_set(layout: Layout, name: str) -> Outcome:
    """Read a test set as ``w2v evaluate --set`` does."""
    from w2vcli.measure.sets import read_set

    options = dict(zip(layout.options[::2], layout.options[1::2], strict=True))
    kind: Any = options.get("--kind")
    found = read_set(name, kind, options.get("--encoding", "utf-8"))
    content: list[tuple[object, ...]] = []
    for item in found.items:
        more = {"pairs": (item.score,), "categories": (item.section,), "weat": (item.section,)}.get(found.kind, ())
        content.append((*item.words, *more))
    return Outcome(content, f"{len(content)} {found.kind}")


# --- texts with labels

_LABELLED = [("a fine film", "pos"), ("a bad film", "neg"), ("a warm tale", "pos"), ("a cold tale", "neg")]


def _table(separator: str, heading: str, form: Callable[[str, str], tuple[str, ...]]) -> str:
    return heading + "".join(separator.join(form(*pair)) + "\n" for pair in _LABELLED)


def _folders(*above: str, ending: str = ".txt") -> dict[str, bytes]:
    return {
        f"{part}{label}/{at}{ending}": text.encode() for part in above for at, (text, label) in enumerate(_LABELLED)
    }


def _both(text: str, label: str) -> tuple[str, str]:
    return text, label


_NUMBERED = [(text, "1" if label == "pos" else "0") for text, label in _LABELLED]
_README = {"README.txt": b"About these data."}
LABELLED = [
    Layout("CSV: text, label", {"d.csv": _table(",", "text,label\n", _both)}, _LABELLED),
    Layout("TSV: text, label", {"d.tsv": _table("\t", "text\tlabel\n", _both)}, _LABELLED),
    Layout("semicolons", {"d.csv": _table(";", "text;label\n", _both)}, _LABELLED),
    Layout("IMDB's CSV: review, sentiment", {"d.csv": _table(",", "review,sentiment\n", _both)}, _LABELLED),
    Layout(
        "NSMC: id, document, label, as .txt",
        {
            "ratings_train.txt": "id\tdocument\tlabel\n"
            + "".join(f"{at}\t{text}\t{label}\n" for at, (text, label) in enumerate(_NUMBERED))
        },
        _NUMBERED,
    ),
    Layout(
        "fastText: __label__", {"d.txt": "".join(f"__label__{label} {text}\n" for text, label in _LABELLED)}, _LABELLED
    ),
    Layout(
        "JSON Lines",
        {"d.jsonl": "".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in _LABELLED)},
        _LABELLED,
    ),
    Layout(
        "JSON array", {"d.json": json.dumps([{"text": text, "label": label} for text, label in _LABELLED])}, _LABELLED
    ),
    Layout("folders of classes (zip)", {"d.zip": _zip(_folders(""))}, _LABELLED),
    Layout("folders with a README (zip)", {"d.zip": _zip(_README | _folders("reviews/"))}, _LABELLED),
    Layout(
        "aclImdb: train/ and test/ (tar.gz)", {"d.tar.gz": _tar(_folders("aclImdb/train/", "aclImdb/test/"))}, _LABELLED
    ),
    Layout("Train/ and Test/ (tar.gz)", {"d.tar.gz": _tar(_folders("Train/", "Test/"))}, _LABELLED),
    Layout(
        "20news-bydate-train/ and -test/ (tar.gz)",
        {"d.tar.gz": _tar(_folders("20news-bydate-train/", "20news-bydate-test/", ending=""))},
        _LABELLED,
    ),
    Layout(
        "a file for each label, a text a line (zip)",
        {
            "d.zip": _zip(
                {
                    f"rt-polarity.{label}": "".join(f"{text}\n" for text, of in _LABELLED if of == label).encode()
                    for label in ("pos", "neg")
                }
            )
        },
        _LABELLED,
    ),
    Layout("a zip of method 99 (encrypted by AES)", {"d.zip": _zip(_folders("")).replace(b"\x08\0", b"\x63\0")}, None),
    Layout("a zip that breaks off", {"d.zip": _zip(_folders(""))[:-60]}, None),
    Layout("a table without such columns", {"d.csv": "a,b\n1,2\n"}, None),
]


def read_labels(layout: Layout, name: str) -> Outcome:
    """Read texts with labels as ``w2v classify train`` does."""
    from w2vcli.neural.labelled_texts.label_files import Columns
    from w2vcli.neural.labelled_texts.labelled import read_labelled
    from w2vcli.reporting import SILENT

    found = read_labelled(Path(name), "train", Columns(), SILENT)
    classes = ", ".join(f"{count} {label}" for label, count in sorted(Counter(found.labels).items()))
    return Outcome(sorted(zip(found.texts, found.labels, strict=True)), classes)


# --- the page

SECTIONS: list[tuple[str, str, list[Layout], Callable[[Layout, str], Outcome]]] = [
    ("Vectors", "load", VECTORS, read_vectors),
    ("Text", "train", CORPORA, read_corpus),
    ("Test sets", "evaluate --set", SETS, read_test_set),
    ("Texts with labels", "classify train", LABELLED, read_labels),
]


class Wrong(Exception):
    """A layout that is read otherwise than it is meant, or refused without a line."""


def _run(*arguments: str) -> str:
    """Run a command; return what it wrote to stderr.

    Raises
    ------
    W2vError
        With its line, if it fails.
    """
    ran = CliRunner().invoke(cli, list(arguments), prog_name="w2v")
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    if ran.exit_code:
        raise W2vError(ran.stderr.strip().splitlines()[-1].removeprefix("Error: "))
    return ran.stderr


def _noted(err: str) -> str:
    """Return what a command warned of, but for what is due to so little text."""
    said = [line for line in err.splitlines() if line.startswith("Warning: ")]
    said = [line for line in said if "--sample" not in line and "NaN" not in line]
    return f"; {' '.join(said)}" if said else ""


def _outcome(layout: Layout, read: Callable[[Layout, str], Outcome]) -> str:
    """Read a layout in the working folder; return what came of it."""
    for name, data in layout.files.items():
        Path(name).write_bytes(data.encode() if isinstance(data, str) else data)
    first = next(iter(layout.files))
    try:
        found = read(layout, first)
    except W2vError as error:
        line = visible(str(error))
        shown = re.sub(r"\S*/(?=[^/\s]+)", "", line) if str(Path.cwd()) in line else line
        return f"refused: {shown[:_LONGEST]}{'…' * (len(shown) > _LONGEST)}"
    content = sorted(layout.content) if read is read_labels and isinstance(layout.content, list) else layout.content
    if content is None or found.content != content:
        raise Wrong(f"{layout.name}: read as {str(found.content)[:500]}, not as {str(content)[:500]}")
    return f"read: {found.told.replace(str(Path.cwd()) + os.sep, '')}"


def _beginning(layout: Layout) -> str:
    """Return how the file begins, if it is text."""
    data = next(iter(layout.files.values()))
    if isinstance(data, bytes):
        return ""
    shown = "".join(c if c.isprintable() else "·" for c in data[:34])
    return f"`{shown.replace('|', '¦')}`"


def page() -> str:
    """Return the page.

    Raises
    ------
    Wrong
        If a layout is read wrong.
    """
    parts = [
        "# Layouts of files\n\nThese are layouts of files that people have, each with what w2v reads from it."
        " `python docs/layouts.py` writes each as a\nsmall file, lets w2v read it and compares the result with what is"
        " in the file. Nothing here is read wrong. A layout that\nis refused stands with the message that refuses it.\n"
    ]
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        os.environ["W2V_HOME"] = str(Path(name) / "home")
        for title, command, layouts, read in SECTIONS:
            parts.append(
                f"\n## {title}\n\n`w2v {command} FILE`\n\n| layout | options | begins with | |\n|---|---|---|---|\n"
            )
            for at, layout in enumerate(layouts):
                place = Path(name) / f"{title}-{at}"
                place.mkdir()
                os.chdir(place)
                try:
                    outcome = _outcome(layout, read)
                except Wrong as error:
                    wrong.append(str(error))
                    continue
                options = f"`{' '.join(layout.options)}`" if layout.options else ""
                cell = outcome.replace("|", "¦")
                parts.append(f"| {layout.name} | {options} | {_beginning(layout)} | {cell} |\n")
        os.chdir(ROOT)
    if wrong:
        raise Wrong("\n".join(wrong))
    return "".join(parts)


def main() -> str | None:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description="Write docs/layouts.md.")
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    check = parser.parse_args().check
    try:
        made = page()
    except Wrong as error:
        return str(error)
    target = ROOT / "docs" / "layouts.md"
    if check:
        return None if target.read_text(encoding="utf-8") == made else "not up to date: layouts.md; run: make docs"
    target.write_text(made, encoding="utf-8")
    return None


if __name__ == "__main__":
    sys.exit(main())
