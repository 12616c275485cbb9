"""``w2v info --check`` and what is refused of a model directory from anywhere."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import w2vcli
from tests.conftest import MakeModel, W2v, make_pipe, require
from tests.gensim_oracle import NEEDS_GENSIM
from tests.test_corpus_encoded import Told
from w2vcli.errors import BadModel
from w2vcli.models import facts as facts_module
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.facts import facts_as_json, read_facts
from w2vcli.models.model_parts import INDEX
from w2vcli.models.registry import find_model
from w2vcli.queries.search import most_similar


@pytest.fixture
def trained(w2v: W2v, tmp_path: Path) -> Path:
    """Return a model with all that a training writes, an index, and float32 vectors for gensim."""
    require("gensim")
    (tmp_path / "t").write_text("a cat sat on a mat . a dog sat on a log . the cat saw the dog .\n" * 300)
    arguments = ("--min-count", 9, "--vector-size", 4, "--epochs", 2, "--model-type", "fasttext", "--bucket", 20)
    assert w2v("train", tmp_path / "t", "-o", "m", *arguments, "--phrases", "default", "-q").status == 0
    return find_model("m")


def test_every_changed_bit_in_every_file_is_found(trained: Path, w2v: W2v) -> None:
    assert w2v("info", "m", "--check").status == 0
    files = [path for path in sorted(trained.rglob("*")) if path.is_file()]
    assert {"model.json", "manifest.json", "upper.npy", "syn1neg.npy", "phrases.tsv", "dropped.tsv"} <= {
        path.name for path in files
    }
    for file in files:
        whole, status = file.read_bytes(), file.stat()
        for at in sorted({0, len(whole) // 3, len(whole) // 2, len(whole) - 1}):
            changed = bytearray(whole)
            changed[at] ^= 1 << (at % 8)
            with open(file, "r+b") as stream:
                stream.write(changed)
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
            run = w2v("info", "m", "--check")
            assert (run.status, run.err.count("\n")) == (1, 1), (file, at, run.err)
        with open(file, "r+b") as stream:
            stream.write(whole)
    shutil.rmtree(trained / INDEX)  # its times are new
    run = w2v("info", "m", "--check")
    assert (run.status, run.err.count("besides its index, which the next question makes")) == (0, 1), run.err


@NEEDS_GENSIM
def test_a_changed_bit_in_the_vectors_for_gensim_is_found(make_model: MakeModel, w2v: W2v) -> None:
    make_model([f"w{row}" for row in range(30)], np.eye(30, 8), name="half")
    w2vcli.open_model("half")
    assert w2v("info", "half", "--check").status == 0
    (file,) = find_model("half").glob("float32-*.npy")
    changed = bytearray(file.read_bytes())
    changed[-1] ^= 1
    file.write_bytes(changed)
    run = w2v("info", "half", "--check")
    assert (run.status, "its vectors are not those of vectors.npy; delete it" in run.err) == (1, True)


def test_a_file_that_has_come_since_is_found(trained: Path, w2v: W2v) -> None:
    np.save(trained / "training" / "syn1.npy", np.zeros(3))
    assert "training/syn1.npy has no SHA-256" in w2v("info", "m", "--check").err
    (trained / "training" / "syn1.npy").unlink()
    (trained / "notes.txt").write_text("mine")
    assert w2v("info", "m", "--check").status == 0


def test_the_hashes_have_new_folders_too(toy: Model) -> None:
    from w2vcli.models.facts import file_hashes

    (toy.path / "new" / "deep").mkdir(parents=True)
    (toy.path / "new" / "deep" / "file").write_text("x")
    assert {"new/deep/file", "words.txt"} <= set(file_hashes(toy.path))
    assert not any(name.startswith((INDEX, "model.json")) for name in file_hashes(toy.path))


def test_the_shown_loss_is_the_last_one(toy: Model, w2v: W2v) -> None:
    file = toy.path / "model.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"training": [{"loss": [9.0, 4.75, 4.5]}]}))
    assert w2v("info", "--json").json[0]["training"][0]["loss"] == [9.0, 4.75, 4.5]
    assert dict(w2v("info").rows)["training.loss"] == "4.5"


def forge(file: Path, change: Callable[[np.ndarray], np.ndarray]) -> None:
    """Change an array in place, so that the size and the time of its file are as they were."""
    status = file.stat()
    changed = change(np.load(file))
    with open(file, "r+b") as stream:
        np.lib.format.write_array(stream, changed)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)


@pytest.mark.parametrize(
    "name", ["ends", "hashes", "hash_rows", "upper", "lower", "scales", "errors", "upper_errors", "norms"]
)
def test_a_forged_index_of_the_same_size_and_time_is_made_again(toy: Model, name: str) -> None:
    expected = most_similar(toy, ["king"])
    forge(toy.path / INDEX / f"{name}.npy", lambda array: array[::-1])
    told = Told()
    assert most_similar(open_model_directory(toy.path, told), ["king"]) == expected
    assert len(told.messages) == 1
    assert f"{name}.npy was changed" in told.messages[0]


def test_an_index_of_a_copied_model_is_made_again_once(toy: Model, tmp_path: Path) -> None:
    expected = most_similar(toy, ["king"])
    copy = tmp_path / "copy.w2v"
    shutil.copytree(toy.path, copy)  # with its times
    forge(copy / INDEX / "upper.npy", lambda array: -array)
    made = []
    for _ in range(2):
        told = Told()
        assert most_similar(open_model_directory(copy, told), ["king"]) == expected
        made.append(len(told.messages))
    assert made == [1, 0]


def test_a_model_whose_files_were_given_second_names_keeps_its_index(toy: Model, tmp_path: Path) -> None:
    before = (toy.path / INDEX / "upper.npy").stat().st_ino
    os.link(toy.path / "vectors.npy", tmp_path / "link.npy")
    told = Told()
    open_model_directory(toy.path, told)
    assert told.messages == []
    assert (toy.path / INDEX / "upper.npy").stat().st_ino == before


@pytest.mark.parametrize("row", [-1, 8, 2**31 - 1])
def test_rows_of_an_index_that_do_not_exist_are_told(toy: Model, row: int) -> None:
    object.__setattr__(toy.words, "_index", toy.words._index._replace(hash_rows=np.full(8, row, dtype=np.int32)))
    with pytest.raises(BadModel, match=r"index of .* is damaged"):
        toy.words.row("king")


HOSTILE: list[tuple[dict[str, Any], str]] = [
    ({"words": -1}, "words: expected int >= 0"),
    ({"words": 2.5}, "words: expected int"),
    ({"vector_size": "3"}, "vector_size: expected int"),
    ({"vector_size": 10**30}, "vector_size: "),
    ({"dtype": "object"}, "dtype: invalid enum value"),
    ({"words_escaped": 1}, "words_escaped: expected bool"),
    ({"source": []}, "source: expected object"),
    ({"tokenizer": "unicode"}, "tokenizer: expected"),
    ({"tokenizer": {}}, "tokenizer: object missing required field tokenizer|object missing required field tokenizer"),
    ({"tokenizer": {"tokenizer": ["unicode"]}}, "tokenizer.tokenizer: expected str"),
    ({"training": {}}, "training: expected"),
    ({"training": [{"los": [1.0]}]}, r"training\[0\].los: this version of w2v knows no such field"),
    ({"training": [{"machine": {"cores": "two"}}]}, r"machine.cores: expected int"),
    ({"tokenizer": {"tokenizer": "unicode", "rules": 2}}, "tokenizer.rules: this version of w2v knows no such field"),
    ({"training": [{"loss": ["a"]}]}, r"training\[0\].loss\[0\]|training\[...\].loss\[...\]"),
    ({"training": [{"receipt": {"min_count": []}}]}, "receipt.min_count"),
    ({"subwords": {"min_n": "3", "max_n": 6, "bucket": 9, "dtype": "float32"}}, "subwords.min_n: expected int"),
    (
        {"subwords": {"min_n": 3, "max_n": 10**9, "bucket": 9, "dtype": "float16"}},
        "subwords.max_n: expected int <= 1000",
    ),
    ({"subwords": {"minn": 3, "maxn": -1, "bucket": 9, "dtype": "float32"}}, "subwords.max_n: expected int >= 0"),
    ({"subwords": {"minn": 3, "maxn": 6}}, "missing required field bucket"),
    ({"sha256": {"vectors.npy": "0" * 64, "words.txt": "x"}}, "sha256: words.txt: expected 64 hexadecimal digits"),
    ({"sha256": {"vectors.npy": "0" * 64}}, "sha256: there is no SHA-256 of words.txt"),
    ({"sha256": {"../../etc/passwd": "0" * 64}}, "sha256: ../../etc/passwd is no file of a model"),
    ({"sha256": {"/dev/zero": "0" * 64}}, "sha256: /dev/zero is no file of a model"),
    ({"sha256": {"index/upper.npy": "0" * 64}}, "sha256: index/upper.npy is no file of a model"),
    ({"format_version": "3"}, "format_version: expected int"),
    ({"format_version": True}, "format_version: expected int"),
    ({"more": 1}, "more: this version of w2v knows no such field"),
]


@pytest.mark.parametrize(("change", "fault"), HOSTILE)
def test_facts_that_cannot_be_are_told_with_their_place(toy: Model, w2v: W2v, change: Any, fault: str) -> None:
    file = toy.path / "model.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(BadModel, match=rf"model\.json is damaged: .*({fault})"):
        read_facts(toy.path)
    for command in (["similar", "king"], ["info"], ["info", "--check"], ["vector", "king"]):
        run = w2v(*command)
        assert (run.status, run.err.count("\n")) == (1, 1)


def test_a_training_without_a_loss_that_is_a_number_is_read(toy: Model) -> None:
    file = toy.path / "model.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"training": [{"loss": [float("nan")]}]}))
    assert np.isnan(read_facts(toy.path).runs[0].loss or [])


@pytest.mark.parametrize("name", ["vectors.npy", "words.txt", "model.json", "counts.npy", "phrases.tsv"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "empty", "sparse", "device"])
def test_a_file_of_another_kind_is_refused_and_not_waited_for(
    make_model: MakeModel, w2v: W2v, name: str, kind: str
) -> None:
    path = make_model(["a", "b"], [[1, 0], [0, 1]], counts=[2, 1]).path / name
    path.unlink(missing_ok=True)
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        make_pipe(path)
    elif kind == "device":
        if sys.platform == "win32":
            pytest.skip("Windows has no devices in folders")
        path.symlink_to("/dev/zero")
    else:
        path.touch()
        os.truncate(path, 0 if kind == "empty" else 1 << 41)
    # What has no phrases is not asked for them.
    for command in (["info", "--check"], *([] if name == "phrases.tsv" else [["similar", "a"]])):
        run = w2v(*command)
        assert (run.status, len(run.err.splitlines())) in {(1, 1), (1, 2)}, run.err
        assert name in run.err


def test_facts_come_back_as_they_were_written_whether_they_are_decoded_or_trusted(trained: Path) -> None:
    file = trained / "model.json"
    trusted = read_facts(trained)
    assert facts_as_json(trusted) == json.loads(file.read_text())
    os.utime(file)
    assert read_facts(trained) == trusted


def test_facts_of_earlier_versions_are_read(trained: Path) -> None:
    """They had fastText's names of settings, no rules of words, no processor, and no order of equal words."""
    file = trained / "model.json"
    found = json.loads(file.read_text())
    subwords = {"minn": found["subwords"].pop("min_n"), "maxn": found["subwords"].pop("max_n")}
    found["subwords"] |= subwords
    del found["tokenizer"]["word_rules"], found["training"][0]["ties"], found["training"][0]["machine"]["processor"]
    before = read_facts(trained)
    file.write_text(json.dumps(found))
    facts = read_facts(trained)
    assert facts.subwords == before.subwords
    assert (facts.tokenizer and facts.tokenizer.word_rules, facts.runs[0].ties) == (1, "first")
    assert facts.runs[0].machine is not None
    assert facts.runs[0].machine.processor is None
    assert "processor" not in facts_as_json(facts)["training"][0]["machine"]
    receipt = dict.fromkeys(("files", "bytes", "min_count", "read", "epochs", "total", "trained"), 4)
    version_2 = found | {
        "format_version": 2,
        "tokenizer": {"tokenizer": "unicode", "lowercase": True, "keep_numbers": True},
        "training": {"engine": "gensim", "settings": {"vector_size": 4}, "receipt": receipt},
    }
    file.write_text(json.dumps(version_2))
    facts = read_facts(trained)
    assert facts.runs[0].receipt is not None
    assert (facts.runs[0].receipt.min_count, facts.runs[0].seconds) == (4, None)
    assert {"started", "seconds", "machine"}.isdisjoint(facts_as_json(facts)["training"][0])


def test_facts_that_were_decoded_are_not_decoded_again_but_after_any_change(
    make_model: MakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make_model(["a", "b"], np.eye(2))
    decoded: list[Path] = []
    monkeypatch.setattr(facts_module, "_decode_strictly", lambda found, file: decoded.append(file))
    assert read_facts(model.path) == model.facts
    assert not decoded
    file = model.path / "model.json"
    status = file.stat()
    file.write_bytes(file.read_bytes().replace(b'"float32"', b'"float64"'))  # as many bytes
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    read_facts(model.path)
    assert decoded == [file]


def test_a_copied_model_is_not_said_to_be_changed_alone(toy: Model, tmp_path: Path) -> None:
    expected = most_similar(toy, ["king"])
    copied = Path(shutil.copytree(toy.path, tmp_path / "copied.w2v"))
    told = Told()
    assert most_similar(open_model_directory(copied, told), ["king"]) == expected
    assert all("was changed or copied" in message for message in told.messages)
