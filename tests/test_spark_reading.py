"""A corpus that Spark reads is the corpus that one machine reads, to the byte, and fails with the same line.

All of these share one Java process and one session, which take some seconds to start.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT, W2v, require
from tests.postgres_server import serve_postgres
from w2vcli.corpus.batches import Batch
from w2vcli.corpus.sources import BLOCK_BYTES
from w2vcli.errors import SparkFailed
from w2vcli.spark import parts, session, tasks
from w2vcli.spark.session import open_session, require_java

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

WAY = ["read", "train", "convert"]
TALE = "The KING of 3 hills met a queen.  They ruled well!\nHe said: 'Go, in 1984.'\n\n"


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Start a session on this machine that tries a task again, which is there without ``--on``."""
    require("pyspark")
    try:
        require_java()
    except SparkFailed:
        pytest.skip("Java is not installed (Debian: openjdk-17-jre-headless)")
    with open_session("local[2,3]", tmp_path_factory.mktemp("spark")) as started:
        yield started


def make_sources() -> list[str]:
    """Write sources of many kinds, also those that are read with a remark."""
    Path("novels/deep").mkdir(parents=True)
    Path("novels/one.txt").write_text(TALE * 20)
    Path("novels/deep/two.txt").write_bytes(TALE.replace("\n", "\r\n").encode("utf-8-sig"))
    Path("novels/empty.txt").touch()
    Path("novels/_SUCCESS").touch()
    Path("novels/picture.png").write_bytes(bytes(100))
    Path("large.txt").write_text("".join(f"word{n % 977} 한국 {n}.\n" + "\n" * (n % 7 == 0) for n in range(50_000)))
    wrapped = "a line of a book that was broken at about seventy characters in all of it\n" * 40
    Path("wrapped.txt").write_text(wrapped)
    with gzip.open("packed.txt.gz", "wb") as file:
        file.write(TALE.encode() * 5)
    with zipfile.ZipFile("texts.zip", "w") as archive:
        archive.writestr("a.txt", TALE)
        archive.writestr("b/c.txt", "Another text")
    Path("korean.txt").write_bytes("오늘은 날씨가 좋다. 집에서 책을 읽었다.\n".encode("utf-16") * 20)
    return ["novels", "large.txt", "wrapped.txt", "packed.txt.gz", "texts.zip", "korean.txt"]


def make_tables() -> list[str]:
    import pyarrow as pa
    from pyarrow import parquet

    Path("a.csv").write_text('text,n\n"The king, again.",1\nA queen\u0301.,2\n,3\n')
    rows: list[Any] = [["new", "york"], ["a b", "c"], []]
    Path("b.jsonl").write_text("".join(json.dumps({"text": row}) + "\n" for row in rows))
    parquet.write_table(pa.table({"text": [f"Row {n} is here." for n in range(500)]}), "c.parquet", row_group_size=100)
    return ["a.csv", "b.jsonl", "c.parquet"]


def compare(w2v: W2v, sources: Sequence[str], *options: str) -> None:
    """Read on this machine and on Spark, and compare what is written and what is told."""
    for folder in ("here", "there"):
        if Path(folder).exists():
            Path(folder).rename(f"{folder}-{len(list(Path().iterdir()))}")
    there = w2v("read", *sources, "-o", "there", *options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "is_within_spark", lambda: False)
        here = w2v("read", *sources, "-o", "here", *options)
    assert (there.status, here.status) == (0, 0), there.err + here.err
    found = {path.name: path.read_bytes() for path in Path("there").iterdir()}
    assert found == {path.name: path.read_bytes() for path in Path("here").iterdir()}
    assert remarks(there.err) == remarks(here.err)
    assert there.out.replace("there", "here") == here.out


