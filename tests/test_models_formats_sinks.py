"""What it takes to add a vector format, or a sink that is no file: one module and one row in a table each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v
from tests.gensim_oracle import NEEDS_GENSIM
from w2vcli.atomic import new_file
from w2vcli.errors import OutputExists
from w2vcli.inputs import InputFile, open_input
from w2vcli.models.converting import convert_model
from w2vcli.models.directory import Model
from w2vcli.models.formats import format_table
from w2vcli.models.formats.blocks import Block, ReadOptions, RowStream
from w2vcli.models.formats.format_table import FORMATS, VectorFormat, find_sink
from w2vcli.models.formats.sinks import Append, RowFacts, Spelling
from w2vcli.reporting import SILENT, Reporter


@dataclass
class Database:
    """A sink in memory: its rows are seen once they are committed."""

    force: bool
    committed: list[tuple[str, list[float], int | None]] = field(default_factory=list)
    name = "toy database"
    spelling = Spelling(" ")
    files = ()
    of_training = False
    has_tokenizer = False

    def require_free(self) -> None:
        """Refuse to write over rows."""
        if self.committed and not self.force:
            raise OutputExists("the table has rows")

    @contextmanager
    def open(self, rows: RowFacts, reporter: Reporter) -> Iterator[Append]:
        """Gather rows and commit them in the end."""
        found: list[tuple[str, list[float], int | None]] = []

        def append(block: Block) -> None:
            counts = [None] * len(block.words) if block.counts is None else block.counts.tolist()
            found.extend(zip(block.words, block.vectors.tolist(), counts, strict=True))

        yield append
        assert len(found) == rows.words
        self.committed[:] = found


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Database:
    """Return a sink that is found by the scheme ``toy``."""
    found = Database(force=False)
    monkeypatch.setitem(format_table.SINKS, "toy", lambda address, force: found)
    return found


def test_a_model_and_a_file_are_written_to_a_sink_that_is_no_file(
    w2v: W2v, make_model: MakeModel, database: Database
) -> None:
    make_model(["a b", "c"], [[1, 2], [3, 4]], counts=[5, 6], name="m")
    run = w2v("convert", "m", "toy://host/table", "--json")
    assert run.json == [{"output": "toy://host/table", "format": "toy database", "words": 2}]
    assert database.committed == [("a\\x20b", [1.0, 2.0], 5), ("c", [3.0, 4.0], 6)]
    assert w2v("convert", "m", "toy://host/table").status == 5
    database.committed.clear()
    Path("v.glove").write_text("one 1 2\ntwo 3 4\none 5 6\n")
    assert w2v("convert", "v.glove", "toy://host/table").status == 0
    assert database.committed == [("one", [1.0, 2.0], None), ("two", [3.0, 4.0], None)]
    assert sorted(path.name for path in Path().iterdir() if path.is_file()) == ["v.glove"]


@pytest.mark.parametrize("target", ["redis://host/table", "s3://bucket/v.bin"])
def test_an_address_without_a_sink_is_refused_and_makes_no_folder(w2v: W2v, toy: Model, target: str) -> None:
    before = sorted(path.name for path in Path().iterdir())
    run = w2v("convert", "toy", target)
    assert run.status != 0
    assert f"{target}: vectors cannot be written to {target.partition('/')[0]}// addresses" in run.err
    assert sorted(path.name for path in Path().iterdir()) == before


@pytest.mark.parametrize(
    "ending", [".txt", ".glove.gz", ".bin", ".npy", ".safetensors", ".tsv", pytest.param(".kv", marks=NEEDS_GENSIM)]
)
def test_what_breaks_off_leaves_nothing(toy: Model, tmp_path: Path, ending: str) -> None:
    sink = find_sink(tmp_path / f"v{ending}", force=False)
    rows = RowFacts(words=3, vector_size=2, has_counts=False, settings={}, weights={})
    with pytest.raises(ZeroDivisionError), sink.open(rows, SILENT) as append:
        append(Block(["a"], np.ones((1, 2), dtype=np.float32)))
        raise ZeroDivisionError
    assert not list(tmp_path.glob("v*"))


def test_a_format_is_one_module_and_one_row(tmp_path: Path, toy: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def write(path: Path, rows: RowFacts, *, force: bool) -> Iterator[Append]:
        with new_file(path, force=force) as stream:
            stream.write(b"TOY%d" % rows.vector_size)

            def append(block: Block) -> None:
                for word, vector in zip(block.words, block.vectors, strict=True):
                    stream.write(b"\n%s=%s" % (word.encode(), vector.tobytes().hex().encode()))

            yield append

    def read(file: InputFile, reading: ReadOptions) -> RowStream:
        head, *lines = file.stream.read().split(b"\n")
        pairs = [line.split(b"=") for line in lines[: reading.limit]]
        vectors = np.array([np.frombuffer(bytes.fromhex(found.decode()), "<f4") for _, found in pairs])
        return RowStream(int(head[3:]), None, lambda: iter([Block([word.decode() for word, _ in pairs], vectors)]))

    row = VectorFormat("toy", lambda head: head.startswith(b"TOY"), read, write, (".toy",), spelling=Spelling("=\n"))
    monkeypatch.setattr(format_table, "FORMATS", (row, *FORMATS))
    assert convert_model(toy.path, find_sink(tmp_path / "v.toy", force=False), SILENT) == len(toy.words)
    with open_input(tmp_path / "v.toy") as file:
        assert format_table.detect(file) is row
        [block] = row.read(file, ReadOptions(limit=3))
    assert (block.words, block.vectors.tolist()) == ([*toy.words][:3], toy.vectors[:3].tolist())
