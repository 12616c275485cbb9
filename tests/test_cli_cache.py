from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import ROOT, W2v, make_pipe
from tests.test_training_train import planted
from w2vcli.corpus.cache import read_with_cache
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading
from w2vcli.errors import DamagedInput
from w2vcli.models.registry import find_model
from w2vcli.reporting import Silent
from w2vcli.sealing import SEAL, require_sealed, seal
from w2vcli.training.engines.compiled import _adding_to
from w2vcli.training.engines.task import Epoch, State, Task

TRAIN = ("--epochs", 1, "--vector-size", 4, "--workers", 1)


def test_a_second_training_takes_the_numbers_from_the_cache(w2v: W2v) -> None:
    text = planted(Path("t.txt"))
    first = w2v("train", text, "-o", "a", *TRAIN)
    second = w2v("train", text, "-o", "b", *TRAIN)
    assert "taken from the cache" not in first.err
    assert "taken from the cache" in second.err
    assert "reading: " not in second.err
    assert first.rows[1:] == second.rows[1:]
    [row] = w2v("cache", "--json").json
    assert (row["source"], row["words"]) == (str(text.absolute()), len(text.read_text().split()))
    assert "deleted: " in w2v("cache", "--clear").err
    assert w2v("cache").rows == []
    assert "reading: " in w2v("train", text, "-o", "c", *TRAIN, "--no-cache").err
    assert w2v("cache").rows == []


def test_compiled_code_is_cleared_too(w2v: W2v, process: W2v, home: Path) -> None:
    text = planted(Path("t.txt"))
    (home / "cache" / "compiled-by-an-earlier-version").mkdir(parents=True)
    process("train", text, "-o", "a", *TRAIN, "--engine", "numba")
    assert len(list((home / "cache").glob("compiled-*"))) == 2
    assert w2v("cache", "--clear").status == 0
    assert list((home / "cache").iterdir()) == []


def test_a_dry_run_writes_nothing(w2v: W2v, home: Path) -> None:
    text = planted(Path("t.txt"))
    run = w2v("train", text, "--dry-run", "--json")
    assert run.status == 0
    [facts] = run.json
    assert facts["words"] == len(text.read_text().split())
    assert facts["epochs"] == 50
    assert facts["memory"] > facts["checkpoint"] == 2 * 4 * facts["vocabulary"] * 100
    assert any(line.startswith("--sample 0") for line in facts["consider"])
    assert list(home.iterdir()) == []


