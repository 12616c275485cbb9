from __future__ import annotations

import io
import json
import socket
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import TOY, MakeModel, W2v
from w2vcli.explorer import tensorboard
from w2vcli.views import projector

pytestmark = pytest.mark.usefixtures("toy")


def written() -> tuple[np.ndarray, list[str]]:
    return np.loadtxt("out/vecs.tsv", delimiter="\t", ndmin=2), Path("out/meta.tsv").read_text().splitlines()


def test_all_words(w2v: W2v) -> None:
    assert w2v("projector", "out", "--json").json == [{"output": "out", "words": 8, "vector_size": 3}]
    vectors, words = written()
    assert words == list(TOY)
    np.testing.assert_allclose(vectors, list(TOY.values()), rtol=1e-6)


def test_the_first_words(w2v: W2v) -> None:
    w2v("projector", "out", "--top", 3)
    assert written()[1] == list(TOY)[:3]


def test_words_of_a_file(w2v: W2v) -> None:
    Path("v.txt").write_text("queen\nxyzzy\nman\n")
    run = w2v("projector", "out", "--vocabulary", "v.txt")
    assert "left out: xyzzy" in run.err
    vectors, words = written()
    assert words == ["queen", "man"]
    assert vectors.tolist() == [[-1, 1, 0], [1, 0, 0]]


def test_counts_and_groups_are_columns_below_a_heading(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["king", "\u00a0", "사과"], np.eye(3), counts=[30, 20, 10])
    Path("g.tsv").write_text("king\troyal\n사과\tfruit\nxyzzy\tfruit\n사과\tred\n")
    run = w2v("projector", "out", "--group", "g.tsv", "--json")
    assert run.json == [{"output": "out", "words": 3, "vector_size": 3, "groups": 2}]
    assert "in more than one group, written in the first: 사과" in run.err
    assert written()[1] == ["word\tcount\tgroup", "king\t30\troyal", "\\xa0\t20\t-", "사과\t10\tfruit"]


def test_what_is_written_can_be_loaded_again(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["king", "사과"], [[1, 2], [3, 4]], counts=[30, 20])
    assert w2v("projector", "out").status == 0
    assert w2v("load", "out/vecs.tsv", "-o", "again").status == 0
    assert w2v("vector", "사과", "--json").json[0]["vector"] == [3, 4]


def test_plain_files_are_those_of_the_lectures_loop_to_the_byte(w2v: W2v, make_model: MakeModel) -> None:
    # The loop of TensorFlow's tutorial on word embeddings, over all rows but that of padding, which a model has not.
    values = np.array([[0.1, 1e-05, 1e-4], [16777216, -0.0, 3.4e38], [1 / 3, 123456.789, 0]], dtype=np.float32)
    words = ["the_", "\\", "사과"]
    out_v, out_m = io.StringIO(), io.StringIO()
    for word, vec in zip(words, values, strict=True):
        out_m.write(word + "\n")
        out_v.write("\t".join([str(x) for x in vec]) + "\n")
    make_model(words, values, counts=[30, 20, 10])
    assert w2v("projector", "out", "--plain", "--json").json == [{"output": "out", "words": 3, "vector_size": 3}]
    assert Path("out/vecs.tsv").read_bytes() == out_v.getvalue().encode()
    assert Path("out/meta.tsv").read_bytes() == out_m.getvalue().encode()
    assert w2v("load", "out/vecs.tsv", "-o", "again").status == 0
    assert w2v("vector", "\\", "--json").json[0]["vector"] == [16777216, 0, pytest.approx(3.4e38)]


@pytest.mark.parametrize("word", ["\u00a0", "a\tb", "a\nb", "\ufeff"])
def test_a_word_that_would_shift_the_labels_is_refused_with_plain(w2v: W2v, make_model: MakeModel, word: str) -> None:
    make_model(["a", word], np.eye(2))
    run = w2v("projector", "out", "--plain")
    assert (run.status, "would shift all labels behind it; leave --plain out" in run.err) == (1, True)
    assert not list(Path().glob("out/*"))
    assert w2v("projector", "out").status == 0
    assert "--plain writes words alone" in w2v("projector", "out", "--plain", "--bytes").err


def test_bytes_are_float32_and_the_configs_name_the_files(w2v: W2v) -> None:
    assert w2v("projector", "out", "--bytes", "--url", "https://example.org/toy").status == 0
    vectors = np.fromfile("out/vecs.bytes", "<f4").reshape(8, 3)
    np.testing.assert_allclose(vectors, list(TOY.values()), rtol=1e-6)
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "meta.tsv",
        "projector_config.json",
        "projector_config.pbtxt",
        "vecs.bytes",
    ]
    assert json.loads(Path("out/projector_config.json").read_text())["embeddings"] == [
        {
            "tensorName": "toy",
            "tensorShape": [8, 3],
            "tensorPath": "https://example.org/toy/vecs.bytes",
            "metadataPath": "https://example.org/toy/meta.tsv",
        }
    ]
    assert 'tensor_path: "vecs.bytes"' in Path("out/projector_config.pbtxt").read_text()


def test_bytes_that_tensorboard_would_read_as_text_are_refused(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "b"], np.zeros((2, 2)))
    run = w2v("projector", "out", "--bytes")
    assert (run.status, "write them without --bytes" in run.err) == (1, True)
    assert not list(Path().glob("out/*"))


def test_vectors_that_are_no_numbers_are_left_out(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "nan", "b"], [[1, 2], [np.nan, 0], [3, np.pi]])
    run = w2v("projector", "out", "--json")
    assert run.json[0]["words"] == 2
    assert "1 words are left out: NaN or infinity" in run.err
    assert written()[1] == ["a", "b"]
    assert "tensor_shape: 2\n  tensor_shape: 2" in Path("out/projector_config.pbtxt").read_text()


def test_only_the_vectors_of_the_last_run_stay(w2v: W2v) -> None:
    assert w2v("projector", "out", "--bytes").status == 0
    assert w2v("projector", "out", "--force").status == 0
    assert (Path("out/vecs.tsv").exists(), Path("out/vecs.bytes").exists()) == (True, False)


def test_tensorboard_that_is_not_installed(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensorboard, "find_spec", lambda _name: None)
    run = w2v("projector", "out", "--serve")
    assert (run.status, "pip install 'w2vcli[tensorboard]'" in run.err) == (1, True)
    assert not Path("out").exists()


def test_a_port_that_is_taken(process: W2v) -> None:
    pytest.importorskip("tensorboard")
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        run = process("projector", "out", "--serve", "--port", port)
    assert run.status == 2
    assert f"TensorBoard cannot serve at --port {port}" in run.err.splitlines()[-1]


def test_no_known_word_is_an_error(w2v: W2v) -> None:
    Path("v.txt").write_text("xyzzy\n")
    assert w2v("projector", "out", "--vocabulary", "v.txt").status == 1
    assert not Path("out").exists()


def test_existing_files_need_force(w2v: W2v) -> None:
    assert w2v("projector", "out").status == 0
    assert w2v("projector", "out").status == 5
    assert w2v("projector", "out", "--top", 1, "--force").status == 0
    assert written()[1] == ["man"]


def test_vectors_that_the_projector_does_not_load(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "b"], [[1], [2]], name="thin")
    assert w2v("projector", "out").status == 1
    assert not Path("out").exists()


def test_more_words_than_the_projector_shows_are_told(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "MOST_POINTS", 5)
    assert "shows the first 5 of these 8 words; see --top" in w2v("projector", "out").err