def remarks(told: str) -> list[str]:
    """Return what was told, without the phases, whose times differ."""
    return [line for line in told.splitlines() if not re.fullmatch(r".*: .*\d s( \(.*\))?", line)]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be cut that are larger than a block of 256 KiB."""
    monkeypatch.setattr(parts, "_LEAST_BYTES", BLOCK_BYTES)


@pytest.mark.usefixtures("spark", "small_parts")
def test_texts_of_all_kinds_are_the_same_to_the_byte(w2v: W2v) -> None:
    sources = make_sources()
    compare(w2v, sources)
    assert len(json.loads(Path("here/reading.json").read_text())["sources"]) == len(sources)
    Path("stop.txt").write_text("the\nof\n")
    compare(w2v, sources, "--lowercase", "--drop-numbers", "--stop-words", "stop.txt", "--phrases", "default")
    compare(w2v, sources[:3], "--tokenizer", "whitespace", "--line-breaks", "join")
    Path("korean.txt").write_bytes("오늘은 날씨가 좋다.\n".encode("cp949") * 30_000)
    compare(w2v, ["korean.txt"], "--encoding", "cp949")


@pytest.mark.usefixtures("spark")
def test_tables_are_the_same_to_the_byte(w2v: W2v) -> None:
    require("pyarrow")
    compare(w2v, make_tables(), "--column", "text", "--tokenizer", "characters")


@pytest.mark.usefixtures("spark")
def test_tokenizers_of_extras_are_the_same_to_the_byte(w2v: W2v) -> None:
    for tokenizer, package in (("korean", "kiwipiepy"), ("subwords", "tokenizers")):
        require(package)
        Path("korean.txt").write_text("영화가 정말 재미있었다. 배우들의 연기도 좋았다.\n" * 30)
        compare(w2v, ["korean.txt"], "--tokenizer", tokenizer)


@pytest.mark.usefixtures("spark")
def test_what_fails_in_a_task_is_the_line_that_it_is_here(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("good.txt").write_text(TALE)
    Path("bad.txt").write_bytes(TALE.encode() + b"\xff\xfe\xfd")
    Path("broken.txt.gz").write_bytes(gzip.compress(TALE.encode() * 99)[:-20])
    Path("empty.txt").touch()
    for name, options in (
        ("bad.txt", ["--encoding", "utf-8"]),
        ("broken.txt.gz", []),
        ("empty.txt", []),
        ("no.txt", []),
    ):
        there = w2v("read", name, "-o", "corpus", *options)
        with monkeypatch.context() as patch:
            patch.setattr(session, "is_within_spark", lambda: False)
            here = w2v("read", name, "-o", "corpus")
        assert (there.status, remarks(there.err)) == (here.status, remarks(here.err)), name
        assert here.status == 1
        assert len(remarks(there.err)) == 1
    there = w2v("read", "-", "-o", "corpus", stdin="the king")
    assert there.status == 2
    assert "is a pipe" in there.err
    assert sorted(path.name for path in Path().iterdir() if "txt" not in path.name) == []  # nothing is left


def test_a_file_that_another_machine_does_not_see_is_named(
    w2v: W2v, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("good.txt").write_text(TALE)
    monkeypatch.setattr("w2vcli.spark.reading.read_parts", partial(_in_another_folder, tasks.read_parts))
    run = w2v("read", "good.txt", "-o", "corpus")
    assert run.status == 1
    assert "good.txt: this file is not on " in run.err
    assert spark.catalog.listTables() == []


def _in_another_folder(read: Any, plan: tasks.Plan, places: Any) -> Iterator[Any]:
    yield from read(tasks.Plan(plan.parts, plan.reading, "/", plan.versions), places)


@pytest.mark.usefixtures("small_parts")
def test_a_worker_that_is_killed_leaves_no_trace(
    w2v: W2v, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("large.txt").write_text("the king met the queen.\n" * 40_000)
    mark = Path("killed").absolute()
    monkeypatch.setattr("w2vcli.spark.reading.read_parts", partial(_killed_once, str(mark)))
    compare(w2v, ["large.txt"])
    assert mark.exists()
    assert spark.catalog.listTables() == []


def _killed_once(mark: str, plan: tasks.Plan, places: Any) -> Iterator[Any]:
    for number, row in enumerate(tasks.read_parts(plan, places)):
        yield row
        if number == 0 and not Path(mark).exists():
            Path(mark).touch()
            os.kill(os.getpid(), 9)  # SIGKILL, which Windows does not have


@pytest.mark.usefixtures("spark")
def test_a_model_of_a_corpus_is_that_of_its_text(w2v: W2v) -> None:
    Path("tale.txt").write_text(TALE * 50)
    settings = "--epochs 1 --vector-size 3 --workers 1 --min-count 1 -q".split()
    assert w2v("read", "tale.txt", "-o", "corpus", "--lowercase").status == 0
    assert w2v("train", "corpus", "-o", "read", *settings).status == 0
    assert w2v("train", "tale.txt", "-o", "text", "--lowercase", "--no-cache", *settings).status == 0
    models = Path(os.environ["W2V_HOME"]) / "models"
    for name in ("words.txt", "counts.npy", "vectors.npy", "training/sources-1.jsonl"):
        assert (models / "read.w2v" / name).read_bytes() == (models / "text.w2v" / name).read_bytes(), name


@pytest.mark.usefixtures("spark")
def test_the_commands_of_the_page_work(w2v: W2v) -> None:
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8").partition("## Read a corpus on Spark")[2]
    blocks = re.findall(r"^```sh\n(.*?)^```", page.partition("\n## ")[0], re.MULTILINE | re.DOTALL)
    Path("data").mkdir()
    shutil.copy(ROOT / "data" / "english.txt", "data")
    lines = [line for block in blocks for line in block.splitlines()]
    assert [line.split()[0] for line in lines] == ["pip", "w2v", "w2v", "w2v", "diff"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "is_within_spark", lambda: False)
        for line in lines[1:4]:
            short = ["--epochs", "1", "--vector-size", "3"] if " train " in line else []
            run = w2v(*shlex.split(line)[1:], *short)
            assert run.status == 0, run.err
    _, _, one, other = lines[4].split()
    assert {path.name: path.read_bytes() for path in Path(one).iterdir()} == {
        path.name: path.read_bytes() for path in Path(other).iterdir()
    }


@pytest.mark.usefixtures("spark")
def test_the_way_from_a_text_to_a_database_works(w2v: W2v) -> None:
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8").partition("## From a text to answers")[2]
    commands, query = re.findall(r"^```(?:sh|sql)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    Path("data").mkdir()
    shutil.copy(ROOT / "data" / "english.txt", "data")
    with serve_postgres() as database, pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "is_within_spark", lambda: False)
        lines = commands.replace("postgresql://user@host/db", database).splitlines()
        assert [line.split()[:2] for line in lines] == [["pip", "install"], *(["w2v", name] for name in WAY)]
        for line in lines[1:]:
            short = ["--epochs", "1", "--vector-size", "9"] if " train " in line else []
            run = w2v(*shlex.split(line)[1:], *short)
            assert run.status == 0, run.err
        with psycopg.connect(database) as connection:
            found = [row[0] for row in connection.execute(query)]
    assert found == [row[0] for row in w2v("similar", "girl", "-m", "tales", "--format", "tsv").rows]


def test_batches_survive_their_way_as_rows() -> None:
    import numpy as np

    ids, ends = np.array([0, 1, 0], np.int32), np.array([2, 3], np.int64)
    batch = Batch(["왕", "\ud800x"], ids, ends, ends * 3, np.array([2], np.int64), 9, 4, 5)
    again = tasks.batch_of(tasks._row_of(batch))
    assert list(again.words) == batch.words
    for was, now in zip(batch[1:], again[1:], strict=True):
        assert np.array_equal(was, now)  # type: ignore[arg-type]
