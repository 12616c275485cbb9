"""The paragraph for a paper says what model.json says, and cites what was used."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT, MakeModel, W2v, require
from w2vcli.models.facts import read_facts
from w2vcli.models.methods_paragraph import methods_of
from w2vcli.models.references import references_of
from w2vcli.models.registry import find_model

NUMBA = ("--engine", "numba")
TINY = ("--vector-size", 4, "--epochs", 2, "--min-count", 2, "-q")


def train(w2v: W2v) -> str:
    assert w2v("train", ROOT / "data" / "english.txt", "-o", "e", *TINY, "--workers", 1, *NUMBA).status == 0
    return w2v("info", "e", "--methods").out


def test_every_figure_of_a_training_is_in_the_paragraph(w2v: W2v) -> None:
    text = train(w2v)
    [facts] = w2v("info", "e", "--json").json
    [run] = facts["training"]
    receipt, [source] = run["receipt"], run["sources"]
    assert text.startswith("We trained skip-gram vectors with negative sampling (Mikolov et al. 2013a, 2013b) by w2v ")
    for figure in (
        *(f"{receipt[name]:,}" for name in ("bytes", "sentences", "read", "total")),
        *(f"{100 * receipt[name] / receipt['total']:.1f} %" for name in ("trained", "subsampled", "held_out")),
        f"english.txt (SHA-256 {source['sha256']})",
        f"vocabulary of {facts['words']:,} words",
        f"{run['loss_examples']:,} held-out examples was {run['loss'][-1]:.4f}",
        f"numpy {run['machine']['versions']['numpy']}",
        f"is {facts['sha256']['vectors.npy']}.",
        "4 dimensions",
        "in 2 epochs, with 1 worker and seed 1",
        "fewer than 2 times",
        "5 noise words",
    ):
        assert figure in text, figure
    assert "None" not in text
    assert str(ROOT) not in text


def test_korean_has_the_same_figures(w2v: W2v) -> None:
    english = train(w2v)
    korean = w2v("info", "e", "--methods", "--lang", "ko").out
    assert korean.startswith("w2v ")
    assert "벡터를 학습하였다" in korean

    def figures(text: str) -> list[str]:
        return sorted(re.findall(r"[0-9a-f]{64}|\d[\d.,]*\d|\d", text))

    assert figures(korean) == figures(english)


@pytest.mark.parametrize(
    ("options", "says", "cites"),
    [
        ((*NUMBA, "--sg", 0), "CBOW vectors with negative sampling", []),
        ((*NUMBA, "--hs", 1, "--negative", 0), "with hierarchical softmax (", []),
        ((*NUMBA, "--hs", 1), "with hierarchical softmax and negative sampling", []),
        ((*NUMBA, "--lowercase"), "and lower-cased.", []),
        (
            (*NUMBA, "--sample", 0),
            "to the power of 0.75, no words were subsampled",
            [],
        ),
        ((*NUMBA, "--stop-words", "stop.txt"), "were left out as stop words", []),
        (
            ("--model-type", "fasttext", "--bucket", 100),
            "2013b; Bojanowski et al. 2017",
            ["bojanowski2017enriching", "rehurek2010software"],
        ),
        (("--engine", "gensim", "--workers", 2), "slightly other vectors each time", ["rehurek2010software"]),
    ],
)
def test_what_was_used_is_said_and_cited(w2v: W2v, options: tuple[object, ...], says: str, cites: list[str]) -> None:
    if "numba" not in options:
        require("gensim")
    Path("stop.txt").write_text("the\na\n")
    assert w2v("train", ROOT / "data" / "english.txt", "-o", "e", *TINY, *options).status == 0
    text = w2v("info", "e", "--methods").out
    assert says in text
    keys = re.findall(r"^@\w+\{(\w+),", text, re.MULTILINE)
    assert keys == ["mikolov2013efficient", "mikolov2013distributed", *cites, "w2v"]


def test_text_from_standard_input_and_one_epoch_are_named(w2v: W2v) -> None:
    text = (ROOT / "data" / "english.txt").read_text(encoding="utf-8")
    tiny = ("--vector-size", 4, "--epochs", 1, *NUMBA, "-q")
    assert w2v("train", "-", "-o", "e", *tiny, stdin=text).status == 0
    assert " on standard input (SHA-256 " in w2v("info", "e", "--methods").out
    assert "in 1 epoch, with" in w2v("info", "e", "--methods").out
    assert "표준 입력 (SHA-256 " in w2v("info", "e", "--methods", "--lang", "ko").out


def test_vectors_that_were_loaded_are_not_said_to_be_trained(w2v: W2v) -> None:
    Path("v.vec").write_text("a 1 2\nb 2 1\nc 1 1\n")
    assert w2v("load", "v.vec", "-o", "v", "-q").status == 0
    text = w2v("info", "v", "--methods").out
    [facts] = w2v("info", "v", "--json").json
    assert text.startswith("We used vectors of 3 words with 2 dimensions that were not trained by us.")
    for said in ("from v.vec (", facts["source"]["sha256"], facts["sha256"]["vectors.npy"]):
        assert said in text
    assert "Mikolov" not in text
    assert "@software{w2v," in text
    assert w2v("load", "v.vec", "-o", "few", "--limit", 2, "-q").status == 0
    assert "of which the first 2 rows." in w2v("info", "few", "--methods").out
    assert "직접 학습하지 않은 벡터(3단어, 2차원)" in w2v("info", "v", "--methods", "--lang", "ko").out


def test_a_model_of_which_little_is_known(make_model: MakeModel) -> None:
    make_model(["a", "b"], np.eye(2))
    facts = read_facts(find_model("toy"))
    for language, said in (("en", "We used vectors of 2 words"), ("ko", "만든 벡터(2단어, 2차원)")):
        assert said in methods_of(facts, language)
    assert [entry.split("{")[0] for entry in references_of(facts)] == ["@software"]


def test_methods_as_json_and_with_other_modes(w2v: W2v) -> None:
    train(w2v)
    [found] = w2v("info", "e", "--methods", "--json").json
    assert list(found) == ["model", "methods", "bibtex"]
    assert found["bibtex"].count("@") == 3
    assert json.dumps(found)
    for options in (["--memory"], ["--check"]):
        run = w2v("info", "e", "--methods", *options)
        assert (run.status, "--methods writes a paragraph alone" in run.err) == (2, True)


def test_braces_of_entries_are_balanced(w2v: W2v) -> None:
    train(w2v)
    for entry in references_of(read_facts(find_model("e"))):
        assert entry.count("{") == entry.count("}")
        assert re.match(r"@(article|inproceedings|software)\{\w+,\n", entry)
