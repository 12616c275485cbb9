"""Labelled texts: tables, folders and archives, damaged, with odd names and hostile members."""

from __future__ import annotations

import csv
import io
import json
import random
import tarfile
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from tests.fuzz.commands import Failure, check_message
from tests.fuzz.damage import ENCODINGS, any_json, damaged, damaged_text, odd_text
from w2vcli.errors import W2vError
from w2vcli.escaping import visible_message
from w2vcli.neural.labelled_texts.label_files import Columns
from w2vcli.neural.labelled_texts.labelled import read_labelled
from w2vcli.neural.labelled_texts.parts import TEST, TRAIN, VALIDATION
from w2vcli.reporting import SILENT

NAME = "labelled"
_PARTS = ["", "train/", "test/", "Train/", "news-train/", "a/b/", "__MACOSX/", "../", "/", "unsup/"]


class Case(NamedTuple):
    """Files, which of them is read, and how."""

    files: dict[str, bytes]
    source: str
    part: str
    columns: Columns


def prepare(folder: Path) -> None:
    """Import what reads tables."""
    import pyarrow.parquet

    assert pyarrow.parquet


def make(rng: random.Random) -> Case:
    """Return a table, a folder or an archive."""
    encoding = rng.choice(["utf-8", "utf-8", "utf-8", *ENCODINGS])
    columns = Columns(encoding=encoding, encoding_errors=rng.choice(["strict", "strict", "replace", "ignore"]))
    part = rng.choice([TRAIN, VALIDATION, TEST])
    kind = rng.randrange(3)
    if kind == 0:
        name, data = _table(rng)
        return Case({name: data}, name, part, columns)
    files = _files(rng)
    if kind == 1:
        safe = {name: data for name, data in files.items() if name[0] not in "./" and "\0" not in name}
        return Case({f"d/{name}": data for name, data in safe.items()} or {"d/x": b""}, "d", part, columns)
    name, data = _zip(rng, files) if rng.random() < 0.5 else _tar(rng, files)
    if rng.random() < 0.6:
        data = damaged(data, [data], rng)
    return Case({name: data}, name, part, columns)


def _table(rng: random.Random) -> tuple[str, bytes]:
    kind = rng.choice([".csv", ".tsv", ".jsonl", ".json", ".txt", ".parquet"])
    heading = rng.choice([["text", "label"], ["label", "text"], ["text", "label", "split"], ["id", "text", "label"]])
    heading = rng.choice([heading, heading, ["review", "sentiment"]])
    values = [
        rng.choice(["pos", "neg", "1", "0", "1.0", "NaN", "None", "Pos", "", "5.355", odd_text(rng)]) for _ in "123"
    ]
    rows = [[rng.choice(["fine film", "bad film\nawful", "", odd_text(rng), *values]) for _ in heading] for _ in "1234"]
    if kind in {".json", ".jsonl"}:
        found = [
            {name: rng.choice([value, value, value, any_json(rng)]) for name, value in zip(heading, row, strict=True)}
            for row in rows
        ]
        text = json.dumps(found) if kind == ".json" else "\n".join(map(json.dumps, found))
        if rng.random() < 0.05:
            text = '{"text":"a","label":' + "[" * 5000
        return f"t{kind}", rng.choice([text, damaged_text(text, rng)]).encode("utf-8", "replace")
    if kind == ".parquet":
        import pyarrow as pa
        from pyarrow import parquet

        sink = io.BytesIO()
        table: dict[str, list[Any]] = {name: [row[at] for row in rows] for at, name in enumerate(heading)}
        if rng.random() < 0.5:
            table["label"] = rng.choice([[1, 0, 1, 0], [0.5, None, 1.0, 2.0], [["a"], [], ["b"], None]])
        parquet.write_table(pa.table(table), sink)
        data = sink.getvalue()
        return f"t{kind}", rng.choice([data, damaged(data, [data], rng)])
    out = io.StringIO()
    writer = csv.writer(out, delimiter=rng.choice(",,;\t"), escapechar="\\")
    writer.writerows([heading, *rows])
    lines = ["__label__pos a film", "__label__neg bad", '"a lone mark,pos', "a\tb\tc\td\te", "", "ham\tsome text"]
    others = "\n".join(rng.choices(lines, k=rng.randint(1, 6)))
    text = rng.choice([out.getvalue(), damaged_text(out.getvalue(), rng), others, out.getvalue() + others])
    return f"t{kind}", text.encode(rng.choice(["utf-8", "utf-8", *ENCODINGS]), "replace")


def _files(rng: random.Random) -> dict[str, bytes]:
    labels = rng.choice([["pos", "neg"], ["pos", "neg"], ["a", "A"], ["", "x"], ["pos", odd_text(rng, 4).strip("/.")]])
    found = {}
    for number in range(rng.randint(1, 6)):
        place = f"{rng.choice(_PARTS)}{rng.choice(labels)}/{number}.txt".replace("//", "/")
        text = rng.choice(["a fine film", "", odd_text(rng, 30)])
        found[place] = text.encode(rng.choice(["utf-8", *ENCODINGS]), "replace")
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        name, data = _table(rng)
        found[f"{rng.choice(_PARTS)}{rng.choice(['train', 'test', 'x', 'ratings_train'])}{Path(name).suffix}"] = data
    if rng.random() < 0.1:
        return {f"{rng.choice(['lines', 'd/lines'])}.{label or 'x'}": b"good film\n\nbad\n" for label in labels}
    if rng.random() < 0.3:
        found[rng.choice(["README", "d/README.txt", ".DS_Store", "pos/.hidden"])] = b"read me"
    return found


def _zip(rng: random.Random, files: dict[str, bytes]) -> tuple[str, bytes]:
    out = io.BytesIO()
    method = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("\0", "") or "x", data)
    found = bytearray(out.getvalue())
    if rng.random() < 0.2:  # encrypted, or packed in a way that nobody knows
        at = found.find(b"PK\x01\x02")
        found[at + rng.choice([8, 10])] = rng.choice([1, 9, 99])
    return "t.zip", bytes(found)


def _tar(rng: random.Random, files: dict[str, bytes]) -> tuple[str, bytes]:
    out = io.BytesIO()
    compression = rng.choice(["", "gz", "bz2", "xz"])
    preset = {"preset": 0} if compression == "xz" else {}  # others take much memory
    with tarfile.open(fileobj=out, mode=f"w:{compression}", **preset) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name.encode("utf-8", "replace").decode())
            member.size = len(data)
            member.linkname = rng.choice(["/etc/passwd", "../../x", "pos/0.txt", name])
            links = [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE]
            member.type = rng.choice([tarfile.REGTYPE] * 9 + links)
            archive.addfile(member, io.BytesIO(data) if member.isreg() else None)
    return f"t.tar{compression and '.'}{compression}", out.getvalue()


def run(case: Case, folder: Path) -> str:
    """Read them: as many labels as texts, and no label that is empty."""
    for name, data in case.files.items():
        path = folder / name
        if len(path.name.encode("utf-8", "replace")) > 200:
            return "refused"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    before = sorted(folder.rglob("*"))
    try:
        found = read_labelled(folder / case.source, case.part, case.columns, SILENT)
    except W2vError as error:
        check_message(visible_message(str(error)))
        return "refused"
    if len(found.texts) != len(found.labels) or not found.texts or not all(found.labels):
        raise Failure(f"{len(found.texts)} texts, labels {found.labels[:20]}")
    if sorted(folder.rglob("*")) != before:
        raise Failure("files have come")
    return "answered"
