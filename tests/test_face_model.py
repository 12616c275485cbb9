"""A model in Python: its answers are those of the commands, on a toy whose answers can be done by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import w2vcli
from tests.conftest import ROOT, TOY, MakeModel, W2v
from w2vcli.errors import BadExpression, BadModel, BadSettings, OutputExists, UnknownWords
from w2vcli.face.table import Table
from w2vcli.models.directory import Model as OpenModel
from w2vcli.queries.answers import plain

pytestmark = pytest.mark.usefixtures("toy")


def printed(table: Table[Any]) -> list[dict[str, Any]]:
    """Return the rows that --json prints."""
    return [{name: plain(value, name) for name, value in row.items()} for row in table.rows()]


def test_importing_it_imports_no_numpy() -> None:
    code = "import sys, w2vcli; print([m for m in ('numpy', 'gensim', 'click', 'logging') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_asking_imports_neither_gensim_nor_click() -> None:
    code = (
        "import sys, w2vcli; w2vcli.load('toy').similar('man'); "
        "print([m for m in ('gensim', 'click', 'rich', 'pandas', 'matplotlib', 'numba') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_its_names_are_those_that_it_says() -> None:
    assert all(hasattr(w2vcli, name) for name in w2vcli.__all__)
    assert set(w2vcli.__all__) <= set(dir(w2vcli))
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        _ = w2vcli.lod  # type: ignore[attr-defined]


def test_answers_are_those_of_the_commands(w2v: W2v) -> None:
    model = w2vcli.load("toy")
    assert printed(model.similar("king", topn=3)) == w2v("similar", "king", "-n3", "--json").json
    assert printed(model.similar("king", "man", restrict_vocab=4)) == (
        w2v("similar", "king", "man", "--restrict-vocab", 4, "--json").json
    )
    analogy = w2v("analogy", "king", "woman", "-", "man", "--json").json
    assert printed(model.analogy("king woman - man")) == analogy
    assert printed(model.analogy("king", "woman", "-", "man")) == analogy
    assert printed(model.analogy(positive=["king", "woman"], negative=["man"])) == analogy
    by_product = w2v("analogy", "king", "woman", "-", "man", "--method", "3cosmul", "--json").json
    assert printed(model.analogy("king woman - man", method="3cosmul")) == by_product
    odd = ("man", "king", "boy", "apple")
    assert printed(model.odd(*odd)) == w2v("odd", *odd, "--json").json
    [pair] = w2v("similarity", "man", "king", "--json").json
    assert float(model.similarity("man", "king")) == pytest.approx(pair["similarity"])
    assert printed(model.words("*ee*")) == w2v("words", "*ee*", "--json").json
    assert len(model.words(topn=None)) == len(TOY)


def test_a_model_is_a_collection_of_words_with_vectors(toy: OpenModel) -> None:
    model = w2vcli.load("toy")
    assert (model.name, model.path, model.vector_size, len(model), list(model)) == ("toy", toy.path, 3, 8, list(TOY))
    assert "king" in model
    assert "xyzzy" not in model
    assert 3 not in model
    assert model["king"].tolist() == [1, 1, 0]
    assert model["king"].dtype == np.float32
    assert model.vector("king", "queen").tolist() == [[1, 1, 0], [-1, 1, 0]]
    assert model.vectors.shape == (8, 3)
    assert repr(model) == "<w2v model toy: 8 words x 3>"


def test_errors_are_those_of_the_commands(w2v: W2v) -> None:
    model = w2vcli.load("toy")
    with pytest.raises(UnknownWords) as error:
        model.similar("kingg")
    assert f"Error: {error.value}\n" == w2v("similar", "kingg").err
    with pytest.raises(BadExpression, match="not an analogy"):
        model.analogy("king -")
    with pytest.raises(BadSettings, match="leave one out"):
        model.analogy("king", positive=["queen"])
    with pytest.raises(TypeError, match="a word is a string, not list"):
        model.similar(["king"])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a word is needed"):
        model.similar()


def test_errors_and_tables_are_in_the_language_of_who_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    model = w2vcli.load("toy")
    monkeypatch.setenv("W2V_LANG", "ko")
    with pytest.raises(UnknownWords) as error:
        model.similar("kingg")
    assert str(error.value) == "어휘에 없습니다: kingg; king을 찾으십니까?"
    assert error.value.remedy == "did you mean king?"
    with pytest.raises(BadModel, match="모델이 없습니다"):
        w2vcli.load("toyy")
    with pytest.raises(TypeError, match="단어는 문자열이어야 하는데 list입니다"):
        model.similar(["king"])  # type: ignore[arg-type]
    with pytest.warns(w2vcli.W2vWarning, match="글 1개에는 어휘에 있는 단어가 없어"):
        model.embed("xyzzy")
    assert model.similar("king").columns == ["word", "similarity"]  # names of attributes, in any language


def test_a_model_is_loaded_by_name_by_path_and_without_either(
    toy: OpenModel, make_model: MakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert w2vcli.load(toy.path).path == w2vcli.load(str(toy.path)).path == w2vcli.load().path == toy.path
    other = make_model(["a", "b"], np.eye(2), name="other")
    monkeypatch.setenv("W2V_MODEL", "toy")
    assert w2vcli.load().path == toy.path
    monkeypatch.delenv("W2V_MODEL")
    assert w2vcli.load().path == other.path
    with pytest.raises(BadModel, match="did you mean toy"):
        w2vcli.load("toyy")


def write_vectors(path: Path, value: float = 1.0) -> None:
    path.write_text(f"2 3\nking 1 0 {value}\nqueen 0 1 0\n", encoding="utf-8", newline="\n")


def test_a_file_of_vectors_becomes_a_model_once(tmp_path: Path) -> None:
    file = tmp_path / "small.txt"
    write_vectors(file)
    model = w2vcli.load(file)
    assert (model.name, model["king"].tolist()) == ("small", [1, 0, 1])
    made = (model.path / "model.json").stat().st_mtime_ns
    assert (w2vcli.load(str(file)).path / "model.json").stat().st_mtime_ns == made
    assert w2vcli.load("small").path == model.path


def test_a_file_that_has_changed_is_not_taken_for_its_model(tmp_path: Path) -> None:
    file = tmp_path / "small.txt"
    write_vectors(file)
    made = (w2vcli.load(file).path / "model.json").stat().st_mtime_ns
    write_vectors(file, 2.0)
    import os

    os.utime(file, ns=(made + 10**9, made + 10**9))
    with pytest.raises(OutputExists, match="is of other vectors"):
        w2vcli.load(file)
    with pytest.raises(OutputExists, match="is of other vectors"):
        w2vcli.load(file, limit=1)
    assert w2vcli.load(file, output="again")["king"].tolist() == [1, 0, 2]
    assert w2vcli.load(file, force=True)["king"].tolist() == [1, 0, 2]


def test_other_vectors_of_the_same_name_are_not_opened_in_their_place(tmp_path: Path) -> None:
    write_vectors(tmp_path / "small.txt")
    w2vcli.load(tmp_path / "small.txt")
    (tmp_path / "elsewhere").mkdir()
    write_vectors(tmp_path / "elsewhere" / "small.txt")
    with pytest.raises(OutputExists, match="is of other vectors"):
        w2vcli.load(tmp_path / "elsewhere" / "small.txt")


def test_a_copy_is_kept_under_a_name() -> None:
    model = w2vcli.load("toy")
    assert model.save("kept").name == "kept"
    assert w2vcli.load("kept").similar("king") == model.similar("king")
    with pytest.raises(OutputExists):
        model.save("kept")
    model.save("kept", force=True)


def test_user_code_is_typed(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    file = tmp_path / "user.py"
    file.write_text(
        "import w2vcli as w2v\n"
        "model: w2v.Model = w2v.train([['a', 'b']], vector_size=10, sg=0)\n"
        "near: float = model.similar('a')[0].similarity\n"
        "score: float = model.analogy('a + b', method='3cosmul')[0].score\n"
        "names: list[str] = [found.word for found in model.words()]\n"
        "w2v.train('a.txt', vectorsize=10)\n",
        encoding="utf-8",
        newline="\n",
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", ROOT / ".mypy_cache", file],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert "Found 1 error" in done.stdout, done.stdout
    assert 'user.py:6: error: Unexpected keyword argument "vectorsize"' in done.stdout