def test_a_dry_run_takes_its_speed_from_a_second_epoch(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one may compile; here it takes 90 seconds, and the second one 10."""
    now = 0.0

    def engine(task: Task) -> None:
        nonlocal now
        for epoch, seconds in zip(range(task.epochs), (90, 10), strict=True):
            now += seconds
            task.on_epoch(Epoch(epoch + 1, 0, 0, State({})))

    monkeypatch.setattr("w2vcli.training.engines.numba_engine.numba_engine", engine)
    monkeypatch.setattr(time, "monotonic", lambda: now)
    text = planted(Path("t.txt"))
    [facts] = w2v("train", text, "--dry-run", "--json", "--engine", "numba", "--epochs", 7, "--no-held-out").json
    assert facts["words_per_second"] == round(facts["words"] / 10)
    assert facts["seconds"] == 70


def test_a_dry_run_knows_the_script(w2v: W2v) -> None:
    for text, tokenizer in (
        ("소녀가 사과를 먹는다", "korean"),
        ("我们 喜欢 电影", "chinese"),
        ("私は 映画が すき", "japanese"),
    ):
        Path("t").write_text(f"{text}\n" * 9, encoding="utf-8")
        [facts] = w2v("train", "t", "--dry-run", "--json").json
        assert any(line.startswith(f"--tokenizer {tokenizer}:") for line in facts["consider"])


# --- what is damaged is not used


def entry_of(home: Path) -> Path:
    """Return the one corpus in the cache."""
    [entry] = (path for path in (home / "cache").iterdir() if (path / "corpus.json").exists())
    return entry


def vectors(name: str) -> bytes:
    return (find_model(name) / "vectors.npy").read_bytes()


def test_changed_numbers_in_the_cache_are_thrown_away_and_read_again(w2v: W2v, home: Path) -> None:
    text = planted(Path("t.txt"))
    assert w2v("train", text, "-o", "a", *TRAIN).status == 0
    tokens = np.fromfile(entry_of(home) / "tokens.int32", dtype=np.int32)
    tokens[:100] = 0  # numbers of a word all the same
    tokens.tofile(entry_of(home) / "tokens.int32")
    run = w2v("train", text, "-o", "b", *TRAIN)
    assert (run.status, "tokens.int32 is damaged: " in run.err, "read again" in run.err) == (0, True, True)
    assert vectors("a") == vectors("b")
    run = w2v("train", text, "-o", "c", *TRAIN)
    assert ("taken from the cache" in run.err, "damaged" in run.err) == (True, False)
    assert vectors("a") == vectors("c")


def test_a_seal_that_names_what_cannot_be_a_file_is_damage(tmp_path: Path) -> None:
    for name, message in (("a" * 5000, "File name too long: a"), ("../x", "names no file"), ("x", "x is missing")):
        (tmp_path / SEAL).write_text(json.dumps({name: "0"}))
        with pytest.raises(DamagedInput, match=message):
            require_sealed(tmp_path)


@pytest.mark.parametrize("how", ["cut", "flipped", "empty", "missing", "folder", "pipe"])
@pytest.mark.parametrize(
    "name",
    [
        *("corpus.json", "counts.int64", "document-ends.int64", "file-ends.int64", "files.jsonl"),
        *("sentence-ends.int64", "sha256.json", "text-ends.int64", "text-lengths.uint32", "words.txt"),
    ],
)
def test_a_damaged_file_of_the_cache_changes_nothing(tmp_path: Path, name: str, how: str) -> None:
    text, cache = planted(tmp_path / "t.txt"), tmp_path / "cache"

    def read(to: str) -> tuple[EncodedCorpus, list[str]]:
        told = Told()
        (tmp_path / to).mkdir()
        return read_with_cache([str(text)], tmp_path / to, Reading(), cache, told), told.notes

    whole, _ = read("a")
    [entry] = cache.iterdir()
    damage(entry / name, how)
    again, notes = read("b")
    assert ["damaged" in note and "read again" in note for note in notes] == [True]
    from_cache, notes = read("c")
    assert ["taken from the cache" in note for note in notes] == [True]
    for corpus in (again, from_cache):
        assert (corpus.words, corpus.read, corpus.files()) == (whole.words, whole.read, whole.files())
        for one, other in zip(parts(corpus), parts(whole), strict=True):
            np.testing.assert_array_equal(one, other)


def parts(corpus: EncodedCorpus) -> tuple[npt.NDArray[np.int64], ...]:
    return corpus.counts, corpus.ids.astype(np.int64), corpus.sentence_ends


def damage(file: Path, how: str) -> None:
    data = file.read_bytes()
    file.unlink()
    if how == "folder":
        file.mkdir()
    elif how == "pipe":
        make_pipe(file)
    elif how != "missing":
        middle = len(data) // 2
        flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        file.write_bytes({"cut": data[:-1], "flipped": flipped, "empty": b""}[how])


class Told(Silent):
    """Keeps the notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        self.notes.append(message)


def test_a_damaged_entry_is_listed_and_cleared(w2v: W2v, home: Path) -> None:
    assert w2v("train", planted(Path("t.txt")), "-o", "a", *TRAIN).status == 0
    (entry_of(home) / "corpus.json").write_text("[")
    [row] = w2v("cache", "--json").json
    assert (row["source"], row["words"]) == (None, None)
    assert w2v("cache", "--clear").status == 0
    assert w2v("cache", "--json").json == []


def test_a_cache_that_cannot_be_written_is_told_and_not_needed(w2v: W2v, home: Path) -> None:
    (home / "cache").write_text("")
    run = w2v("train", planted(Path("t.txt")), "-o", "a", *TRAIN)
    assert (run.status, "the text's token ids are not kept: " in run.err) == (0, True)


def test_a_check_reads_the_text_itself(w2v: W2v, home: Path) -> None:
    text = planted(Path("t.txt"))
    assert w2v("train", text, "-o", "a", *TRAIN).status == 0
    run = w2v("rerun", "a", "--check")
    assert (run.status, "taken from the cache" in run.err) == (0, False)
    assert w2v("rerun", "a", "--check", "--cache").status == 2


def test_damaged_compiled_code_is_compiled_again(process: W2v, home: Path) -> None:
    train = ("train", planted(Path("t.txt")), "-o", "a", *TRAIN, "--engine", "numba", "--force")
    assert process(*train).status == 0
    [folder] = (home / "cache").glob("compiled-*")
    code = {file: file.read_bytes() for file in folder.rglob("*.nb?")}
    assert len(code) > 2
    before = vectors("a")
    damage(max(code, key=lambda file: len(code[file])), "flipped")
    assert process(*train).status == 0
    assert vectors("a") == before
    assert {file.name for file in folder.rglob("*.nb?")} == {file.name for file in code}
    require_sealed(folder)


def test_code_for_other_settings_is_sealed_with_what_there_was(tmp_path: Path) -> None:
    """As for fastText after word2vec, which have overloads of one loop and an index of both."""
    for name in ("loop.1.nbc", "loop.nbi"):
        (tmp_path / name).write_text("of word2vec")
    seal(tmp_path)
    with _adding_to(tmp_path):
        (tmp_path / "loop.nbi").write_text("of both")
        (tmp_path / "loop.2.nbc").write_text("of fastText")
    assert set(require_sealed(tmp_path)) == {"loop.1.nbc", "loop.2.nbc", "loop.nbi"}
    with _adding_to(tmp_path):
        (tmp_path / "loop.1.nbc").write_text("damaged")
    with pytest.raises(DamagedInput, match=r"loop\.1\.nbc is damaged"):
        require_sealed(tmp_path)


def test_code_is_compiled_where_no_cache_can_be_written(process: W2v, home: Path) -> None:
    (home / "cache").write_text("")
    train = ("train", planted(Path("t.txt")), "-o", "a", *TRAIN, "--engine", "numba")
    assert process(*train).status == 0
    assert not list((ROOT / "w2vcli").rglob("*.nbi"))
