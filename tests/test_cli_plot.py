from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import TOY, W2v
from w2vcli.views import plot

pytestmark = pytest.mark.usefixtures("toy")


def test_a_file_of_words_becomes_a_picture_of_its_name(w2v: W2v) -> None:
    Path("vocab.txt").write_text("\n".join(TOY))
    run = w2v("plot", "vocab.txt")
    assert run.status == 0
    assert Path("vocab.png").read_bytes().startswith(b"\x89PNG")
    assert dict(run.rows) == {
        "output": "vocab.png",
        "words": "8",
        "labels": "8",
        "method": "tsne",
        "perplexity": "2",
        "seed": "42",
    }


@pytest.mark.parametrize("name", ["p.png", "p.svg", "p.pdf"])
def test_words_are_given_as_they_are(w2v: W2v, name: str) -> None:
    run = w2v("plot", "king", "queen", "man", "-o", name, "--method", "pca", "--json")
    assert run.json == [{"output": name, "words": 3, "labels": 3, "method": "pca", "perplexity": None, "seed": 42}]
    assert Path(name).stat().st_size > 1000


def test_words_from_standard_input(w2v: W2v) -> None:
    assert w2v("plot", "-", "--method", "pca", "--json", stdin="king\nqueen\n").json[0]["words"] == 2
    assert Path("plot.png").exists()


def test_unknown_words_are_named_and_left_out(w2v: W2v) -> None:
    run = w2v("plot", "king", "xyzzy", "queen", "qqq", "man", "--json")
    assert run.json[0]["words"] == 3
    assert "Warning: not in the vocabulary, left out: xyzzy, qqq" in run.err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["king", "xyzzy"], 1, "at least two words are needed for a picture, there is 1"),
        (["vocabb.txt"], 1, "vocabb.txt: no such file, and not in the vocabulary"),
        (["king", "queen", "--perplexity", "1", "--method", "pca"], 2, "PCA has none"),
        (["king", "queen", "--perplexity", "5"], 2, "--perplexity 5 must be"),
        (["king", "queen", "-o", "p.gif"], 2, "p.gif: a picture's name ends with"),
        (["king", "queen", "-o", "/proc/p.png"], 1, "/proc/"),
    ],
)
def test_what_cannot_be_drawn(w2v: W2v, arguments: list[str], status: int, message: str) -> None:
    run = w2v("plot", *arguments)
    assert run.status == status
    assert message in run.err.splitlines()[-1]
    assert run.out == ""
    assert not list(Path().iterdir())


def test_an_existing_picture_needs_force(w2v: W2v) -> None:
    Path("p.png").write_bytes(b"mine")
    assert w2v("plot", "king", "queen", "-o", "p.png").status == 1
    assert Path("p.png").read_bytes() == b"mine"
    assert w2v("plot", "king", "queen", "-o", "p.png", "--force").status == 0


def test_no_screen(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matplotlib.pyplot.get_backend", lambda: "agg")
    run = w2v("plot", "king", "queen", "--show")
    assert (run.status, "there is no screen" in run.err) == (1, True)


def test_a_screen(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[bool] = []
    monkeypatch.setattr(plot, "require_screen", lambda: None)
    monkeypatch.setattr(plot, "show", lambda: shown.append(True))
    assert w2v("plot", "king", "queen", "--show").status == 0
    assert shown == [True]
    assert not list(Path().iterdir())
